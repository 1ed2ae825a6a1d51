#include "live_runs.h"
#include "suites/suites.h"
#include "window_fixture.h"

#include "session/session_store.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/exclude_dialog.h"
#include "ui/compare/run_drawer.h"
#include "ui/data/data_page.h"
#include "ui/data/open_panel.h"
#include "ui/data/question_row.h"
#include "work/workbench.h"

#include <QApplication>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QToolTip>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace spillway;

/// The Compare page and the Data page with made-up runs of seven engines within three memory
/// limits, as pictures in <build>/screenshots/compare that people can look at. Asserted: every page
/// fits into its window.
class CompareScreenshotsTest : public QObject {
    Q_OBJECT
private slots:
    void everyView_data();
    void everyView();

private:
    std::filesystem::path session();
    void shot(const char* name);
    void chooseTab(const char* title);
    void compareViews();
    void dataViews();

    WindowFixture fixture_;
    std::unique_ptr<MainWindow> window_;
    QString prefix_;
};

void CompareScreenshotsTest::everyView_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::newRow("light-1280") << false << QSize(1280, 720);
    QTest::newRow("dark-1280") << true << QSize(1280, 720);
    QTest::newRow("light-1440") << false << QSize(1440, 900);
    QTest::newRow("dark-1440") << true << QSize(1440, 900);
}

/// Polars and DuckDB survive the least memory, by spilling; pandas survives none.
std::filesystem::path CompareScreenshotsTest::session()
{
    struct Made {
        const char* engine;
        const char* profile;
        double seconds;
        double least; ///< GB that it survives
    };
    constexpr Made engines[]{{"polars", "default", 3.1, 0.25}, {"duckdb", "default", 3.4, 0.25},
                             {"dask", "tuned", 8.2, 0.5},      {"dask", "naive", 12.4, 1},
                             {"ray", "tuned", 9.5, 1},         {"pandas", "default", 21, 2},
                             {"pyspark", "default", 15, 1},    {"chunked", "default", 2.2, 0.25}};
    const auto path = fixture_.path((utf8(prefix_) + ".spillway").c_str());
    auto store = SessionStore::create(path);
    int n = 0;
    for (const double limit : {1.0, 0.5, 0.25})
        for (const auto& [engine, profile, seconds, least] : engines)
            for (const int workers : {1, 2, 4})
                for (int repeat = 1; repeat <= 3; ++repeat) {
                    auto cell = cellOf(engine, profile, workers);
                    cell.memoryLimit = Bytes(limit * 1e9);
                    const bool ok = limit >= least;
                    const double time = seconds * std::pow(workers, -0.7) * (1 + 0.3 / limit) *
                                        (1 + 0.01 * (n++ % 7));
                    auto run = recordOf(plannedRun(cell, repeat), 0,
                                        ok ? RunStatus::Ok : RunStatus::MemoryLimit, time);
                    run.round = repeat;
                    run.planId = 1;
                    run.machine = "AMD EPYC 7763, 4 cores, 16 GiB, 0a1b";
                    run.datasetName = "orders-2025-with-a-rather-long-name.csv";
                    run.peakBytes = Bytes(limit * 1e9 * (0.4 + 0.07 * (n % 8)));
                    run.setupSeconds = seconds > 8 ? 4.2 : 0.3;
                    if (ok && limit < 2 * least) run.spilledBytes = Bytes(120e6 / limit);
                    if (!store->addRun(run, {}, {})) qFatal("No session.");
                }
    if (!store->excludeRun(3, "the laptop slept")) qFatal("No session.");
    return path;
}

void CompareScreenshotsTest::shot(const char* name)
{
    const QString folder = QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/compare/");
    QVERIFY(QDir().mkpath(folder));
    QCoreApplication::processEvents();
    QTest::qWait(50);
    QCoreApplication::processEvents();
    QVERIFY(window_->minimumSizeHint().width() <= window_->width());
    QVERIFY(window_->grab().save(folder + prefix_ + '-' + QLatin1String(name) + ".png"));
}

