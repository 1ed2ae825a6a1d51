#include "base/json.h"
#include "example_plan.h"
#include "experiment/presets.h"
#include "suites/suites.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"
#include "workloads/shipped_jobs.h"
#include "workloads/workload_type.h"

#include <QtTest>

#include <cstdint>
#include <limits>

using namespace spillway;

class PlanTest : public QObject {
    Q_OBJECT
private slots:
    void jsonGivesTheSamePlanBack_data();
    void jsonGivesTheSamePlanBack();
    void handWrittenUnitsAreRead();
    void hostileJsonIsRefused_data();
    void hostileJsonIsRefused();
    void countsOfADatasetHaveARange();
    void validateSaysWhatIsWrong_data();
    void validateSaysWhatIsWrong();
    void commandLineSurvivesAShell_data();
    void commandLineSurvivesAShell();
    void commandLineSaysWhatDiffersFromTheDefaults();
    void commandLineOfAPresetNamesIt();
    void commandLineSaysHowTheDataIsRead();
    void partsBecomeAPattern();
    void presetsAreWholePlansButForTheData_data();
    void presetsAreWholePlansButForTheData();
    void presetsOfSuitesHaveTheirJobs();
    void presetsFollowTheMachine();
    void thePaperKeepsItsRatioOfDataToMemory_data();
    void thePaperKeepsItsRatioOfDataToMemory();
    void squeezeHalvesFromTheSizeOfTheData();
    void limitsThatDoNotFollowDataStay();
    void unknownPresetNamesTheKnown();
};

namespace {

using Change = std::function<void(Plan&)>;

Plan with(const Change& change)
{
    Plan plan = example::plan();
    change(plan);
    return plan;
}

QStringList throughShell(const std::string& line)
{
    QProcess shell;
    shell.start("/bin/sh", {"-c", QString::fromStdString("printf '%s\\0' " + line)});
    shell.waitForFinished();
    auto words = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar(0));
    words.removeLast();
    return words;
}

QString after(const QStringList& words, const QString& option)
{
    const auto i = words.indexOf(option);
    return i < 0 ? QString() : words.value(i + 1);
}

} // namespace

