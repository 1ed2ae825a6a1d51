#include "base/json.h"
#include "experiment/expand.h"
#include "light_application.h"
#include "session/measuring_lock.h"
#include "suites/suites.h"
#include "ui/live/live_page.h"
#include "ui/live/live_view.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/theme.h"
#include "window_fixture.h"
#include "work/followed_plan.h"
#include "work/run_controller.h"
#include "work/workbench.h"
#include "workloads/etl/etl.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// Another program measures into the session that this window has open.
class FollowedTest : public QObject {
    Q_OBJECT
    WindowFixture fixture_;

    Plan plan() const
    {
        const auto path = fixture_.path("followed.csv");
        std::ofstream(path) << "k,v\na,1\nb,2\n";
        Plan plan;
        plan.datasets = {openDataset(path.string())->dataset};
        plan.workloads = {EtlWorkload{"k", {"v"}, {}}};
        plan.engines = {{"chunked", {}}};
        plan.workers = {1, 2};
        plan.repeats = 2;
        return plan;
    }

    static RunRecord recordOf(const PlannedRun& run, std::int64_t planId)
    {
        RunRecord record;
        record.planId = planId;
        record.cell = run.cell;
        record.workload = run.workload;
        record.warmup = run.warmup;
        record.repeat = run.repeat;
        record.round = run.round;
        record.seconds = 0.5;
        record.wallSeconds = 0.6;
        record.startedAt = "2025-01-01T10:00:00Z";
        return record;
    }

private slots:
    void whatFollowsTheNewestRunIsNext()
    {
        EngineInfo chunked;
        chunked.manifest.id = "chunked";
        chunked.manifest.kinds["etl"].profiles = {{"default", "Default", "h"}};
        const auto runs = expand(plan(), {chunked});
        QCOMPARE(runs.size(), std::size_t(6));
        StoredPlan stored;
        stored.id = 1;
        stored.text = toLine(toJson(plan()));
        const auto next = [&](const std::vector<std::size_t>& recorded) {
            std::vector<RunRecord> records;
            for (const auto position : recorded) {
                records.push_back(recordOf(runs[position], 1));
                records.back().id = static_cast<std::int64_t>(records.size());
            }
            return followedProgress(stored, records, {chunked}, nullptr, true).current;
        };
        QCOMPARE(next({}), std::optional<std::size_t>(0));
        // What a time budget left out lies before it.
        QCOMPARE(next({0, 1, 3}), std::optional<std::size_t>(4));
        // A plan that goes on has records after it.
        QCOMPARE(next({0, 1, 5, 2}), std::optional<std::size_t>(3));
        QVERIFY(!next({0, 1, 2, 3, 4, 5}));
    }

    void oneProgramMeasuresIntoASession()
    {
        const auto path = fixture_.path("locked.spillway");
        QVERIFY(SessionStore::create(path).has_value());
        QVERIFY(!MeasuringLock::isTaken(path));
        {
            const auto lock = MeasuringLock::take(path);
            QVERIFY(lock.has_value());
            QVERIFY(MeasuringLock::isTaken(path));
            const auto second = MeasuringLock::take(path);
            QVERIFY(!second);
            QCOMPARE(second.error().code, ErrorCode::NotPermitted);
        }
        QVERIFY(!MeasuringLock::isTaken(path));
        QVERIFY(MeasuringLock::take(path).has_value());
    }

    void aSessionThatIsWrittenIsFollowedAndNotChanged()
    {
        const auto path = fixture_.path("followed.spillway");
        auto store = SessionStore::create(path);
        QVERIFY(store.has_value());
        const auto options = fixture_.options();
        Workbench workbench(options.engines, options.settings, {});
        RunController runs(workbench, options.guardProgram);
        LivePage page(workbench, runs);
        page.resize(1120, 644);
        page.show();
        QTRY_VERIFY(workbench.registry());
        workbench.openSession(path);
        QTRY_VERIFY(workbench.hasSession());
        QVERIFY(!workbench.isReadOnly());

        const Plan measured = plan();
        const auto all = expand(measured, workbench.engines());
        QCOMPARE(all.size(), std::size_t(6));
        auto lock = MeasuringLock::take(path);
        QVERIFY(lock.has_value());
        const auto id = store->addPlan(toJson(measured));
        QVERIFY(store->addRun(recordOf(all[0], *id), {}, {}).has_value());
        QTRY_VERIFY(workbench.isFollowed());
        QTRY_COMPARE(workbench.records().size(), std::size_t(1));
        QVERIFY(workbench.isReadOnly());
        QTRY_VERIFY(page.notice()->message().startsWith(QStringLiteral("Another window")));
        auto* race = page.findChild<QTableView*>(QStringLiteral("race"));
        QTRY_VERIFY(race->isVisible());
        QCOMPARE(race->model()->rowCount(), 2);
        const auto told = [&] {
            for (const auto* label : page.findChildren<QLabel*>())
                if (label->accessibleName() == QLatin1String("How far the plan is"))
                    return label->text();
            return QString();
        };
        QTRY_VERIFY2(told().startsWith(QStringLiteral("Run 2 of 6")), qPrintable(told()));
        QVERIFY(!page.findChild<QToolButton*>(QStringLiteral("stop"))->isVisible());

        // What is stored meanwhile is seen, and nothing can be started here.
        for (std::size_t i = 1; i < 4; ++i)
            QVERIFY(store->addRun(recordOf(all[i], *id), {}, {}).has_value());
        QTRY_VERIFY2(told().startsWith(QStringLiteral("Run 5 of 6")), qPrintable(told()));
        QSignalSpy failed(&runs, &RunController::failed);
        runs.start(measured, false);
        QTRY_COMPARE(failed.size(), 1);

        // It was stopped there: now it can go on here.
        {
            const auto ended = std::move(*lock);
        }
        QTRY_VERIFY(!workbench.isFollowed());
        QVERIFY(!workbench.isReadOnly());
        auto* resume = page.findChild<QPushButton*>(QStringLiteral("resume"));
        QTRY_VERIFY(resume->isVisible());
        QCOMPARE(resume->text(), QStringLiteral("Resume (2 left)"));
        QVERIFY2(told().startsWith(QStringLiteral("Stopped: 4 of 6")), qPrintable(told()));
    }
};

SPILLWAY_TESTS(FollowedTest, LightApplication)
#include "followed_test.moc"
