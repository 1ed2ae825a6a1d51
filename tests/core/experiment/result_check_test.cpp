#include "base/json.h"
#include "experiment/failure_ledger.h"
#include "experiment/reference_book.h"
#include "suites/suites.h"
#include "workloads/etl/etl_check.h"
#include "workloads/logreg/logreg_check.h"

#include <QtTest>

using namespace spillway;

class ResultCheckTest : public QObject {
    Q_OBJECT
private slots:
    void disagreementIsToldInWords_data();
    void disagreementIsToldInWords();
    void manifestTellsTheMeans();
    void manifestTellsTheClasses_data();
    void manifestTellsTheClasses();
    void manifestOfOtherColumnsTellsNothing();
    void nativePassIsKeptInTheSession();
    void largePassesGiveWayToLaterOnes();
    void damagedReferenceIsNoReference();
    void twoIdenticalFailuresSkip_data();
    void twoIdenticalFailuresSkip();
};

namespace {

EtlResult result()
{
    EtlResult etl;
    etl.values = {"x", "y"};
    etl.groups = {{"A", 10, {0.25, 1e6}, {0.25, 1e6}},
                  {"B", 2000, {0.5, std::nan("")}, {0.5, std::nan("")}},
                  {"C", 1, {0, -3}, {5000, 3}}};
    etl.groupsCount = 3;
    etl.missing = {0, 2000};
    return etl;
}

DatasetManifest manifest()
{
    DatasetManifest m;
    m.features = {"x", "y"};
    m.label = "category";
    m.spec.rows = 30;
    m.rows = 30;
    m.bytes = 600;
    m.fingerprint = "abc";
    m.groups = {{"A", 10, {2.5, 20}}, {"B", 20, {5, 60}}};
    return m;
}

} // namespace

void ResultCheckTest::disagreementIsToldInWords_data()
{
    using Change = std::function<void(EtlResult&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* words, Change change) {
        QTest::newRow(name) << change << words;
    };
    row("equal", "", [](EtlResult&) {});
    row("within 1e-9", "", [](EtlResult& r) { r.groups[0].means[1] *= 1 + 0.9e-9; });
    row("zero but for rounding", "", [](EtlResult& r) { r.groups[2].means[0] = 9.95e-14; });
    row("within 1e-9 of the mean of |x|", "", [](EtlResult& r) { r.groups[2].means[0] = -4e-6; });
    row("beyond 1e-9 of the mean of |x|", "group C mean of x 6.00e-06, expected 0.00",
        [](EtlResult& r) { r.groups[2].means[0] = 6e-6; });
    row("missing values not told", "", [](EtlResult& r) { r.missing.clear(); });
    row("missing values", "1 missing values of x, expected 0",
        [](EtlResult& r) { r.missing[0] = 1; });
    row("other order", "", [](EtlResult& r) { std::swap(r.groups[0], r.groups[2]); });
    row("columns in other order", "", [](EtlResult& r) {
        std::swap(r.values[0], r.values[1]);
        std::swap(r.missing[0], r.missing[1]);
        for (auto& group : r.groups)
            std::swap(group.means[0], group.means[1]);
    });
    row("fewer columns", "", [](EtlResult& r) {
        r.values = {"y"};
        r.missing = {2000};
        for (auto& group : r.groups)
            group.means.erase(group.means.begin());
    });
    row("mean", "group B mean of x 0.512, expected 0.500",
        [](EtlResult& r) { r.groups[1].means[0] = 0.512; });
    row("mean beyond 1e-9", "group A mean of y 1000000.002, expected 1000000.000",
        [](EtlResult& r) { r.groups[0].means[1] *= 1 + 2e-9; });
    row("mean of nothing", "group B mean of y 0.00, expected nan",
        [](EtlResult& r) { r.groups[1].means[1] = 0; });
    row("nan", "group A mean of x nan, expected 0.250",
        [](EtlResult& r) { r.groups[0].means[0] = std::nan(""); });
    row("infinite", "group A mean of x inf, expected 0.250",
        [](EtlResult& r) { r.groups[0].means[0] = INFINITY; });
    row("count", "group B has 1,999 rows, expected 2,000",
        [](EtlResult& r) { r.groups[1].count = 1999; });
    row("missing group", "group A is missing",
        [](EtlResult& r) { r.groups.erase(r.groups.begin()); });
    row("last group missing", "group C is missing", [](EtlResult& r) { r.groups.pop_back(); });
    row("no group", "group A is missing", [](EtlResult& r) { r.groups.clear(); });
    row("extra group", "group D does not exist", [](EtlResult& r) {
        r.groups.push_back({"D", 1, {0, 0}});
    });
    row("group twice", "group C does not exist",
        [](EtlResult& r) { r.groups.push_back(r.groups.back()); });
    row("merged key", "group 01 does not exist", [](EtlResult& r) { r.groups[0].key = "01"; });
    row("means missing", "group A has 1 means, expected 2",
        [](EtlResult& r) { r.groups[0].means.pop_back(); });
    row("unknown column", "a mean of z", [](EtlResult& r) { r.values[1] = "z"; });
}

