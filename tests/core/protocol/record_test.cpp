#include "base/json.h"
#include "protocol/dataset_json.h"
#include "protocol/environment.h"
#include "protocol/run_record.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

using namespace spillway;

class RecordTest : public QObject {
    Q_OBJECT
private slots:
    void fullRecordSurvivesTheRoundTrip_data();
    void fullRecordSurvivesTheRoundTrip();
    void impossibleEaseIsNoFigure();
    void whatAClusterSaidOfItselfIsNoPeak();
    void printedLineHoldsTheContractsFields();
    void manyGroupsTravelAsCountAndHash();
    void phasesOfOneNameAreSummed();
    void specSurvivesTheRoundTrip();
    void tablesTravelByName();
    void dialectTravelsOnlyWhereItIsNotTheUsual();
    void parquetHasNoDialectButItsOwnTypesAndFolders();
    void specOfAnotherVersionIsRefused();
    void specNamesWhatIsWrong();
    void parametersAreSetByName();
    void badParametersSayWhatIsAllowed();
    void environmentSurvivesTheRoundTrip();
    void hashTellsBitsApart();
};

namespace {

Dataset dataset()
{
    return {
        .name = "data",
        .paths = {"/data/a.csv", "/data/b.csv"},
        .schema = {{';', '\0', false},
                   {{"k", ColumnType::Text}, {"x", ColumnType::Real}, {"n", ColumnType::Integer}}},
        .rows = 10,
        .bytes = 100,
        .fingerprint = "abc"};
}

RunRecord record(RunStatus status)
{
    RunRecord r;
    r.id = 3;
    r.planId = 2;
    r.repeat = 1;
    r.round = 4;
    r.machine = "A CPU, 1 core, 24 GiB, h";
    r.workload = EtlWorkload{"k", {"x"}, EtlWorkload::Materialise::Loaded};
    r.cell = {"abc",       identityOf(r.workload), "chunked", "default", 2,
              Bytes(1000), CacheState::Cold,       ""};
    r.datasetName = "data";
    r.engineVersion = "0.1";
    r.libraries = {{"a", "1"}};
    r.settings = {{"workers", "2"}};
    r.status = status;
    if (status != RunStatus::Ok) r.error = Error{ErrorCode::TimedOut, "late", "fit", "wait"};
    r.startedAt = "2026-11-21T10:00:00Z";
    r.timeout = Seconds(90);
    r.setupSeconds = 0.25;
    r.seconds = 1.0 / 3;
    r.wallSeconds = 2;
    r.goAt = Seconds(100.125);
    r.phases = {{"load", Seconds(1), Seconds(2)},
                {"fit", Seconds(2), Seconds(4)},
                {"load", Seconds(4), Seconds(4.5)}};
    r.installation =
        Installation{.packages = 3, .bytes = 40, .seconds = 5.5, .newBytes = std::nullopt};
    r.atRest = AtRest{0.25, 6, 70};
    r.peakBytes = 1;
    r.peakFileBytes = 2;
    r.hwmSumBytes = 3;
    r.rssDelta = -4;
    r.spilledBytes = 5;
    r.restoredBytes = 6;
    r.diskReadBytes = 7;
    r.diskWrittenBytes = 8;
    r.userSeconds = 9.5;
    r.systemSeconds = 10.5;
    r.contextSwitches = 11;
    r.maxProcesses = 12;
    r.maxThreads = 13;
    r.hostCpuSeconds = 14.5;
    r.enforcement = "watchdog";
    r.residency = Residency{1, 0.5};
    r.rows = 15;
    r.flags = {"oversubscribed"};
    r.stderrTail = "hello\n";
    if (status == RunStatus::Ok) {
        EtlResult etl;
        etl.values = {"x"};
        etl.groups = {{"A", 2, {0.1}}};
        etl.groupsCount = 1;
        etl.groupsHash = groupsHash(etl.groups);
        etl.rows = 2;
        etl.missing = {1};
        r.result = etl;
    }
    return r;
}

} // namespace

void RecordTest::fullRecordSurvivesTheRoundTrip_data()
{
    QTest::addColumn<int>("status");
    for (int i = 0; i <= static_cast<int>(RunStatus::Skipped); ++i)
        QTest::newRow(std::string(name(static_cast<RunStatus>(i))).c_str()) << i;
}

void RecordTest::fullRecordSurvivesTheRoundTrip()
{
    QFETCH(int, status);
    const auto written = record(static_cast<RunStatus>(status));
    const auto read = fullRecordFromJson(*parseJson(toLine(toFullJson(written))));
    QVERIFY(read.has_value());
    QVERIFY(*read == written);
}

