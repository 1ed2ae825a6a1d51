#include "suites/suites.h"
#include "window_fixture.h"

#include "ui/engines/engine_row.h"
#include "ui/plan/plan_page.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QtTest>

using namespace spillway;

/// Work that reads no data on the Plan page, in a session without a dataset.
class NoDataPlanTest : public QObject {
    Q_OBJECT
private slots:
    void workThatReadsDataIsOfferedFirstAndNeedsSome();
    void workWithoutDataIsStartedWithoutADataset();
    void kindsOfWorkOfDifferentDefaultsKeepTheirOwn();

private:
    QCheckBox* box(const QString& words) const
    {
        for (auto* box : window_->findChildren<QCheckBox*>())
            if (box->text() == words) return box;
        return nullptr;
    }
    bool says(const QString& words) const
    {
        return std::ranges::any_of(window_->findChildren<QLabel*>(), [&](const QLabel* label) {
            return label->isVisible() && label->text().contains(words);
        });
    }
    void open()
    {
        window_ = std::make_unique<MainWindow>(fixture_.options());
        window_->resize(1400, 900);
        window_->show();
        QTRY_VERIFY(window_->workbench().registry() != nullptr);
        window_->showPage(PageId::Plan);
    }

    WindowFixture fixture_;
    std::unique_ptr<MainWindow> window_;
};

void NoDataPlanTest::workThatReadsDataIsOfferedFirstAndNeedsSome()
{
    open();
    QVERIFY(box("Group-by mean")->isChecked());
    QVERIFY(!box("Column means of an array")->isChecked());
    QTRY_VERIFY(says("Add a dataset on the Data page to begin."));
    QVERIFY(!window_->findChild<QPushButton*>("start")->isEnabled());
}

void NoDataPlanTest::workWithoutDataIsStartedWithoutADataset()
{
    open();
    const auto* naive = window_->findChild<QPushButton*>("profile-dask-naive");
    const auto* processes = window_->findChild<QPushButton*>("profile-dask-processes");
    QVERIFY(!naive->isHidden() && processes->isHidden());
    box("Group-by mean")->setChecked(false);
    box("Column means of an array")->setChecked(true);
    // Profiles are those of the chosen kind of work.
    QVERIFY(naive->isHidden() && !processes->isHidden());
    auto* start = window_->findChild<QPushButton*>("start");
    QTRY_VERIFY(start->isEnabled());
    QVERIFY(!says("Add a dataset on the Data page to begin."));
    if (const auto folder = qEnvironmentVariable("SPILLWAY_SCREENSHOTS"); !folder.isEmpty())
        QVERIFY(window_->grab().save(folder + "/no-data-plan.png"));
    start->click();
    const auto finished = [&] {
        const auto& records = window_->workbench().records();
        return std::ranges::any_of(records, [](const RunRecord& record) {
            return record.status == RunStatus::Ok && record.workload.kind == "array";
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(finished(), 120'000);
    QTRY_VERIFY_WITH_TIMEOUT(!window_->runs().isRunning(), 120'000);
    // Nobody has added a dataset.
    QVERIFY(window_->workbench().datasets().empty());
    for (const RunRecord& record : window_->workbench().records())
        QCOMPARE(record.datasetName, std::string("this machine"));
    window_->showPage(PageId::Compare);
    if (const auto folder = qEnvironmentVariable("SPILLWAY_SCREENSHOTS"); !folder.isEmpty())
        QVERIFY(window_->grab().save(folder + "/no-data-compare.png"));
}

void NoDataPlanTest::kindsOfWorkOfDifferentDefaultsKeepTheirOwn()
{
    open();
    auto engines = window_->workbench().engines();
    auto dask = std::ranges::find(engines, std::string("dask"),
                                  [](const EngineInfo& engine) { return engine.manifest.id; });
    QVERIFY(dask != engines.end());
    dask->state = EngineState::Ready;
    EngineRow row(window_->workbench(), *dask, {"etl"});
    const auto* usual = row.findChild<QPushButton*>("profile-dask-");
    using Profiles = std::vector<std::string>;
    QCOMPARE(row.profiles(), Profiles{"tuned"});
    QVERIFY(usual->isHidden());
    // "tuned" would be refused for the array, and nobody has chosen it.
    row.offerFor({"etl", "array"});
    QVERIFY(!usual->isHidden());
    QCOMPARE(row.profiles(), Profiles{""});
    // A plan without a profile means just that.
    row.setProfiles({"naive"});
    row.setProfiles({""});
    QCOMPARE(row.profiles(), Profiles{""});
    row.offerFor({"tasks"}); // which has one that is an array's default, and another default
    QVERIFY(usual->isHidden());
    QCOMPARE(row.profiles(), Profiles{"batched"});
    row.offerFor({"etl"});
    QCOMPARE(row.profiles(), Profiles{"tuned"});
    // What somebody has chosen stays, whatever is ticked.
    row.findChild<QPushButton*>("profile-dask-naive")->click();
    row.offerFor({"etl", "array"});
    QCOMPARE(row.profiles(), (Profiles{"tuned", "naive"}));
}

SPILLWAY_TESTS(NoDataPlanTest, QApplication)
#include "no_data_plan_test.moc"