void ResultCheckTest::disagreementIsToldInWords()
{
    QFETCH(std::function<void(EtlResult&)>, change);
    QFETCH(QString, words);
    auto changed = result();
    change(changed);
    const auto error = disagreement(changed, changed.groups, result());
    QCOMPARE(error.has_value(), !words.isEmpty());
    if (!error) return;
    QVERIFY2(QString::fromStdString(error->message).startsWith(words), error->message.c_str());
    QVERIFY(error->code == ErrorCode::EngineFailed);
}

void ResultCheckTest::manifestTellsTheMeans()
{
    const auto reference = referenceFromManifest(manifest(), {"category", {"y"}, {}});
    QVERIFY(reference.has_value());
    QCOMPARE(reference->source, std::string("manifest"));
    const GroupMean group = groupsOf(reference->result.table)[1];
    QCOMPARE(group.key, std::string("B"));
    QCOMPARE(group.count, 20);
    QVERIFY(group.means == std::vector<double>{3});
    QVERIFY(group.magnitudes == std::vector<double>{3});
}

void ResultCheckTest::manifestTellsTheClasses_data()
{
    using Change = std::function<void(LogregResult&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* words, Change change) {
        QTest::newRow(name) << change << words;
    };
    row("as in the file", "", [](LogregResult&) {});
    row("a word for missing values left out", "", [](LogregResult& r) {
        r.classes = {"A", "B"};
        r.rows = 30;
        r.droppedRows = 5;
    });
    row("left out and not said", "0 rows dropped, expected 5", [](LogregResult& r) {
        r.classes = {"A", "B"};
    });
    row("dropped without a reason", "1 rows dropped, expected 0", [](LogregResult& r) {
        r.rows = 34;
        r.droppedRows = 1;
    });
    row("rows lost", "34 rows used and dropped, the file has 35",
        [](LogregResult& r) { r.rows = 34; });
    row("a class missing", "class B is missing", [](LogregResult& r) { r.classes = {"A", "NA"}; });
    row("another class", "class B is missing", [](LogregResult& r) {
        r.classes = {"A", "C", "NA"};
    });
    row("a class too many", "classes that are not in the file", [](LogregResult& r) {
        r.classes = {"A", "B", "C", "NA"};
    });
}

void ResultCheckTest::manifestTellsTheClasses()
{
    QFETCH(std::function<void(LogregResult&)>, change);
    QFETCH(QString, words);
    auto truth = manifest();
    truth.groups.push_back({"NA", 5, {1, 1}});
    truth.rows = 35;
    LogregResult result;
    result.classes = {"A", "B", "NA"};
    result.rows = 35;
    change(result);
    const LogregWorkload workload{.label = "category", .features = {"x"}};
    const auto error = disagreement(result, workload, truth);
    QCOMPARE(QString::fromStdString(error ? error->message : ""), words);
    // Of another label the manifest knows the rows only.
    const LogregWorkload other{.label = "id", .features = {"x"}};
    QCOMPARE(disagreement(result, other, truth).has_value(),
             result.rows + result.droppedRows != 35);
}

void ResultCheckTest::manifestOfOtherColumnsTellsNothing()
{
    QVERIFY(!referenceFromManifest(manifest(), {"id", {"x"}, {}}));
    QVERIFY(!referenceFromManifest(manifest(), {"category", {"id"}, {}}));
    auto whole = manifest();
    whole.groups.clear();
    QVERIFY(!referenceFromManifest(whole, {"category", {"x"}, {}}));
    whole.groups = {{"A", 10, {1}}};
    QVERIFY(!referenceFromManifest(whole, {"category", {"y"}, {}}));
}

void ResultCheckTest::nativePassIsKeptInTheSession()
{
    const QTemporaryDir directory;
    auto store = SessionStore::create(directory.filePath("s.spillway").toStdString());
    Dataset dataset;
    dataset.fingerprint = "abc";
    QVERIFY(store->addDataset(dataset, toJson(manifest())).has_value());
    const EtlWorkload workload{"k", {"x", "y"}, {}};
    {
        ReferenceBook book(*store);
        QVERIFY(!book.find(dataset, workload));
        QVERIFY(book.keep(dataset, workload, result()).has_value());
        QVERIFY(book.find(dataset, workload).has_value());
    }
    ReferenceBook again(*store);
    const auto kept = again.find(dataset, {"k", {"y"}, EtlWorkload::Materialise::Loaded});
    QVERIFY(kept.has_value());
    QCOMPARE(kept->source, std::string("native pass"));
    QCOMPARE(groupsHash(groupsOf(kept->result.table)), groupsHash(result().groups));
    // The manifest is still there for its own columns.
    const auto generated = again.find(dataset, {"category", {"x"}, {}});
    QVERIFY(generated.has_value());
    QCOMPARE(generated->source, std::string("manifest"));
    QVERIFY(!again.find(dataset, {"k", {"z"}, {}}));
}