void RecordTest::impossibleEaseIsNoFigure()
{
    const Json written = toFullJson(record(RunStatus::Ok));
    const auto read = [&](const char* object, const char* field, const Json& value) {
        Json broken = written;
        broken[object][field] = value;
        return *fullRecordFromJson(broken);
    };
    QVERIFY(!read("installation", "packages", -1).installation);
    QVERIFY(!read("installation", "bytes", "many").installation);
    QVERIFY(!read("installation", "seconds", -0.5).installation->seconds);
    QVERIFY(!read("installation", "new_bytes", -1).installation->newBytes);
    QVERIFY(!read("at_rest", "processes", 0).atRest);
    QVERIFY(!read("at_rest", "bytes", -1).atRest);
    QVERIFY(!read("at_rest", "start_seconds", nullptr).atRest);
    Json list = written;
    list["at_rest"] = Json::array();
    list["installation"] = "none";
    QVERIFY(!fullRecordFromJson(list)->atRest && !fullRecordFromJson(list)->installation);
}

void RecordTest::whatAClusterSaidOfItselfIsNoPeak()
{
    auto written = record(RunStatus::Ok);
    written.enforcement = "cluster";
    written.peakBytes = 15'000;
    const auto read = [&] { return fullRecordFromJson(*parseJson(toLine(toFullJson(written)))); };
    QVERIFY(!read()->peakBytes); // a session from before nodes were measured
    QVERIFY(toJson(*read())["peak_bytes"].is_null());
    written.settings[memoryByNode] = "a: 15000 bytes";
    QCOMPARE(read()->peakBytes.value_or(-1), 15'000);
}

void RecordTest::printedLineHoldsTheContractsFields()
{
    const Json json = toJson(record(RunStatus::Ok));
    for (const char* name : {"schema",        "run",          "dataset",        "workload",
                             "engine",        "profile",      "engine_version", "workers",
                             "repeat",        "warmup",       "status",         "setup_seconds",
                             "seconds",       "phases",       "peak_bytes",     "hwm_sum_bytes",
                             "spilled_bytes", "memory_limit", "enforcement",    "cache",
                             "rows",          "flags",        "result"})
        QVERIFY2(json.contains(name), name);
    QVERIFY(!json.contains("error"));
    QCOMPARE(json["result"]["groups"][0]["mean"]["x"].get<double>(), 0.1);
    const Json failed = toJson(record(RunStatus::TimedOut));
    QCOMPARE(failed["error"]["code"].get<std::string>(), "timed-out");
    QCOMPARE(failed["error"]["phase"].get<std::string>(), "fit");
}

void RecordTest::manyGroupsTravelAsCountAndHash()
{
    EtlResult etl;
    etl.values = {"x"};
    for (int i = 0; i < 1001; ++i)
        etl.groups.push_back({std::to_string(i), 1, {1.0}});
    etl.groupsCount = 1001;
    etl.groupsHash = groupsHash(etl.groups);
    const Json json = toJson(RunResult(etl));
    QVERIFY(!json.contains("groups"));
    QCOMPARE(json["groups_count"].get<int>(), 1001);
    const auto read = runResultFromJson(json);
    QVERIFY(read.has_value());
    QCOMPARE(EtlResult::of(*read).groupsHash, etl.groupsHash);
}

void RecordTest::phasesOfOneNameAreSummed()
{
    QCOMPARE(toJson(record(RunStatus::Ok))["phases"]["load"].get<double>(), 1.5);
}

void RecordTest::specSurvivesTheRoundTrip()
{
    RunSpec spec{
        .runId = "r1",
        .dataset = dataset(),
        .workload =
            LogregWorkload{
                "k", {"x", "n"}, LogregWorkload::Solver::SgdAveraged, 7, 1e-6, 0.5, false, 0},
        .workers = 3,
        .memoryLimit = std::nullopt,
        .scratch = "/scratch",
        .seed = 18446744073709551615ULL,
        .profile = "tuned",
        .address = "tcp://127.0.0.1:8786"};
    for (const int version : {1, 2}) {
        const auto read = runSpecFromJson(*parseJson(toLine(toJson(spec, version))));
        QVERIFY(read.has_value());
        QVERIFY(*read == spec);
    }
}

void RecordTest::tablesTravelByName()
{
    RunSpec spec{.runId = "r1", .dataset = dataset(), .workload = EtlWorkload{"k", {"x"}}};
    spec.dataset.paths = {"/data/a.csv", "/data/b1.csv", "/data/b2.csv"};
    spec.dataset.tables = {{"a", 1, spec.dataset.schema, 10, 100},
                           {"b", 2, spec.dataset.schema, std::nullopt, 200}};
    spec.dataset.rows.reset();
    spec.dataset.bytes = 300;
    const Json json = toJson(spec);
    QCOMPARE(json["inputs"]["b"]["paths"], Json::array({"/data/b1.csv", "/data/b2.csv"}));
    QCOMPARE(json["inputs"]["a"]["rows"], Json(10));
    const auto read = runSpecFromJson(*parseJson(toLine(json)));
    QVERIFY(read && read->dataset == spec.dataset);
    const auto stored = datasetFromJson(*parseJson(toLine(toJson(spec.dataset))));
    QVERIFY(stored && *stored == spec.dataset);
    // Tables that do not have the dataset's files.
    for (const Json& files : {Json(3), Json(1), Json(0), Json("2"), Json(9007199254740991)}) {
        Json wrong = toJson(spec.dataset);
        wrong["tables"][1]["files"] = files;
        const auto refused = datasetFromJson(wrong);
        QVERIFY(!refused && refused.error().code == ErrorCode::Protocol);
    }
    for (const char* name : {"", "1a", "a b", "a", "ä", "../a"}) {
        Json wrong = toJson(spec.dataset);
        wrong["tables"][1]["name"] = name;
        QVERIFY2(!datasetFromJson(wrong), name);
    }
}

void RecordTest::dialectTravelsOnlyWhereItIsNotTheUsual()
{
    Dataset plain = dataset();
    QVERIFY(dialectOf(plain.schema).empty());
    QCOMPARE(toJson(plain)["schema"].size(), std::size_t(4));
    Dataset told = plain;
    told.schema.format.comment = '#';
    told.schema.format.skipRows = 3;
    told.schema.format.decimal = ',';
    told.schema.format.encoding = TextEncoding::Windows1252;
    told.schema.format.missing = std::vector<std::string>{"-", "k. A."};
    const Json schema = toJson(told)["schema"];
    QCOMPARE(schema["comment"], Json("#"));
    QCOMPARE(schema["skip_rows"], Json(3));
    QCOMPARE(schema["decimal"], Json(","));
    QCOMPARE(schema["encoding"], Json("windows-1252"));
    QCOMPARE(schema["missing"], Json::array({"-", "k. A."}));
    QVERIFY(dialectOf(told.schema) ==
            (std::vector<std::string>{"comment", "skip_rows", "decimal", "encoding", "missing"}));
    const auto read = datasetFromJson(*parseJson(toLine(toJson(told))));
    QVERIFY(read.has_value() && *read == told);
    const std::vector<std::pair<const char*, Json>> wrong{{"comment", "##"},
                                                          {"decimal", 5},
                                                          {"skip_rows", "x"},
                                                          {"encoding", "ebcdic"},
                                                          {"missing", "NA"}};
    for (const auto& [field, value] : wrong) {
        Json json = toJson(told);
        json["schema"][field] = value;
        const auto refused = datasetFromJson(json);
        QVERIFY2(!refused && refused.error().message.find(field) != std::string::npos, field);
    }
}

void RecordTest::parquetHasNoDialectButItsOwnTypesAndFolders()
{
    RunSpec spec{.runId = {}, .dataset = dataset(), .workload = EtlWorkload{"k", {"x"}}};
    spec.dataset.schema.files = FileFormat::Parquet;
    spec.dataset.schema.format = {};
    spec.dataset.schema.folders = {"k"};
    spec.dataset.schema.columns = {{"x", ColumnType::Real},
                                   {"at", ColumnType::Timestamp},
                                   {"day", ColumnType::Date},
                                   {"sure", ColumnType::Boolean},
                                   {"k", ColumnType::Text}};
    const Json json = toJson(spec);
    const Json& input = json["inputs"]["data"];
    QCOMPARE(input["format"], Json("parquet"));
    QCOMPARE(input["folders"], Json::array({"k"}));
    QVERIFY(!input.contains("dialect"));
    QCOMPARE(input["columns"][1]["type"], Json("timestamp"));
    const auto read = runSpecFromJson(*parseJson(toLine(json)));
    QVERIFY(read && read->dataset == spec.dataset);
    spec.dataset.origin = "of the CSV";
    const auto stored = datasetFromJson(*parseJson(toLine(toJson(spec.dataset))));
    QVERIFY(stored && *stored == spec.dataset);
    QCOMPARE(originOf(*stored), std::string("of the CSV"));
    for (const auto& [field, value] : {std::pair("files", Json("orc")), std::pair("files", Json(3)),
                                       std::pair("folders", Json("k"))}) {
        Json wrong = toJson(spec.dataset);
        wrong["schema"][field] = value;
        QVERIFY2(!datasetFromJson(wrong), wrong.dump().c_str());
    }
}

void RecordTest::specOfAnotherVersionIsRefused()
{
    Json json =
        toJson(RunSpec{.runId = {}, .dataset = dataset(), .workload = EtlWorkload{"k", {"x"}}});
    json["protocol"] = 3;
    const auto read = runSpecFromJson(json);
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code, ErrorCode::Protocol);
}

