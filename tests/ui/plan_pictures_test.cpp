#include "suites/suites.h"
#include "window_fixture.h"

#include "data/open_dataset.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/query_editor.h"
#include "ui/plan/quiet_check.h"
#include "ui/plan/step_cards.h"
#include "work/workbench.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTabBar>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// The Plan page with real engines and a query, in light and dark, at the sizes that it is designed
/// for, as pictures in <build>/screenshots/plan that people can look at. Asserted: nothing is wider
/// than the page, and Start is seen.
class PlanPicturesTest : public QObject {
    Q_OBJECT
private slots:
    void thePageInItsStates_data();
    void thePageInItsStates();

private:
    template <class Widget>
    Widget* named(const char* name) const
    {
        return window_->findChild<Widget*>(QLatin1String(name));
    }
    void add(const char* file, const std::string& text)
    {
        std::ofstream(fixture_->path(file)) << text;
        const auto opened = openDataset(fixture_->path(file).string());
        QVERIFY(opened.has_value());
        const auto before = window_->workbench().datasets().size();
        window_->workbench().addDataset(*opened);
        QTRY_COMPARE(window_->workbench().datasets().size(), before + 1);
    }
    void picture(const char* name);
    void scrollTo(QWidget* widget)
    {
        for (auto* area : window_->planPage().findChildren<QScrollArea*>())
            area->ensureWidgetVisible(widget, 0, 400);
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<MainWindow> window_;
    QString prefix_;
};

void PlanPicturesTest::thePageInItsStates_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::newRow("light-1280") << false << QSize(1280, 720);
    QTest::newRow("dark-1440") << true << QSize(1440, 900);
    QTest::newRow("light-1440") << false << QSize(1440, 900);
    QTest::newRow("dark-1280") << true << QSize(1280, 720);
}

void PlanPicturesTest::picture(const char* name)
{
    QTest::qWait(150); // what is put off for a moment
    auto* start = named<QPushButton>("start");
    QVERIFY2(!start->visibleRegion().isEmpty() &&
                 window_->rect().contains(start->mapTo(window_.get(), start->rect().bottomRight())),
             name);
    for (const auto* area : window_->planPage().findChildren<QScrollArea*>())
        QVERIFY2(area->widget()->width() <= area->viewport()->width(), name);
    const QString folder = QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/plan/");
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(window_->grab().save(folder + prefix_ + QLatin1Char('-') + QLatin1String(name) +
                                 QStringLiteral(".png")));
}

void PlanPicturesTest::thePageInItsStates()
{
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    prefix_ = QString::fromLatin1(QTest::currentDataTag());
    fixture_ = std::make_unique<WindowFixture>();
    auto options = fixture_->options();
    options.settings.measurement = {};
    options.settings.appearance = dark ? Appearance::Dark : Appearance::Light;
    options.engines.environments = SPILLWAY_SOURCE_DIR "/build/data/spillway/environments";
    window_ = std::make_unique<MainWindow>(options);
    window_->resize(size);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    QTRY_VERIFY(window_->workbench().registry());
    window_->showPage(PageId::Plan);
    window_->planPage().quietCheck().hold(true);
    picture("empty");
    std::string orders = "id,customer,placed,status,amount\n";
    for (int i = 0; i < 500; ++i)
        orders += std::to_string(i) + "," + std::to_string(i % 40) + ",2025-01-" +
                  std::to_string(10 + i % 20) + "," + (i % 3 ? "paid" : "open") + "," +
                  std::to_string(i % 97) + ".5\n";
    add("orders.csv", orders);
    picture("ambiguous");
    named<QPushButton>("preset-quick")->click();
    window_->planPage().quietCheck().take(OtherLoad{.cores = 1.4, .names = {"cc1plus", "ninja"}});
    named<QCheckBox>("work-logreg")->setChecked(true);
    picture("two-kinds");
    named<QCheckBox>("work-etl")->setChecked(false);
    named<QCheckBox>("work-logreg")->setChecked(false);
    named<QCheckBox>("work-query")->setChecked(true);
    auto* editor = named<QueryEditor>("job-text");
    editor->setPlainText("-- what each customer paid\nSELECT customer, count(*) AS n, "
                         "sum(amount) AS total\nFROM data\nWHERE status = 'paid' AND amount > "
                         "10\nGROUP BY customer\nORDER BY total DESC\nLIMIT 20");
    QTRY_VERIFY_WITH_TIMEOUT(
        named<QLabel>("first-rows-words")->text().contains(QStringLiteral("DuckDB")), 60'000);
    picture("query");
    auto* tabs = named<QTabBar>("job-tabs");
    tabs->setCurrentIndex(tabs->count() > 2 ? 2 : 1);
    picture("program");
    tabs->setCurrentIndex(0);
    named<StepCards>("job-steps")->setCurrentRow(1);
    editor->setPlainText("SELECT customer, sum(amont) AS total\nFROM data\nGROUP BY customer");
    QTRY_VERIFY_WITH_TIMEOUT(!editor->extraSelections().isEmpty(), 60'000);
    picture("fault");
    editor->setPlainText("SELECT customer, sum(amount) AS total\nFROM data\nGROUP BY customer");
    scrollTo(named<QWidget>("available-engines"));
    picture("engines");
    window_.reset();
}

SPILLWAY_TESTS(PlanPicturesTest, QApplication)
#include "plan_pictures_test.moc"
