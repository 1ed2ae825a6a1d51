#include "suites/suites.h"
#include "window_fixture.h"

#include "ui/compare/compare_page.h"
#include "ui/data/data_page.h"
#include "ui/data/generate_panel.h"
#include "ui/data/open_panel.h"
#include "ui/live/live_head.h"
#include "ui/parts/notice_bar.h"
#include "ui/plan/plan_page.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace spillway;

/// The window as a user drives it, with the real engine, the real guard and a real session file.
class WindowTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        fixture_ = std::make_unique<WindowFixture>();
        open(fixture_->options());
    }

    void cleanup() { window_.reset(); }

    void fromAnEmptyWindowToChartsWithTheSessionsNumbers()
    {
        generate(20'000'000);
        chooseWorkers({1, 2});
        runPlan();
        const auto& records = window_->workbench().records();
        QCOMPARE(records.size(), 4 * readyEngines());
        QVERIFY(std::ranges::all_of(records, [](const RunRecord& record) {
            return record.status == RunStatus::Ok && record.rows > 0;
        }));
        compareWithRecords();
        exportEverything();
        const auto session = window_->workbench().sessionPath();
        const auto before = records;
        WindowOptions options = fixture_->options();
        options.file = session;
        open(options);
        QTRY_COMPARE(window_->workbench().records().size(), before.size());
        QVERIFY(window_->workbench().records() == before);
        QCOMPARE(window_->workbench().datasets().size(), std::size_t(1));
        compareWithRecords();
    }

    void aFurtherPlanKeepsTheLimitAndItsComparisonIsShown()
    {
        generate(20'000'000);
        chooseWorkers({1});
        repeats(1);
        runPlan();
        limit()->setText(QStringLiteral("1234567891 B"));
        runPlan();
        const auto choice = [&] {
            for (const auto* box : window_->comparePage().findChildren<QComboBox*>())
                if (box->accessibleName() == QLatin1String("Data and settings"))
                    return box->currentText();
            return QString();
        };
        for (auto* shown : window_->findChildren<LiveHead*>().front()->findChildren<QPushButton*>())
            if (shown->text() == QLatin1String("Compare")) shown->click();
        QCOMPARE(window_->currentPage(), PageId::Compare);
        QVERIFY2(choice().contains(QStringLiteral("limit 1.23 GB")), qPrintable(choice()));
        WindowOptions options = fixture_->options();
        options.file = window_->workbench().sessionPath();
        open(options);
        QTRY_COMPARE(limit()->text(), QStringLiteral("1.23 GB"));
        QTRY_VERIFY(window_->planPage().plan().has_value());
        QCOMPARE(window_->planPage().plan()->memoryLimit, std::optional<Bytes>(1'234'567'891));
        window_->planPage().applyPreset(QStringLiteral("quick"));
        QCOMPARE(window_->planPage().plan()->memoryLimit, std::optional<Bytes>(1'234'567'891));
    }

    void stopKeepsWhatHasEndedAndOffersToContinue()
    {
        generate(20'000'000);
        chooseWorkers({1, 2});
        repeats(20);
        QSignalSpy ended(&window_->runs(), &RunController::runEnded);
        QSignalSpy over(&window_->runs(), &RunController::planEnded);
        QTRY_VERIFY(button("start")->isEnabled());
        QTest::mouseClick(button("start"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(ended.count() >= 1, 30000);
        QTest::mouseClick(button("stopPlan"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 10000);
        QVERIFY(over[0][0].value<PlanOutcome>().cancelled);
        QVERIFY(window_->workbench().records().size() < 40 * readyEngines());
        window_->showPage(PageId::Plan);
        const auto resume = [this] { return buttonBeginning(QStringLiteral("Resume (")); };
        QTRY_VERIFY(resume());
        QTest::mouseClick(buttonNamed(QStringLiteral("Discard")), Qt::LeftButton);
        QTRY_VERIFY(!resume());
    }

    void aPlanIsExtendedByItsMissingRunsOnly()
    {
        generate(5'000'000);
        chooseWorkers({1});
        runPlan();
        QCOMPARE(window_->workbench().records().size(), 2 * readyEngines());
        window_->showPage(PageId::Plan);
        chooseWorkers({1, 2});
        runPlan();
        QCOMPARE(window_->workbench().records().size(), 4 * readyEngines());
        const auto with1 =
            std::ranges::count(window_->workbench().records(), 1,
                               [](const auto& record) { return record.cell.workers; });
        QCOMPARE(static_cast<std::size_t>(with1), 2 * readyEngines());
    }

    void theKeyboardReachesEveryPage()
    {
        const PageId pages[] = {PageId::Plan, PageId::Live, PageId::Compare, PageId::Data};
        const Qt::Key keys[] = {Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_1};
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        for (int i = 0; i < 4; ++i) {
            QTest::keyClick(window_.get(), keys[i], Qt::ControlModifier);
            QCOMPARE(window_->currentPage(), pages[i]);
        }
    }

    void everyControlHasAnAccessibleName()
    {
        generate(2'000'000);
        QStringList nameless;
        for (QWidget* widget : window_->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !isControl(widget)) continue;
            if (QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget))
                if (face->text(QAccessible::Name).isEmpty())
                    nameless << QLatin1String(widget->metaObject()->className()) +
                                    QLatin1Char(' ') + widget->objectName() +
                                    QLatin1String(" in ") +
                                    QLatin1String(
                                        widget->parentWidget()->metaObject()->className());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral(", "))));
    }

    void errorsStandWhereTheyHappenWithARemedy()
    {
        window_->dataPage().showOpen();
        auto* notice = window_->dataPage().openPanel().findChild<NoticeBar*>();
        window_->dataPage().openPanel().inspect(QStringLiteral("/no/such/file.csv"));
        QTRY_VERIFY(notice->isVisible());
        QVERIFY(notice->message().contains(QStringLiteral("/no/such/file.csv")));
        const auto path = fixture_->path("good.csv");
        std::ofstream(path) << "key,x\nA,1\nB,2\n";
        window_->dataPage().openPanel().inspect(pathText(path));
        QTRY_VERIFY(!notice->isVisible());
        QTest::mouseClick(button("addDataset"), Qt::LeftButton);
        QTRY_COMPARE(window_->workbench().datasets().size(), std::size_t(1));
    }

    void aDiskThatCannotHoldItIsSaidBeforeAnythingIsWritten()
    {
        GeneratorSpec spec;
        spec.bytes = 900'000'000'000'000;
        window_->dataPage().showGenerate();
        GeneratePanel& panel = window_->dataPage().generatePanel();
        panel.setSpec(spec);
        QTRY_VERIFY(!button("generate")->isEnabled());
        QVERIFY(!std::filesystem::exists(panel.output()));
    }

    void theCommandOfThePlanIsCopied()
    {
        generate(2'000'000);
        chooseWorkers({2});
        QTRY_VERIFY(buttonNamed(QStringLiteral("Copy as command"))->isEnabled());
        QTest::mouseClick(buttonNamed(QStringLiteral("Copy as command")), Qt::LeftButton);
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY2(command.startsWith(QStringLiteral("spillway run ")), qPrintable(command));
        QVERIFY2(command.contains(QStringLiteral("--workers 2")), qPrintable(command));
    }

private:
    /// A plan begins with every engine that is ready.
    std::size_t readyEngines() const
    {
        return static_cast<std::size_t>(std::ranges::count(window_->workbench().engines(),
                                                           EngineState::Ready, &EngineInfo::state));
    }

    static bool isControl(const QWidget* widget)
    {
        return qobject_cast<const QAbstractButton*>(widget) ||
               qobject_cast<const QComboBox*>(widget) ||
               qobject_cast<const QAbstractSpinBox*>(widget);
    }

    void open(const WindowOptions& options)
    {
        window_.reset();
        window_ = std::make_unique<MainWindow>(options);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        QTRY_VERIFY(window_->workbench().registry());
    }

    QAbstractButton* button(const char* name)
    {
        return window_->findChild<QAbstractButton*>(QLatin1String(name));
    }

    QPushButton* buttonBeginning(const QString& title)
    {
        for (auto* found : window_->findChildren<QPushButton*>())
            if (found->text().startsWith(title) && found->isVisible()) return found;
        return nullptr;
    }

    QPushButton* buttonNamed(const QString& title)
    {
        for (auto* found : window_->findChildren<QPushButton*>())
            if (found->text() == title && found->isVisible()) return found;
        return nullptr;
    }

    void generate(Bytes bytes)
    {
        GeneratorSpec spec;
        spec.bytes = bytes;
        spec.signal = 4;
        window_->dataPage().showGenerate();
        window_->dataPage().generatePanel().setSpec(spec);
        QTRY_VERIFY(button("generate")->isEnabled());
        QTest::mouseClick(button("generate"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window_->workbench().datasets().size(), std::size_t(1), 30000);
        window_->showPage(PageId::Plan);
    }

    /// Clicks chips until exactly these are on.
    void chooseWorkers(const std::vector<int>& counts)
    {
        for (auto* chip : window_->planPage().findChildren<QPushButton*>()) {
            if (chip->property("role").toString() != QLatin1String("chip")) continue;
            if (!chip->isCheckable()) continue;
            const bool wanted = std::ranges::find(counts, chip->text().toInt()) != counts.end();
            if (chip->isChecked() != wanted) QTest::mouseClick(chip, Qt::LeftButton);
            QCOMPARE(chip->isChecked(), wanted);
        }
    }

    void repeats(int count)
    {
        for (auto* box : window_->planPage().findChildren<QSpinBox*>())
            if (box->accessibleName() == QLatin1String("Repeats")) box->setValue(count);
    }

    QLineEdit* limit()
    {
        for (auto* field : window_->planPage().findChildren<QLineEdit*>())
            if (field->accessibleName() == QLatin1String("Memory limit of one run")) return field;
        return nullptr;
    }

    void runPlan()
    {
        QSignalSpy over(&window_->runs(), &RunController::planEnded);
        QTRY_VERIFY(button("start")->isEnabled());
        QTest::mouseClick(button("start"), Qt::LeftButton);
        QCOMPARE(window_->currentPage(), PageId::Live);
        QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 60000);
    }

    /// Each median on the compare page is the median of the session's own runs.
    void compareWithRecords()
    {
        window_->showPage(PageId::Compare);
        QTRY_COMPARE(window_->comparePage().comparisons().size(), std::size_t(1));
        const Comparison& comparison = window_->comparePage().comparisons().front();
        QCOMPARE(comparison.workers, (std::vector<int>{1, 2}));
        for (const CellSummary& cell : comparison.lines.front().cells) {
            std::vector<double> seconds;
            for (const RunRecord& record : window_->workbench().records())
                if (record.cell == cell.cell && !record.warmup) seconds.push_back(*record.seconds);
            QCOMPARE(seconds.size(), std::size_t(2));
            QVERIFY(cell.seconds);
            QVERIFY(std::abs(cell.seconds->median - (seconds[0] + seconds[1]) / 2) < 1e-12);
        }
        window_->comparePage().findChild<QTabBar*>()->setCurrentIndex(1); // Scaling
        QTRY_COMPARE(window_->comparePage().charts().size(), 4);
    }

    void exportEverything()
    {
        const auto files = window_->comparePage().exportAll(fixture_->path("export"));
        QVERIFY2(files.has_value(), files ? "" : files.error().message.c_str());
        QVERIFY(files->size() >= 4);
        for (const auto& file : *files)
            QVERIFY2(std::filesystem::file_size(file) > 0, file.c_str());
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<MainWindow> window_;
};

SPILLWAY_TESTS(WindowTest, QApplication)
#include "window_test.moc"