void RecordTest::specNamesWhatIsWrong()
{
    const auto messageOf = [](const RunSpec& spec) {
        const auto valid = spec.validate();
        return valid ? std::string() : valid.error().message;
    };
    const RunSpec good{.runId = {}, .dataset = dataset(), .workload = EtlWorkload{"k", {"x"}}};
    QCOMPARE(messageOf(good), "");
    RunSpec bad = good;
    bad.workload = EtlWorkload{"k", {"y"}};
    QVERIFY(messageOf(bad).find("\"y\"") != std::string::npos);
    bad = good;
    bad.workload = EtlWorkload{"x", {"x"}};
    QVERIFY(messageOf(bad).find("twice") != std::string::npos);
    bad = good;
    bad.workers = 0;
    QVERIFY(!messageOf(bad).empty());
    bad = good;
    bad.memoryLimit = 0;
    QVERIFY(!messageOf(bad).empty());
    bad = good;
    bad.dataset.paths.clear();
    QVERIFY(!messageOf(bad).empty());
}

void RecordTest::parametersAreSetByName()
{
    Workload workload = LogregWorkload{"k", {"x"}};
    for (const auto& [name, value] : std::map<std::string, std::string>{{"solver", "sgd"},
                                                                        {"max-iterations", "7"},
                                                                        {"tolerance", "1e-6"},
                                                                        {"c", "0.5"},
                                                                        {"standardise", "false"},
                                                                        {"test-fraction", "0"}})
        QVERIFY(setParameter(workload, name, value).has_value());
    const LogregWorkload expected{"k", {"x"}, LogregWorkload::Solver::Sgd, 7, 1e-6, 0.5, false, 0};
    QVERIFY(LogregWorkload::of(workload) == expected);
    Workload etl = EtlWorkload{"k", {"x"}};
    QVERIFY(setParameter(etl, "materialise", "loaded").has_value());
    QCOMPARE(EtlWorkload::of(etl).materialise, EtlWorkload::Materialise::Loaded);
}

