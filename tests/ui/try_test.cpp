#include "suites/suites.h"
#include "window_fixture.h"

#include "data/open_dataset.h"
#include "ui/data/data_page.h"
#include "ui/data/generate_panel.h"
#include "ui/plan/plan_page.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// The card "Try it" on a machine on which only Spillway's own engines are ready, and the time
/// budget on the Plan page.
class TryTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        fixture_ = std::make_unique<WindowFixture>();
        window_ = std::make_unique<MainWindow>(fixture_->options());
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        QTRY_VERIFY(window_->workbench().registry());
    }

    void cleanup()
    {
        window_.reset();
        fixture_.reset();
    }

    void missingEnginesAreOfferedWithSizeAndTime()
    {
        click("tryCard");
        QTRY_VERIFY(button("trySetUp")->isVisible());
        const QString words = shownText(QStringLiteral("Polars, DuckDB, Dask and Ray"));
        QVERIFY2(words.contains(QStringLiteral("about ")) && words.contains(QStringLiteral(" GB ")),
                 qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("Ready: Chunked")), qPrintable(words));
        for (const char* name : {"trySetUp", "tryWithout", "tryCancel"})
            QVERIFY2(button(name)->width() >= button(name)->sizeHint().width(), name);
        click("tryCancel");
        QVERIFY(button("tryCard")->isVisible());
        QVERIFY(window_->workbench().datasets().empty());
    }

    void withoutThemItComparesWhatIsReady()
    {
        QSignalSpy over(&window_->runs(), &RunController::planEnded);
        click("tryCard");
        click("tryWithout");
        QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 120'000);
        QCOMPARE(window_->currentPage(), PageId::Live);
        QCOMPARE(window_->runs().plan()->budget, std::optional(Seconds(120)));
        QCOMPARE(window_->runs().plan()->repeats, 5);
        QCOMPARE(window_->workbench().datasets().size(), std::size_t(1));
        QVERIFY(!window_->workbench().records().empty());
    }

    void aCancelledTryStartsNothingOnOtherData()
    {
        QSignalSpy started(&window_->dataPage(), &DataPage::startRequested);
        QSignalSpy planned(&window_->dataPage(), &DataPage::presetRequested);
        QSignalSpy ended(&window_->dataPage().generatePanel(), &GeneratePanel::notGenerated);
        click("tryCard");
        click("tryWithout");
        QPushButton* cancel = nullptr;
        for (auto* each : window_->dataPage().generatePanel().findChildren<QPushButton*>())
            if (each->text() == QLatin1String("Cancel")) cancel = each;
        QVERIFY(cancel);
        cancel->click();
        QTRY_COMPARE(ended.count(), 1);
        std::ofstream(fixture_->path("mine.csv")) << "k,x\na,1\nb,2\n";
        const auto mine = openDataset(fixture_->path("mine.csv").string());
        QVERIFY(mine.has_value());
        QSignalSpy added(&window_->workbench(), &Workbench::datasetAdded);
        window_->workbench().addDataset(*mine);
        QTRY_COMPARE(added.count(), 1);
        QCOMPARE(started.count(), 0);
        QCOMPARE(planned.count(), 0);
        QVERIFY(!window_->runs().isRunning());
    }

    void withoutAPackageIndexItCanGoOn()
    {
        for (const char* variable : {"PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"})
            qputenv(variable, "http://127.0.0.1:9/simple");
        qputenv("PIP_FIND_LINKS", "");
        click("tryCard");
        click("trySetUp");
        QVERIFY(!button("trySetUp")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(button("trySetUp")->isVisible(), 240'000);
        QVERIFY(!shownText(QStringLiteral("package index cannot be reached")).isEmpty());
        QVERIFY(button("tryWithout")->isVisible());
    }

    void aSetUpIsStoppedByCancel()
    {
        click("tryCard");
        click("trySetUp");
        QTRY_VERIFY(window_->workbench().engineSetup().isBusy());
        QVERIFY(!shownText(QStringLiteral("Setting up Polars…")).isEmpty()); // the status bar
        QVERIFY(shownText(QStringLiteral("Nothing is running")).isEmpty());
        click("tryCancel");
        QVERIFY(!button("tryCancel")->isEnabled() || button("tryCard")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(button("tryCard")->isVisible(), 60'000);
        QTRY_VERIFY(!window_->workbench().engineSetup().isBusy());
        QTRY_VERIFY(!shownText(QStringLiteral("Nothing is running")).isEmpty());
        QVERIFY(!std::filesystem::exists(fixture_->path("environments") / "polars"));
    }

    void theBudgetIsAFieldOfThePlan()
    {
        auto* budget = window_->findChild<QLineEdit*>(QStringLiteral("budget"));
        auto& page = window_->planPage();
        page.applyPreset(QStringLiteral("quick"));
        QCOMPARE(budget->text(), QStringLiteral("2 min"));
        page.applyPreset(QStringLiteral("sweep"));
        QCOMPARE(budget->text(), QString());
        budget->setText(QStringLiteral("1 h 30 min"));
        Plan plan;
        plan.budget = Seconds(90);
        page.showPlan(plan);
        QCOMPARE(budget->text(), QStringLiteral("90 s"));
        budget->setText(QStringLiteral("soon"));
        QTRY_COMPARE(budget->property("role").toString(), QStringLiteral("invalid"));
        budget->setText(QStringLiteral("1h30min"));
        QTRY_COMPARE(budget->property("role").toString(), QString());
    }

private:
    QPushButton* button(const char* name)
    {
        return window_->findChild<QPushButton*>(QLatin1String(name));
    }
    void click(const char* name)
    {
        QTRY_VERIFY(button(name)->isVisible());
        button(name)->click();
    }
    /// Of the label in sight that says this; empty where there is none.
    QString shownText(const QString& words)
    {
        for (const auto* label : window_->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(words)) return label->text();
        return {};
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<MainWindow> window_;
};

SPILLWAY_TESTS(TryTest, QApplication)
#include "try_test.moc"