void ResultCheckTest::largePassesGiveWayToLaterOnes()
{
    const QTemporaryDir directory;
    auto store = SessionStore::create(directory.filePath("s.spillway").toStdString());
    Dataset dataset;
    dataset.fingerprint = "abc";
    QVERIFY(store->addDataset(dataset, Json::object()).has_value());
    EtlResult large;
    large.values = {"x", "y"};
    large.missing = {0, 0};
    for (std::size_t i = 0; i < ReferenceBook::keptGroups; ++i)
        large.groups.push_back({std::to_string(1'000'000 + i), 1, {1, 2}, {1, 2}});
    ReferenceBook book(*store);
    for (const char* key : {"first", "second"})
        QVERIFY(book.keep(dataset, {key, {"x", "y"}, {}}, large).has_value());
    ReferenceBook again(*store);
    QVERIFY(!again.find(dataset, {"first", {"x"}, {}}));
    const auto second = again.find(dataset, {"second", {"x"}, {}});
    QVERIFY(second && second->result.table.rows() == ReferenceBook::keptGroups);
}

void ResultCheckTest::damagedReferenceIsNoReference()
{
    const QTemporaryDir directory;
    auto store = SessionStore::create(directory.filePath("s.spillway").toStdString());
    Dataset dataset;
    dataset.fingerprint = "abc";
    for (const char* facts :
         {R"({"references": 5})", R"({"references": [5]})",
          R"({"references": [{"group_by": "k", "values": ["x"]}]})",
          R"({"references": [{"group_by": "k", "values": ["x"], "groups": [["A", 1]]}]})",
          R"({"references": [{"group_by": "k", "values": ["x"], "groups": [["A", 1, []]]}]})",
          // A pass of before the means of |x| were kept.
          R"({"references": [{"group_by": "k", "values": ["x"], "groups": [["A", 1, [2]]]}]})"}) {
        QVERIFY(store->addDataset(dataset, *parseJson(facts)).has_value());
        QVERIFY(!ReferenceBook(*store).find(dataset, {"k", {"x"}, {}}));
    }
}

void ResultCheckTest::twoIdenticalFailuresSkip_data()
{
    QTest::addColumn<QString>(
        "history"); // o ok, t timed out, m memory in load, M in fit, c cancelled
    QTest::addColumn<bool>("skips");
    QTest::newRow("none") << "" << false;
    QTest::newRow("one") << "t" << false;
    QTest::newRow("two") << "tt" << true;
    QTest::newRow("different") << "tm" << false;
    QTest::newRow("other phase") << "mM" << false;
    QTest::newRow("then two") << "tmm" << true;
    QTest::newRow("success between") << "tot" << false;
    QTest::newRow("success after") << "tto" << false;
    QTest::newRow("cancelled between") << "tct" << true;
    QTest::newRow("cancelled twice") << "cc" << false;
}

void ResultCheckTest::twoIdenticalFailuresSkip()
{
    QFETCH(QString, history);
    QFETCH(bool, skips);
    FailureLedger ledger;
    int n = 0;
    for (const QChar c : history) {
        RunRecord record;
        record.cell.engine = "dask";
        const auto with = [&](RunStatus status, ErrorCode code, const char* phase) {
            record.status = status;
            record.error = Error{code, "at " + std::to_string(++n) + " s", phase, ""};
        };
        if (c == 't') with(RunStatus::TimedOut, ErrorCode::TimedOut, "load");
        if (c == 'm') with(RunStatus::MemoryLimit, ErrorCode::MemoryLimit, "load");
        if (c == 'M') with(RunStatus::MemoryLimit, ErrorCode::MemoryLimit, "fit");
        if (c == 'c') with(RunStatus::Cancelled, ErrorCode::Cancelled, "load");
        ledger.note(record);
    }
    CellKey cell;
    cell.engine = "dask";
    QCOMPARE(ledger.skipReason(cell).has_value(), skips);
    cell.workers = 2;
    QVERIFY(!ledger.skipReason(cell));
}

SPILLWAY_TESTS(ResultCheckTest, QCoreApplication)
#include "result_check_test.moc"