void PlanTest::jsonGivesTheSamePlanBack_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("as it is", [](Plan&) {});
    row("empty", [](Plan& p) { p = Plan{}; });
    row("no limit", [](Plan& p) { p.memoryLimit.reset(); });
    row("several limits", [](Plan& p) { p.furtherLimits = {1'000'000'000, 500'000'000}; });
    row("two workloads", [](Plan& p) {
        p.workloads.push_back(LogregWorkload{.label = "category",
                                             .features = {"x"},
                                             .solver = LogregWorkload::Solver::SgdAveraged,
                                             .tolerance = 1.0 / 3});
    });
    row("everything else", [](Plan& p) {
        p.timeout = Seconds(0.1);
        p.budget = Seconds(1.0 / 3);
        p.warmup = 0;
        p.cache = CacheState::Cold;
        p.parameters = {{"materialise", "loaded"}};
        p.seed = std::numeric_limits<std::uint64_t>::max();
        p.address = "tcp://127.0.0.1:8786";
        p.scratch = "/scratch";
        p.maxScratch = 7;
    });
}

void PlanTest::jsonGivesTheSamePlanBack()
{
    QFETCH(Change, change);
    const Plan plan = with(change);
    const auto read = planFromJson(*parseJson(toLine(toJson(plan))));
    QVERIFY2(read.has_value(), read ? "" : describe(read.error()).c_str());
    QVERIFY(*read == plan);
}

void PlanTest::handWrittenUnitsAreRead()
{
    const auto read = planFromJson(*parseJson(
        R"({"version": 1, "memory_limit": ["4GB", "2GiB", 5], "timeout": "10min",
            "budget": "1h30min", "max_scratch": "1.5GB", "engines": ["dask:tuned", "ray"], "workers": [1, 16]})"));
    QVERIFY2(read.has_value(), read ? "" : describe(read.error()).c_str());
    QCOMPARE(*read->memoryLimit, Bytes(4'000'000'000));
    QVERIFY(read->furtherLimits == (std::vector<Bytes>{Bytes(2) << 30, 5}));
    QCOMPARE(read->timeout.count(), 600.0);
    QCOMPARE(read->budget->count(), 5400.0);
    QCOMPARE(planFromJson(*parseJson(R"({"version": 1, "budget": 90})"))->budget->count(), 90.0);
    QVERIFY(!planFromJson(*parseJson(R"({"version": 1, "budget": null})"))->budget);
    QCOMPARE(*read->maxScratch, Bytes(1'500'000'000));
    QVERIFY(read->engines == (std::vector<EngineChoice>{{"dask", "tuned"}, {"ray", ""}}));
    QVERIFY(!planFromJson(*parseJson(R"({"version": 1})"))->memoryLimit);
}

void PlanTest::hostileJsonIsRefused_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char* text) { QTest::newRow(text) << text; };
    row("null");
    row("[]");
    row("{}");
    row(R"({"version": 2})");
    row(R"({"version": "1"})");
    row(R"({"version": 1, "repeat": 9})");
    row(R"({"version": 1, "workers": 4})");
    row(R"({"version": 1, "workers": [0]})");
    row(R"({"version": 1, "workers": [1.5]})");
    row(R"({"version": 1, "workers": [9999999999]})");
    row(R"({"version": 1, "repeats": -1})");
    row(R"({"version": 1, "repeats": 4294967297})");
    row(R"({"version": 1, "memory_limit": true})");
    row(R"({"version": 1, "memory_limit": 1.5})");
    row(R"({"version": 1, "memory_limit": 18446744073709551615})");
    row(R"({"version": 1, "memory_limit": []})");
    row(R"({"version": 1, "memory_limit": ["2GB", null]})");
    row(R"({"version": 1, "memory_limit": "much"})");
    row(R"({"version": 1, "timeout": []})");
    row(R"({"version": 1, "timeout": "soon"})");
    row(R"({"version": 1, "budget": "soon"})");
    row(R"({"version": 1, "budget": true})");
    row(R"({"version": 1, "budget": [120]})");
    row(R"({"version": 1, "seed": -1})");
    row(R"({"version": 1, "cache": "hot"})");
    row(R"({"version": 1, "engines": [{"program": "/bin/sh"}]})");
    row(R"({"version": 1, "parameters": {"a": 1}})");
    row(R"({"version": 1, "datasets": [{"name": "x"}]})");
    row(R"({"version": 1, "workloads": [{"kind": "rm"}]})");
    row(R"({"version": 1, "scratch": 5})");
    row(R"({"version": 1, "address": ["a"]})");
}

void PlanTest::hostileJsonIsRefused()
{
    QFETCH(QString, text);
    const auto read = planFromJson(*parseJson(text.toStdString()));
    QVERIFY(read.has_error());
    QVERIFY(!read.error().message.empty());
}

void PlanTest::countsOfADatasetHaveARange()
{
    const Json json = toJson(example::plan());
    QVERIFY(planFromJson(json).has_value());
    for (const char* name : {"rows", "bytes"})
        for (const std::int64_t count :
             {std::int64_t(-1), std::numeric_limits<std::int64_t>::max()}) {
            Json hostile = json;
            hostile["datasets"][0][name] = count;
            const auto read = planFromJson(hostile);
            QVERIFY2(read.has_error(), name);
            QVERIFY(read.error().message.find(name) != std::string::npos);
        }
}

void PlanTest::validateSaysWhatIsWrong_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* words, Change change) {
        QTest::newRow(words) << change << words;
    };
    row("no dataset", [](Plan& p) { p.datasets.clear(); });
    row("has no file", [](Plan& p) { p.datasets[0].paths.clear(); });
    row("not an absolute path", [](Plan& p) { p.datasets[0].paths = {"../x.csv"}; });
    row("no fingerprint", [](Plan& p) { p.datasets[0].fingerprint.clear(); });
    row("twice", [](Plan& p) { p.datasets.push_back(p.datasets[0]); });
    row("no workload", [](Plan& p) { p.workloads.clear(); });
    row("no engine", [](Plan& p) { p.engines.clear(); });
    row("no number of workers", [](Plan& p) { p.workers.clear(); });
    row("number of workers must be", [](Plan& p) { p.workers = {2, 0}; });
    row("not 5000", [](Plan& p) { p.workers = {5000}; });
    row("number of repeats must be", [](Plan& p) { p.repeats = 0; });
    row("number of warm-up runs must be", [](Plan& p) { p.warmup = -1; });
    row("time-out", [](Plan& p) { p.timeout = Seconds(0); });
    row("time-out", [](Plan& p) { p.timeout = Seconds(std::nan("")); });
    row("time budget", [](Plan& p) { p.budget = Seconds(0); });
    row("time budget", [](Plan& p) { p.budget = Seconds(-5); });
    row("time budget", [](Plan& p) { p.budget = Seconds(std::nan("")); });
    row("memory limit", [](Plan& p) { p.memoryLimit = 0; });
    row("further limits", [](Plan& p) {
        p.memoryLimit.reset();
        p.furtherLimits = {5};
    });
    row("must not be negative", [](Plan& p) { p.maxScratch = -1; });
    row("scratch directory", [](Plan& p) { p.scratch = "here"; });
    row("parameter \"solver\"", [](Plan& p) { p.parameters = {{"solver", "sgd"}}; });
    row("parameter \"group-by\"", [](Plan& p) { p.parameters = {{"group-by", "x"}}; });
    row("not \"never\"", [](Plan& p) { p.parameters = {{"materialise", "never"}}; });
    row("named twice", [](Plan& p) { p.workloads = {EtlWorkload{"x", {"x"}, {}}}; });
    row("c takes a number above 0", [](Plan& p) { p.workloads = {LogregWorkload{.c = 0}}; });
    row("runs; at most", [](Plan& p) {
        p.repeats = 1000;
        p.workers.resize(1000, 1);
    });
}

void PlanTest::validateSaysWhatIsWrong()
{
    QFETCH(Change, change);
    QFETCH(QString, words);
    QVERIFY(example::plan().validate().has_value());
    const auto valid = with(change).validate();
    QVERIFY(valid.has_error());
    QCOMPARE(valid.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(QString::fromStdString(valid.error().message).contains(words),
             valid.error().message.c_str());
}

void PlanTest::commandLineSurvivesAShell_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("column");
    QTest::newRow("plain") << "/data/a.csv"
                           << "category";
    QTest::newRow("spaces") << "/my data/a b.csv"
                            << "the key";
    QTest::newRow("quotes") << "/it's/\"a\".csv"
                            << "it's";
    QTest::newRow("dangerous") << "/$(rm -rf x)/`a`;b&c|d>e.csv"
                               << "$HOME";
    QTest::newRow("unicode, line break") << "/größe/a\nb.csv"
                                         << "Größe";
    QTest::newRow("dash, star") << "/-x/*.csv"
                                << "-key";
    QTest::newRow("backslash") << "/a\\b.csv"
                               << "\\";
}

void PlanTest::commandLineSurvivesAShell()
{
    QFETCH(QString, path);
    QFETCH(QString, column);
    Plan plan = example::plan();
    plan.datasets[0].paths = {path.toStdString()};
    plan.workloads = {EtlWorkload{column.toStdString(), {"x", "y"}, {}}};
    const auto words = throughShell(commandLineOf(plan));
    QCOMPARE(words.mid(0, 2), (QStringList{"spillway", "run"}));
    QCOMPARE(after(words, "--data"), path);
    QCOMPARE(after(words, "--group-by"), column);
    QCOMPARE(after(words, "--values"), QString("x,y"));
    QCOMPARE(after(words, "--engine"), QString("chunked,dask:tuned"));
    QCOMPARE(after(words, "--workers"), QString("1,2,4"));
    QCOMPARE(after(words, "--memory-limit"), QString("2GB"));
}

void PlanTest::commandLineSaysWhatDiffersFromTheDefaults()
{
    Plan plan = example::plan();
    plan.repeats = 6;
    const std::string usual = commandLineOf(plan);
    for (const char* option : {"--repeats", "--warmup", "--timeout", "--cache", "--seed", "--param",
                               "--address", "--scratch", "--max-scratch", "--budget"})
        QVERIFY2(usual.find(option) == std::string::npos, usual.c_str());
    plan.memoryLimit.reset();
    plan.timeout = Seconds(90);
    plan.budget = Seconds(120);
    plan.cache = CacheState::AsIs;
    plan.seed = 7;
    plan.parameters = {{"solver", "sgd"}, {"tolerance", "0.001"}, {"materialise", "loaded"}};
    plan.workloads.push_back(LogregWorkload{.label = "category", .features = {"x"}});
    const auto lines = QString::fromStdString(commandLineOf(plan)).split('\n');
    QCOMPARE(lines.size(), 2);
    for (const char* text :
         {"--memory-limit none", "--timeout 90s", "--budget 2min", "--cache as-is", "--seed 7"})
        QVERIFY2(lines[1].contains(text), qPrintable(lines[1]));
    QVERIFY(lines[0].contains("--param materialise=loaded") && !lines[0].contains("solver"));
    QVERIFY(lines[1].contains("--param solver=sgd") && !lines[1].contains("materialise"));
    QVERIFY(lines[1].contains("--param tolerance=0.001"));
    plan.memoryLimit = 3'000'000'001;
    plan.furtherLimits = {Bytes(3) << 30, 64'000'000};
    QVERIFY(commandLineOf(plan).find("--memory-limit 3000000001,3GiB,64MB") != std::string::npos);
}

/// A session that the command makes is one of the preset, too.
void PlanTest::commandLineOfAPresetNamesIt()
{
    const PresetContext context{
        .usableCores = 4, .memoryLimit = 8'000'000'000, .readyEngines = {"chunked", "dask"}};
    for (const auto& id : presetIds()) {
        Plan plan = preset(id, context).value();
        plan.datasets = {example::dataset("f1")};
        for (auto& workload : plan.workloads) {
            for (const auto& role : typeOf(workload).roles)
                if (role.many) workload.columns[role.name] = {"x"};
        }
        const auto usual = commandLineOf(plan);
        QVERIFY2(usual.find('\n') == std::string::npos, usual.c_str());
        QCOMPARE(after(throughShell(usual), "--preset"), QString::fromStdString(id));
        // What the preset says need not be said again, and is where it was changed.
        for (const char* option : {"--workload", "--repeats", "--param"})
            QVERIFY2(usual.find(option) == std::string::npos, usual.c_str());
        plan.repeats = 6;
        const bool hadBudget = plan.budget.has_value();
        plan.budget.reset();
        const auto words = throughShell(commandLineOf(plan));
        QCOMPARE(words.contains("--repeats"), id != "sweep");
        QCOMPARE(after(words, "--budget"), QString(hadBudget ? "none" : ""));
        if (id == "squeeze") {
            QVERIFY(setParameter(plan.workloads[0], "materialise", "streamed"));
            QCOMPARE(after(throughShell(commandLineOf(plan)), "--param"),
                     QString("materialise=streamed"));
        }
        // Only one of its workloads: that has to be named.
        plan.workloads = {LogregWorkload{.label = "category", .features = {"x"}}};
        const auto one = throughShell(commandLineOf(plan));
        QCOMPARE(after(one, "--workload"), QString("logreg"));
        QCOMPARE(after(one, "--preset"), QString::fromStdString(id));
    }
}

void PlanTest::commandLineSaysHowTheDataIsRead()
{
    Plan plan = example::plan();
    auto& schema = plan.datasets[0].schema;
    schema.format = {.delimiter = ';',
                     .quote = '\0',
                     .header = false,
                     .comment = '#',
                     .skipRows = 2,
                     .decimal = ',',
                     .encoding = TextEncoding::Latin1,
                     .missing = std::vector<std::string>{"-", "a,b"}};
    plan.workloads = {EtlWorkload{"the \"key\"", {"x", "net, EUR"}, {}}};
    const auto words = throughShell(commandLineOf(plan));
    QCOMPARE(after(words, "--group-by"), QString("\"the \"\"key\"\"\""));
    QCOMPARE(after(words, "--values"), QString("x,\"net, EUR\""));
    const std::vector<std::pair<QString, QString>> said{
        {"--delimiter", ";"},      {"--quote", "none"},       {"--header", "no"},
        {"--comment", "#"},        {"--skip-rows", "2"},      {"--decimal", "comma"},
        {"--encoding", "latin-1"}, {"--missing", "-,\"a,b\""}};
    for (const auto& [option, value] : said)
        QCOMPARE(after(words, option), value);
    // Data that are read differently are not of one command.
    plan.datasets.push_back(example::dataset("f2"));
    const auto lines = QString::fromStdString(commandLineOf(plan)).split('\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines[1].contains("f2.csv") && !lines[1].contains("--comment"));
}

void PlanTest::partsBecomeAPattern()
{
    Plan plan = example::plan();
    plan.datasets[0].paths = {"/d[1]/part-1.csv", "/d[1]/part-10.csv", "/d[1]/part-2.csv"};
    QCOMPARE(after(throughShell(commandLineOf(plan)), "--data"), QString("/d\\[1\\]/part-*.csv"));
    plan.datasets[0].paths = {"/d/a/x.csv", "/d/b/x.csv"};
    QCOMPARE(after(throughShell(commandLineOf(plan)), "--data"), QString("/d/*/x.csv"));
}

void PlanTest::presetsOfSuitesHaveTheirJobs()
{
    const PresetContext context{
        .usableCores = 2, .memoryLimit = 8'000'000'000, .readyEngines = {"duckdb"}};
    for (const auto& suite : shippedSuites()) {
        const auto ids = presetIds();
        QVERIFY2(std::ranges::find(ids, suite) != ids.end(), suite.c_str());
        QCOMPARE(presetSuite(suite), suite);
        Plan plan = preset(suite, context).value();
        const auto jobs = shippedJobs(suite);
        QCOMPARE(plan.workloads.size(), jobs.size());
        for (std::size_t i = 0; i < jobs.size(); ++i)
            QVERIFY(parameterOf(plan.workloads[i], "job") == ParameterValue(jobs[i].pipeline));
        // The command names the preset and its tables, not the jobs.
        plan.datasets = {example::dataset("a")};
        plan.datasets[0].paths = {"/d/a.csv", "/d/b.csv"};
        plan.datasets[0].tables = {{.name = "a", .schema = plan.datasets[0].schema},
                                   {.name = "b", .schema = plan.datasets[0].schema}};
        const auto line = commandLineOf(plan);
        const auto words = throughShell(line);
        QVERIFY2(words.contains("a=/d/a.csv") && words.contains("b=/d/b.csv"), line.c_str());
        QCOMPARE(words.count("--input"), 2);
        QVERIFY(!words.contains("--job") && line.find('\n') == std::string::npos);
        // One of them alone is said as it is.
        plan.workloads = {plan.workloads.back()};
        const auto one = after(throughShell(commandLineOf(plan)), "--job");
        QCOMPARE(one.isEmpty(), jobs.size() == 1);
    }
    QCOMPARE(presetSuite("quick"), std::string());
}

void PlanTest::presetsAreWholePlansButForTheData_data()
{
    QTest::addColumn<QString>("id");
    for (const auto& id : presetIds())
        QTest::newRow(id.c_str()) << QString::fromStdString(id);
}

void PlanTest::presetsAreWholePlansButForTheData()
{
    QFETCH(QString, id);
    for (const int cores : {1, 2, 3, 8, 64}) {
        auto plan = preset(id.toStdString(), {.usableCores = cores,
                                              .memoryLimit = 12'000'000'000,
                                              .readyEngines = {"chunked", "dask"}});
        QVERIFY(plan.has_value());
        QVERIFY(std::ranges::all_of(plan->datasets, isNoData));
        plan->datasets.push_back(example::dataset());
        const auto valid = plan->validate();
        QVERIFY2(valid.has_value(), valid ? "" : describe(valid.error()).c_str());
        // The paper's own order and profiles: presetsFollowTheMachine().
        if (id == "article") // of its own list, those that are ready
            QVERIFY(plan->engines == (std::vector<EngineChoice>{{"dask", ""}}));
        else if (id != "paper")
            QVERIFY(plan->engines == (std::vector<EngineChoice>{{"chunked", ""}, {"dask", ""}}));
        QCOMPARE(*plan->memoryLimit, Bytes(12'000'000'000));
        QVERIFY(std::ranges::is_sorted(plan->workers));
        QVERIFY(std::ranges::adjacent_find(plan->workers) == plan->workers.end());
    }
    const auto none = preset(id.toStdString(), {.usableCores = 2, .memoryLimit = 1});
    QVERIFY(none.has_error() && !none.error().remedy.empty());
}

void PlanTest::presetsFollowTheMachine()
{
    const PresetContext context{
        .usableCores = 8, .memoryLimit = 15'000'000'000, .readyEngines = {"chunked"}};
    QCOMPARE(preset("quick", context)->repeats, 5);
    QVERIFY(preset("quick", context)->workers == std::vector{8});
    QCOMPARE(preset("quick", context)->budget->count(), 120.0);
    QVERIFY(!preset("sweep", context)->budget);
    QVERIFY(preset("paper", context)->workers == (std::vector<int>{2, 4, 8, 16}));
    QCOMPARE(preset("paper", context)->workloads.size(), std::size_t(2));
    PresetContext full = context;
    full.readyEngines = {"chunked", "dask", "duckdb", "ray"};
    QVERIFY(preset("paper", full)->engines ==
            (std::vector<EngineChoice>{{"dask", "naive"}, {"ray", "naive"}, {"chunked", {}}}));
    QVERIFY(preset("sweep", context)->workers == (std::vector<int>{1, 2, 3, 4, 6, 8, 16}));
    const auto squeeze = *preset("squeeze", context);
    const auto limits = limitsOf(squeeze);
    QCOMPARE(*limits.front(), Bytes(15'000'000'000));
    QVERIFY(limits.size() > 4);
    for (std::size_t i = 1; i < limits.size(); ++i)
        QVERIFY(*limits[i] <= *limits[i - 1] / 2 && *limits[i] >= 64'000'000);
    QVERIFY(EtlWorkload::of(squeeze.workloads[0]).materialise == EtlWorkload::Materialise::Loaded);
}

void PlanTest::thePaperKeepsItsRatioOfDataToMemory_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<qint64>("least"); // that the engines need
    QTest::addColumn<bool>("keeps");
    QTest::newRow("as published") << qint64(8'986'296'320) << qint64(671'000'000) << true;
    QTest::newRow("small") << qint64(900'000'000) << qint64(671'000'000) << true;
    QTest::newRow("too small for the engines")
        << qint64(90'000'000) << qint64(671'000'000) << false;
    QTest::newRow("too large for the machine") << qint64(90'000'000'000) << qint64(0) << false;
    QTest::newRow("a few rows") << qint64(50) << qint64(0) << false;
}

void PlanTest::thePaperKeepsItsRatioOfDataToMemory()
{
    QFETCH(qint64, bytes);
    QFETCH(qint64, least);
    QFETCH(bool, keeps);
    Plan plan =
        preset("paper",
               {.usableCores = 2, .memoryLimit = 12'000'000'000, .readyEngines = {"dask", "ray"}})
            .value();
    const auto words = fitLimits({.data = bytes, .least = least, .most = 12'000'000'000}, plan);
    const double ratio = static_cast<double>(bytes) / static_cast<double>(*plan.memoryLimit);
    QVERIFY(*plan.memoryLimit >= least && *plan.memoryLimit <= 12'000'000'000);
    QCOMPARE(ratio >= 1.1 && ratio <= 1.2, keeps);
    QVERIFY2(words.empty() == keeps, words.c_str());
}

void PlanTest::squeezeHalvesFromTheSizeOfTheData()
{
    const PresetContext context{
        .usableCores = 2, .memoryLimit = 12'000'000'000, .readyEngines = {"chunked"}};
    Plan plan = preset("squeeze", context).value();
    QCOMPARE(fitLimits({.data = 1'000'000'000, .least = 0, .most = 12'000'000'000}, plan),
             std::string());
    QVERIFY(limitsOf(plan) == (std::vector<std::optional<Bytes>>{1'000'000'000, 500'000'000,
                                                                 250'000'000, 120'000'000}));
    // Again on other data: nothing of before is left.
    QVERIFY(
        fitLimits({.data = 20'000'000, .least = 0, .most = 12'000'000'000}, plan).find("20.0 MB") !=
        std::string::npos);
    QVERIFY(limitsOf(plan) == (std::vector<std::optional<Bytes>>{64'000'000}));
    // Never above what the machine has.
    QCOMPARE(fitLimits({.data = 90'000'000'000, .least = 0, .most = 12'000'000'000}, plan),
             std::string());
    QCOMPARE(*plan.memoryLimit, Bytes(12'000'000'000));
}

void PlanTest::limitsThatDoNotFollowDataStay()
{
    Plan plan =
        preset("quick", {.usableCores = 2, .memoryLimit = 5, .readyEngines = {"chunked"}}).value();
    const Plan before = plan;
    QCOMPARE(fitLimits({.data = 1'000'000'000, .least = 0, .most = 12'000'000'000}, plan),
             std::string());
    QVERIFY(plan == before);
    QVERIFY(!limitsFollowData("quick") && !limitsFollowData("sweep") && !limitsFollowData(""));
    QVERIFY(limitsFollowData("paper") && limitsFollowData("squeeze"));
}

void PlanTest::unknownPresetNamesTheKnown()
{
    const auto plan = preset("slow", {.readyEngines = {"chunked"}});
    QVERIFY(plan.has_error());
    const auto& remedy = plan.error().remedy;
    QVERIFY2(remedy.starts_with("Choose one of quick, paper, sweep, squeeze, "), remedy.c_str());
    for (const auto& id : presetIds())
        QVERIFY(remedy.find(id) != std::string::npos);
}

SPILLWAY_TESTS(PlanTest, QCoreApplication)
#include "plan_test.moc"
