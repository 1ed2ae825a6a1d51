#include "base/json.h"
#include "runner_fixture.h"
#include "suites/suites.h"

#include "base/files.h"
#include "workloads/etl/etl_result.h"

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
    void aGeneratedFileThatWasEditedIsMeasuredAsAnyOther_data();
    void aGeneratedFileThatWasEditedIsMeasuredAsAnyOther();
    void aCopyOfAGeneratedFileIsBelieved();
    void aManifestWithoutAHashIsBelievedOfAnOlderFile();
    void aSessionKnowsWhichManifestHeld();
};

namespace fs = std::filesystem;

namespace {

constexpr Bytes datasetSize = 6'000'000; // above the 4 MiB that are sampled whole

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

/// A generated file that is sampled, and a plan of it.
fs::path generated(const RunnerFixture& fixture)
{
    const auto csv = fixture.root() / "made.csv";
    const auto made = generate({.bytes = datasetSize}, csv, {}, {});
    return made ? csv : fs::path();
}

Plan planOf(const fs::path& csv)
{
    Plan plan = RunnerFixture::plan({csv});
    plan.workloads = {EtlWorkload{"category", {"x"}, {}}};
    plan.repeats = 1;
    return plan;
}

/// Changes a digit of a number between the samples.
void editNumber(const fs::path& csv)
{
    std::fstream file(csv, std::ios::in | std::ios::out | std::ios::binary);
    std::string text(200, '\0');
    file.seekg(80'000);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    const auto at = text.find("0.", text.find('\n')) + 2;
    file.seekp(static_cast<std::streamoff>(80'000 + at));
    file.put(text[at] == '9' ? '1' : '9');
    file.close();
    // The clock of files ticks every few milliseconds: nobody edits a file within one tick.
    fs::last_write_time(csv, fs::last_write_time(csv) + std::chrono::seconds(1));
}

/// As an older version wrote it.
void dropHash(const fs::path& csv)
{
    auto json = parseJson(readFile(datasetManifestPath(csv)).value()).value();
    json.erase("content_hash");
    json.erase("modified_ns");
    QVERIFY(writeFileAtomically(datasetManifestPath(csv), toLine(json)).has_value());
}

double meanOfA(const RunRecord& record)
{
    return EtlResult::of(*record.result).groups.front().means.front();
}

} // namespace

void DatasetIdentityTest::otherBytesBetweenTheSamplesAreAnotherDataset()
{
    RunnerFixture fixture;
    const auto csv = fixture.writeRows("own.csv", datasetSize);
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
    const auto csv = fixture.writeRows("own.csv", datasetSize);
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
    const auto csv = fixture.writeRows("own.csv", datasetSize);
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
    const auto csv = fixture.writeRows("own.csv", datasetSize);
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
    const auto csv = fixture.writeRows("own.csv", datasetSize);
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

void DatasetIdentityTest::aGeneratedFileThatWasEditedIsMeasuredAsAnyOther_data()
{
    QTest::addColumn<bool>("timeSetBack");
    QTest::newRow("with another time") << false;
    QTest::newRow("with the time of its manifest") << true;
}

void DatasetIdentityTest::aGeneratedFileThatWasEditedIsMeasuredAsAnyOther()
{
    QFETCH(bool, timeSetBack);
    RunnerFixture fixture;
    const auto csv = generated(fixture);
    const Times before(csv);
    editNumber(csv);
    if (timeSetBack) before.restore(csv);
    const Plan plan = planOf(csv);
    QCOMPARE(plan.datasets[0].fingerprint, readDatasetManifest(csv)->fingerprint);
    QCOMPARE(plan.datasets[0].rows.has_value(), timeSetBack);
    Recorder seen;
    VERIFY_RESULT(fixture.run(plan, seen));
    QVERIFY2(seen.ended[0].status == RunStatus::Ok,
             seen.ended[0].error ? seen.ended[0].error->message.c_str() : "");
    QCOMPARE(seen.refuted, std::vector<std::string>{"made.csv"});
    QCOMPARE(seen.references, 1);
    QCOMPARE(seen.hashed.first, seen.hashed.second);
    QVERIFY(!fixture.store().datasets()->front().rows);
}

void DatasetIdentityTest::aCopyOfAGeneratedFileIsBelieved()
{
    RunnerFixture fixture;
    const auto csv = generated(fixture);
    const auto copy = fixture.root() / "copy.csv";
    fs::copy_file(csv, copy);
    fs::copy_file(datasetManifestPath(csv), datasetManifestPath(copy));
    QCOMPARE(openDataset(copy.string())->standing, ManifestStanding::Unproven);
    Recorder seen;
    VERIFY_RESULT(fixture.run(planOf(copy), seen));
    QCOMPARE(seen.ended[0].status, RunStatus::Ok);
    QCOMPARE(seen.references, 0);
    QVERIFY(seen.refuted.empty());
    QCOMPARE(seen.hashed.first, seen.hashed.second);
    QCOMPARE(fixture.store().datasets()->front().rows,
             std::optional(readDatasetManifest(csv)->rows));
}

void DatasetIdentityTest::aManifestWithoutAHashIsBelievedOfAnOlderFile()
{
    RunnerFixture fixture;
    const auto csv = generated(fixture);
    dropHash(csv);
    QCOMPARE(openDataset(csv.string())->standing, ManifestStanding::Holds);
    Recorder seen;
    VERIFY_RESULT(fixture.run(planOf(csv), seen));
    QCOMPARE(seen.references, 0);
    QCOMPARE(seen.ended[0].status, RunStatus::Ok);
    RunnerFixture second;
    const auto edited = generated(second);
    dropHash(edited);
    editNumber(edited);
    Recorder after;
    VERIFY_RESULT(second.run(planOf(edited), after));
    QCOMPARE(after.references, 1);
    QCOMPARE(after.ended[0].status, RunStatus::Ok);
    QCOMPARE(after.refuted.size(), std::size_t(1));
}

void DatasetIdentityTest::aSessionKnowsWhichManifestHeld()
{
    RunnerFixture fixture;
    const auto csv = generated(fixture);
    const auto aside = fixture.root() / "aside.csv";
    fs::copy_file(csv, aside);
    // As the window adds it: before anything has run.
    const auto opened = openDataset(csv.string());
    VERIFY_RESULT(fixture.store().addDataset(opened->dataset, toJson(*opened->manifest)));
    editNumber(csv);
    Recorder seen;
    VERIFY_RESULT(fixture.run(planOf(csv), seen));
    QCOMPARE(seen.ended[0].status, RunStatus::Ok);
    QCOMPARE(seen.references, 1);
    // The bytes that the manifest was written for are another dataset of the session, and believed.
    fs::copy_file(aside, csv, fs::copy_options::overwrite_existing);
    VERIFY_RESULT(fixture.run(planOf(csv), seen));
    QCOMPARE(seen.ended[1].status, RunStatus::Ok);
    QCOMPARE(seen.references, 1);
    QVERIFY(seen.ended[1].cell.dataset != seen.ended[0].cell.dataset);
}

SPILLWAY_TESTS(DatasetIdentityTest, QCoreApplication)
#include "dataset_identity_test.moc"