void CompareScreenshotsTest::chooseTab(const char* title)
{
    auto* tabs = window_->comparePage().findChild<QTabBar*>();
    for (int i = 0; i < tabs->count(); ++i)
        if (tabs->tabText(i) == QLatin1String(title)) tabs->setCurrentIndex(i);
}

void CompareScreenshotsTest::everyView()
{
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    prefix_ = QString::fromLatin1(QTest::currentDataTag());
    WindowOptions options = fixture_.options();
    options.settings.appearance = dark ? Appearance::Dark : Appearance::Light;
    window_ = std::make_unique<MainWindow>(options);
    window_->resize(size);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    QTRY_VERIFY(window_->workbench().registry());
    window_->workbench().openSession(session());
    QTRY_COMPARE(window_->comparePage().comparisons().size(), std::size_t(3));
    QTRY_COMPARE(window_->currentPage(), PageId::Compare);
    compareViews();
    dataViews();
    window_.reset();
}

void CompareScreenshotsTest::compareViews()
{
    ComparePage& page = window_->comparePage();
    chooseTab("Ranking");
    shot("1-ranking");
    chooseTab("Scaling");
    emit page.charts().front()->cellHovered(page.comparisons().back().lines[1].cells[1].cell);
    shot("2-scaling-crosshair");
    chooseTab("Memory");
    shot("3-memory");
    page.findChild<QSlider*>()->setValue(0);
    shot("3-memory-most");
    chooseTab("Table");
    shot("4-table");
    for (auto* edit : page.findChildren<QLineEdit*>())
        if (edit->accessibleName() == "Filter of the table") edit->setText("polars");
    shot("4-table-filtered");
    chooseTab("Ranking");
    auto* rows = page.findChild<QTableView*>("ranking");
    rows->selectRow(0);
    QTest::keyClick(rows, Qt::Key_Return);
    const qint64 run = page.findChild<RunDrawer*>()->currentRun();
    shot("5-drawer");
    page.findChild<QPushButton*>("exclude-run")->click();
    QCoreApplication::processEvents();
    auto* dialog = page.findChild<ExcludeDialog*>();
    QVERIFY(dialog);
    QVERIFY(dialog->grab().save(QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/compare/") +
                                prefix_ + "-5-exclude.png"));
    emit dialog->chosen("other programs were using the machine");
    dialog->reject();
    const auto excluded = [&] {
        const auto& records = window_->workbench().records();
        return std::ranges::find(records, run, &RunRecord::id)->excluded.has_value();
    };
    QTRY_VERIFY_WITH_TIMEOUT(excluded(), 20000);
    QTest::qWait(700); // the redraw that is put off
    shot("5-drawer-excluded");
    page.findChild<RunDrawer*>()->hide();
}

void CompareScreenshotsTest::dataViews()
{
    const auto path = fixture_.path("taxi.csv");
    std::ofstream file(path);
    file << "id;pickup;zone;distance;fare;passengers;note\n";
    for (int i = 0; i < 400; ++i)
        file << i << ";2025-01-" << 10 + i % 19 << ";zone " << i % 7 << ';' << i % 31 / 3.0 << ';'
             << (i % 40 == 0 ? "" : std::to_string(4.5 + i % 90 / 2.0)) << ';' << 1 + i % 4
             << ";\"paid, in cash\"" << (i == 6 ? ";too much" : "") << '\n';
    file.close();
    window_->showPage(PageId::Data);
    window_->dataPage().openFile(pathText(path));
    auto* add = window_->findChild<QPushButton*>("addDataset");
    QTRY_VERIFY_WITH_TIMEOUT(add->isEnabled(), 20000);
    shot("6-open");
    add->click();
    auto* table = window_->findChild<QTableView*>("dataset-preview");
    QTRY_VERIFY_WITH_TIMEOUT(table->isVisible() && table->model()->rowCount() > 0, 20000);
    shot("6-dataset");
    const auto png = fixture_.path("picture.csv");
    std::ofstream(png, std::ios::binary) << std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    window_->dataPage().openFile(pathText(png));
    QTRY_VERIFY(!add->isEnabled());
    shot("6-refused");
}

SPILLWAY_TESTS(CompareScreenshotsTest, QApplication)
#include "compare_screenshots_test.moc"
