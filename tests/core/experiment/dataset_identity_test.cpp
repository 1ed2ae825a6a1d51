#include "base/json.h"
#include "runner_fixture.h"

#include <QtTest>

using namespace spillway;
using testing::Recorder;
using testing::RunnerFixture;

/// Runs on different data never share a cell, although the samples of a fingerprint see no
/// difference.
class DatasetIdentityTest : public QObject {
    Q_OBJECT
private slots:
    void otherBytesBetweenTheSamplesAreAnotherDataset();
    void touchedFilesStayTheSameDataset();
    void aPlanThatGoesOnRefusesOtherBytes();
    void otherBytesDuringAPlanFailItsRuns();
    void aTimeThatIsSetBackHidesNothing();
};

namespace {

constexpr Bytes size = 6'000'000; // above the 4 MiB that are sampled whole

/// Swaps two digits that lie between samples: same size, same fingerprint, other groups.
void edit(const std::filesystem::path& csv, char digit)
{
    std::fstream file(csv, std::ios::in | std::ios::out | std::ios::binary);
    // The first sample is the first 64 KiB, the second begins at (size − 64 KiB)/63.
    file.seekp(4 + 8 * 10'000 + 2);
    file.put(digit);
}

struct Times {
    timespec modified{};
    explicit Times(const std::filesystem::path& file)
    {
        struct stat facts {};
        ::stat(file.c_str(), &facts);
        modified = facts.st_mtim;
    }
    void restore(const std::filesystem::path& file) const
    {
        const std::array<timespec, 2> times{modified, modified};
        ::utimensat(AT_FDCWD, file.c_str(), times.data(), 0);
    }
};

double meanOfA(const RunRecord& record)
{
    return std::get<EtlResult>(*record.result).groups.front().means.front();
}

} // namespace

void DatasetIdentityTest::otherBytesBetweenTheSamplesAreAnotherDataset()
{
    RunnerFixture fixture;
    const auto csv = fixture.writeRows("own.csv", size);
    const Plan first = RunnerFixture::plan({csv});
    Recorder seen;
    VERIFY_RESULT(fixture.run(first, seen));
    QCOMPARE(seen.hashed.first, seen.hashed.second);
    edit(csv, '9');
    const Plan second = RunnerFixture::plan({csv});
    QCOMPARE(second.datasets[0].fingerprint, first.datasets[0].fingerprint);
    VERIFY_RESULT(fixture.run(second, seen));
    QCOMPARE(seen.ended.size(), std::size_t(4));
    for (const auto& record : seen.ended)
        QVERIFY2(record.status == RunStatus::Ok, record.error ? record.error->message.c_str() : "");
    QVERIFY(meanOfA(seen.ended[0]) != meanOfA(seen.ended[2]));
    QCOMPARE(seen.ended[0].cell.dataset, first.datasets[0].fingerprint);
    QVERIFY(seen.ended[2].cell.dataset != seen.ended[0].cell.dataset);
    QVERIFY(seen.ended[2].dataHash != seen.ended[0].dataHash);
    QCOMPARE(fixture.store().datasets()->size(), std::size_t(2));
    // And back again: the first dataset.
    edit(csv, '1');
    VERIFY_RESULT(fixture.run(RunnerFixture::plan({csv}), seen));
    QCOMPARE(seen.ended[4].cell.dataset, seen.ended[0].cell.dataset);
    QCOMPARE(seen.ended[4].dataHash, seen.ended[0].dataHash);
    // A plan of the second dataset, as the session keeps it, finds other data now.
    const auto plans = fixture.store().plans();
    const auto stored = planFromText((*plans)[1].text);
    QCOMPARE(fixture.run(*stored, seen).error().code, ErrorCode::DataUnreadable);
}

void DatasetIdentityTest::touchedFilesStayTheSameDataset()
{
    RunnerFixture fixture;
    const auto csv = fixture.writeRows("own.csv", size);
    const Plan plan = RunnerFixture::plan({csv});
    Recorder seen;
    seen.afterRun = [&](const RunRecord&) {
        QCOMPARE(::utimensat(AT_FDCWD, csv.c_str(), nullptr, 0), 0);
    };
    VERIFY_RESULT(fixture.run(plan, seen));
    QCOMPARE(seen.ended[1].status, RunStatus::Ok);
    QCOMPARE(seen.ended[1].dataHash, seen.ended[0].dataHash);
    // Under a stamp that was seen, nothing is read again.
    Recorder again;
    VERIFY_RESULT(fixture.run(plan, again));
    again.hashed = {};
    again.afterRun = {};
    VERIFY_RESULT(fixture.run(plan, again));
    QCOMPARE(again.hashed.second, 0);
    QCOMPARE(fixture.store().datasets()->size(), std::size_t(1));
}

void DatasetIdentityTest::aPlanThatGoesOnRefusesOtherBytes()
{
    RunnerFixture fixture;
    const auto csv = fixture.writeRows("own.csv", size);
    Plan plan = RunnerFixture::plan({csv});
    Recorder seen;
    VERIFY_RESULT(fixture.run(plan, seen));
    edit(csv, '9');
    plan.repeats = 3;
    const auto outcome = fixture.run(plan, seen, {}, true);
    QVERIFY(outcome.has_error());
    QCOMPARE(outcome.error().code, ErrorCode::DataUnreadable);
    QCOMPARE(fixture.store().runs()->size(), std::size_t(2));
}

void DatasetIdentityTest::otherBytesDuringAPlanFailItsRuns()
{
    RunnerFixture fixture;
    const auto csv = fixture.writeRows("own.csv", size);
    Recorder seen;
    seen.afterRun = [&](const RunRecord&) { edit(csv, '9'); };
    VERIFY_RESULT(fixture.run(RunnerFixture::plan({csv}), seen));
    QCOMPARE(seen.ended[0].status, RunStatus::Ok);
    QCOMPARE(seen.ended[1].status, RunStatus::Failed);
    QCOMPARE(seen.ended[1].error->code, ErrorCode::DataUnreadable);
}

void DatasetIdentityTest::aTimeThatIsSetBackHidesNothing()
{
    RunnerFixture fixture;
    const auto csv = fixture.writeRows("own.csv", size);
    Recorder seen;
    seen.afterRun = [&](const RunRecord&) {
        const Times before(csv);
        edit(csv, '9');
        before.restore(csv);
    };
    VERIFY_RESULT(fixture.run(RunnerFixture::plan({csv}), seen));
    QCOMPARE(seen.ended[1].status, RunStatus::Failed);
    QCOMPARE(seen.ended[1].error->code, ErrorCode::DataUnreadable);
}

QTEST_GUILESS_MAIN(DatasetIdentityTest)
#include "dataset_identity_test.moc"