void RecordTest::badParametersSayWhatIsAllowed()
{
    Workload workload = LogregWorkload{"k", {"x"}};
    const auto refused = [&](const char* name, const char* value) {
        const auto outcome = setParameter(workload, name, value);
        return !outcome && outcome.error().code == ErrorCode::InvalidArgument &&
               !describe(outcome.error()).empty();
    };
    QVERIFY(refused("solver", "newton"));
    QVERIFY(refused("max-iterations", "1.5"));
    QVERIFY(refused("max-iterations", "0"));
    QVERIFY(refused("tolerance", "small"));
    QVERIFY(refused("standardise", "maybe"));
    QVERIFY(refused("materialise", "loaded"));
    const auto outcome = setParameter(workload, "speed", "9");
    QVERIFY(describe(outcome.error()).find("max-iterations") != std::string::npos);
}

void RecordTest::environmentSurvivesTheRoundTrip()
{
    Environment environment;
    environment.cpuModel = "A CPU";
    environment.ram = Bytes(24) << 30;
    environment.libraries = {{"Qt", "6.4.2"}};
    environment.hostNameHash = "h";
    QVERIFY(*environmentFromJson(*parseJson(toLine(toJson(environment)))) == environment);
    Environment other = environment;
    QCOMPARE(environment.machine(), other.machine());
    other.ram -= 100'000'000; // a kernel that keeps more for itself
    QCOMPARE(environment.machine(), std::string("A CPU, 1 core, 24 GiB, h"));
    QCOMPARE(environment.machine(), other.machine());
    other.ram = Bytes(48) << 30;
    QVERIFY(environment.machine() != other.machine());
}

void RecordTest::hashTellsBitsApart()
{
    const std::vector<GroupMean> groups{{"A", 1, {0.1}}, {"B", 2, {0.2}}};
    auto other = groups;
    other[0].means[0] = std::nextafter(0.1, 1);
    QVERIFY(groupsHash(groups) != groupsHash(other));
    QCOMPARE(groupsHash(groups).size(), std::size_t(16));
    // "AB","" must not hash like "A","B": the key's end is part of what is hashed.
    QVERIFY(groupsHash({{"AB", 1, {}}}) != groupsHash({{"A", 1, {}}}));
}

SPILLWAY_TESTS(RecordTest, QCoreApplication)
#include "record_test.moc"
