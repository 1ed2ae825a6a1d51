#include "base/files.h"
#include "base/json.h"
#include "host/engine_registry.h"
#include "suites/suites.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace spillway;

namespace {

Json goodManifest()
{
    return {
        {"version", 2},
        {"id", "mine"},
        {"title", "My script"},
        {"family", "script"},
        {"program", "/bin/true"},
        {"arguments", {"--protocol"}},
        {"kinds",
         {{"etl", {{"profiles", {{{"id", "default"}, {"title", "Mine"}, {"help", "As it is"}}}}}},
          {"logreg",
           {{"profiles", {{{"id", "slow"}}, {{"id", "fast"}}}},
            {"parameters",
             {{{"name", "solver"},
               {"choices", {"lbfgs", "sgd"}},
               {"profiles", {"fast"}},
               {"help", "One model."}}}}}}}},
        {"roles", {{{"role", "worker"}, {"pattern", "mine-worker"}}}},
        {"needs", {{{"program", "java"}, {"package", "a-java"}}}},
        {"memory_floor", 21000000}};
}

/// As users have written them for the first Spillway.
Json manifestOfVersion1()
{
    auto json = goodManifest();
    json["version"] = 1;
    json.erase("kinds");
    json["workloads"] = {"etl", "logreg"};
    json["profiles"] = {{{"id", "slow"}, {"title", "Slow"}}, {{"id", "fast"}}};
    json["parameters"] = {{{"name", "block-size"}, {"type", "integer"}, {"default", "64"}}};
    json["unsupported_note"] = "It does nothing else.";
    json["colours"] = 7; // version 1 took no notice
    return json;
}

struct Place {
    QTemporaryDir directory;
    std::filesystem::path root{directory.path().toStdString()};

    EngineRegistry::Locations locations() const
    {
        return {.builtIn = SPILLWAY_SOURCE_DIR "/resources/engines",
                .workloads = SPILLWAY_SOURCE_DIR "/core/workloads",
                .user = root / "user",
                .worker = "/bin/true",
                .adapters = SPILLWAY_SOURCE_DIR "/adapters",
                .environments = root / "environments"};
    }
    std::filesystem::path write(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
        return root / name;
    }
};

} // namespace

class EnginesTest : public QObject {
    Q_OBJECT
private slots:
    void manifestSurvivesTheRoundTrip();
    void version1HasTheSameProfilesForAllItsKinds();
    void profilesOfAllKindsStandOnce();
    void documentedManifestsAreGood();
    void badManifestNamesTheField_data();
    void badManifestNamesTheField();
    void chunkedIsThereAndNotRecommended();
    void builtInManifestsAreAllGood();
    void whatAnEngineDoesForAKindIsInTheKindsFolder();
    void aBadFileOfAKindIsToldWithItsName();
    void missingWorkerMakesNativeEnginesBroken();
    void engineWithoutItsProgramSaysHowToGetIt();
    void usersManifestNeedsTrust();
    void changedManifestIsNotTrustedAgain();
    void aScriptsModulesBelongToItsTrust();
    void builtInEngineCannotBeReplaced();
    void unreadableManifestsAreSkippedAndTold();
    void commandLineIsOnlyForWhatTheRegistryHolds();
};

void EnginesTest::manifestSurvivesTheRoundTrip()
{
    const auto first = engineManifestFromJson(goodManifest());
    QVERIFY2(first.has_value(), first ? "" : describe(first.error()).c_str());
    const auto second = engineManifestFromJson(toJson(*first));
    QVERIFY(second.has_value());
    QCOMPARE(toLine(toJson(*second)), toLine(toJson(*first)));
    QCOMPARE(*second->memoryFloor, 21000000);
    QVERIFY(second->deployable);
    QVERIFY((second->workloads() == std::vector<std::string>{"etl", "logreg"}));
    QVERIFY(second->supports("etl") && !second->supports("mining"));
    const auto* etl = second->findKind("etl");
    QVERIFY(etl->findProfile("default") && !etl->findProfile("fast"));
    QVERIFY(etl->parameters.empty());
    const auto& solver = second->findKind("logreg")->parameters.at(0);
    QCOMPARE(solver.name, std::string("solver"));
    QVERIFY((solver.choices == std::vector<std::string>{"lbfgs", "sgd"}));
    QVERIFY(solver.profiles == std::vector<std::string>{"fast"});
    QCOMPARE(solver.help, std::string("One model."));
}

void EnginesTest::version1HasTheSameProfilesForAllItsKinds()
{
    const auto manifest = engineManifestFromJson(manifestOfVersion1());
    QVERIFY2(manifest.has_value(), manifest ? "" : describe(manifest.error()).c_str());
    QVERIFY((manifest->workloads() == std::vector<std::string>{"etl", "logreg"}));
    for (const auto& [id, kind] : manifest->kinds) {
        QCOMPARE(kind.profiles.size(), std::size_t(2));
        QCOMPARE(kind.profiles.front().title, std::string("Slow"));
        QVERIFY(kind.parameters.empty());
    }
    QCOMPARE(manifest->unsupportedNote, std::string("It does nothing else."));
    auto plain = manifestOfVersion1();
    plain.erase("profiles");
    const auto usual = engineManifestFromJson(plain)->profiles();
    QCOMPARE(usual.size(), std::size_t(1));
    QCOMPARE(usual.front().id, std::string("default"));
    QCOMPARE(usual.front().title, std::string("My script"));
}

void EnginesTest::profilesOfAllKindsStandOnce()
{
    auto json = goodManifest();
    json["kinds"]["etl"]["profiles"] = {{{"id", "fast"}, {"help", "Reads."}},
                                        {{"id", "odd"}, {"help", "Odd."}}};
    json["kinds"]["logreg"]["profiles"][1]["help"] = "Fits.";
    const auto profiles = engineManifestFromJson(json)->profiles();
    QCOMPARE(profiles.size(), std::size_t(3));
    QCOMPARE(profiles[0].id, std::string("fast"));
    QCOMPARE(profiles[0].help, std::string("Group-by mean: Reads.\nLogistic regression: Fits."));
    QCOMPARE(profiles[1].help, std::string("Group-by mean: Odd."));
    QCOMPARE(profiles[2].id, std::string("slow"));
}

void EnginesTest::documentedManifestsAreGood()
{
    const auto example = readFile(SPILLWAY_SOURCE_DIR "/docs/examples/minimal_engine.json");
    const auto page = readFile(SPILLWAY_SOURCE_DIR "/docs/adding-an-engine.md");
    QVERIFY(example.has_value() && page.has_value());
    const std::string fence = "```json\n";
    const auto begin = page->find(fence) + fence.size();
    for (const auto& text : {*example, page->substr(begin, page->find("```", begin) - begin)}) {
        const auto json = parseJson(text);
        QVERIFY2(json.has_value(), text.c_str());
        const auto manifest = engineManifestFromJson(*json);
        QVERIFY2(manifest.has_value(), manifest ? "" : describe(manifest.error()).c_str());
    }
}

void EnginesTest::badManifestNamesTheField_data()
{
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("field");
    const auto row = [](const char* patch, const char* field) {
        QTest::addRow("%s", patch) << patch << field;
    };
    row(R"({"version":3})", "version");
    row(R"({"version":null})", "version");
    row(R"({"id":"../x"})", "id");
    row(R"({"id":""})", "id");
    row(R"({"id":null})", "id");
    row(R"({"title":""})", "title");
    row(R"({"family":"magic"})", "family");
    row(R"({"program":"true"})", "program");
    row(R"({"program":"@anything"})", "program");
    row(R"({"arguments":"--x"})", "arguments");
    row(R"({"arguments":[1]})", "arguments");
    row("{\"arguments\":[\"a\\u0000b\"]}", "arguments");
    row(R"({"kinds":null})", "kinds");
    row(R"({"kinds":{}})", "kinds");
    row(R"({"kinds":["etl"]})", "kinds");
    row(R"({"kinds":{"mining":{}}})", "kinds.mining");
    row(R"({"kinds":{"etl":7}})", "kinds.etl.profiles");
    row(R"({"kinds":{"etl":{"profile":[]}}})", "kinds.etl.profile");
    row(R"({"kinds":{"etl":{"profiles":[{"id":"A B"}]}}})", "kinds.etl.profiles.id");
    row(R"({"kinds":{"etl":{"profiles":[7]}}})", "kinds.etl.profiles.id");
    row(R"({"kinds":{"etl":{"profiles":[{"id":"a","name":"A"}]}}})", "kinds.etl.profiles.name");
    row(R"({"kinds":{"etl":{"parameters":[{"name":"solver"}]}}})", "kinds.etl.parameters.name");
    row(R"({"kinds":{"logreg":{"parameters":[{"name":"solver","choices":["guess"]}]}}})",
        "kinds.logreg.parameters.choices");
    row(R"({"kinds":{"logreg":{"parameters":[{"name":"c","choices":["1"]}]}}})",
        "kinds.logreg.parameters.choices");
    row(R"({"kinds":{"logreg":{"parameters":[{"name":"c","profiles":["odd"]}]}}})",
        "kinds.logreg.parameters.profiles");
    row(R"({"kinds":{"logreg":{"parameters":[{"name":"c","default":"2"}]}}})",
        "kinds.logreg.parameters.default");
    row(R"({"kinds":{"etl":{"formats":["xml"]}}})", "kinds.etl.formats");
    row(R"({"kinds":{"etl":{"formats":["csv","csv"]}}})", "kinds.etl.formats");
    row(R"({"workloads":["etl"]})", "workloads");
    row(R"({"dialects":[]})", "dialects");
    row(R"({"roles":[{"role":"worker","pattern":"x","name":"y"}]})", "roles.name");
    row(R"({"version":1,"kinds":null,"workloads":[]})", "workloads");
    row(R"({"version":1,"kinds":null,"workloads":["mining"]})", "workloads");
    row(R"({"roles":[{"role":"king","pattern":"x"}]})", "roles.role");
    row(R"({"needs":[{"program":"/bin/java","package":"x"}]})", "needs.program");
    row(R"({"needs":[{"program":"java"}]})", "needs.package");
    row(R"({"memory_floor":-1})", "memory_floor");
    row(R"({"memory_floor":"much"})", "memory_floor");
    row(R"({"deployable":"yes"})", "deployable");
    row(R"({"colour":"green"})", "colour");
    row(R"({"colour":"#12345"})", "colour");
    row(R"({"colour":"#12345g"})", "colour");
    row(R"({"workers_help":7})", "workers_help");
}

void EnginesTest::badManifestNamesTheField()
{
    QFETCH(QString, patch);
    QFETCH(QString, field);
    auto json = goodManifest();
    const auto changes = parseJson(patch.toStdString());
    for (const auto& [key, value] : changes->items())
        json[key] = value;
    const auto manifest = engineManifestFromJson(json);
    QVERIFY(!manifest);
    QVERIFY(manifest.error().code == ErrorCode::Protocol);
    const auto message = QString::fromStdString(manifest.error().message);
    QVERIFY2(message.contains('"' + field + '"'), qPrintable(message));
}

void EnginesTest::chunkedIsThereAndNotRecommended()
{
    const Place place;
    const EngineRegistry registry(place.locations());
    const auto* chunked = registry.find("chunked");
    QVERIFY(chunked);
    QVERIFY(chunked->state == EngineState::Ready);
    QVERIFY(!chunked->manifest.deployable);
    QCOMPARE(chunked->manifest.title, std::string("Chunked (Spillway)"));
    QVERIFY(chunked->manifest.supports("etl") && chunked->manifest.supports("logreg"));
    const auto line = registry.commandLine(chunked->manifest);
    QVERIFY(line.has_value());
    QVERIFY((*line == std::vector<std::string>{"/bin/true", "engine", "chunked"}));
}

void EnginesTest::builtInManifestsAreAllGood()
{
    const Place place;
    const EngineRegistry registry(place.locations());
    QVERIFY2(registry.problems().empty(),
             registry.problems().empty() ? "" : registry.problems().front().c_str());
    const auto& engines = registry.engines();
    QVERIFY(!engines.empty());
    for (const auto& engine : engines) {
        QVERIFY(!engine.manifest.workersHelp.empty());
        for (const auto& [id, kind] : engine.manifest.kinds)
            for (const auto& parameter : kind.parameters)
                QVERIFY2(!parameter.help.empty(), parameter.name.c_str());
    }
}

void EnginesTest::whatAnEngineDoesForAKindIsInTheKindsFolder()
{
    const Place place;
    auto locations = place.locations();
    locations.workloads = place.root / "workloads";
    place.write("workloads/etl/engines/chunked.json", R"({"profiles":[{"id":"own"}]})");
    place.write("workloads/mining/engines/chunked.json", "{}");
    place.write("workloads/logreg/engines/script.json", "{}");
    EngineRegistry registry(locations);
    const auto& chunked = registry.find("chunked")->manifest;
    QVERIFY(chunked.workloads() == std::vector<std::string>{"etl"});
    QCOMPARE(chunked.findKind("etl")->profiles.front().id, std::string("own"));
    // An engine that no kind has a file for does nothing.
    QVERIFY(!registry.find("dask"));
    const auto told = std::ranges::any_of(registry.problems(), [](const auto& problem) {
        return problem.find("dask.json") != std::string::npos &&
               problem.find("\"kinds\"") != std::string::npos;
    });
    QVERIFY(told);
    // A user's script does what its adapter does.
    QVERIFY(registry.trust(place.write("my_job.py", "def run(*a): return {}\n")).has_value());
    QVERIFY(registry.find("my-job")->manifest.workloads() == std::vector<std::string>{"logreg"});
}

void EnginesTest::aBadFileOfAKindIsToldWithItsName()
{
    const Place place;
    auto locations = place.locations();
    locations.workloads = place.root / "workloads";
    const auto problemOf = [&](const char* text) {
        place.write("workloads/etl/engines/chunked.json", text);
        const EngineRegistry registry(locations);
        for (const auto& problem : registry.problems())
            if (problem.find("/chunked.json") != std::string::npos) return problem;
        return std::string();
    };
    QVERIFY(problemOf("{").find("etl/engines/chunked.json") != std::string::npos);
    QVERIFY(problemOf(R"({"notes":""})").find("kinds.etl.notes") != std::string::npos);
    QVERIFY(problemOf("{}").empty());
}

void EnginesTest::missingWorkerMakesNativeEnginesBroken()
{
    const Place place;
    auto locations = place.locations();
    locations.worker = "/nowhere/spillway-worker";
    const EngineRegistry registry(locations);
    const auto* chunked = registry.find("chunked");
    QVERIFY(chunked && chunked->state == EngineState::Broken);
    QVERIFY(chunked->detail.find("/nowhere/spillway-worker") != std::string::npos);
    QVERIFY(!registry.commandLine(chunked->manifest));
}

void EnginesTest::engineWithoutItsProgramSaysHowToGetIt()
{
    const auto path = qgetenv("PATH");
    const auto restore = qScopeGuard([&] { qputenv("PATH", path); });
    const Place place;
    qputenv("PATH", place.directory.path().toUtf8());
    EngineRegistry registry(place.locations());
    const auto* pyspark = registry.find("pyspark");
    QVERIFY(pyspark && pyspark->state == EngineState::NotInstalled);
    QVERIFY2(pyspark->detail.find("openjdk-17-jre-headless") != std::string::npos,
             pyspark->detail.c_str());
    const auto refused = registry.environments().install(pyspark->manifest, {}, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::NotFound);

    const auto java = place.write("java", "");
    std::filesystem::permissions(java, std::filesystem::perms::owner_all);
    registry.reload();
    QVERIFY(registry.find("pyspark")->detail.find("openjdk") == std::string::npos);
}

void EnginesTest::usersManifestNeedsTrust()
{
    const Place place;
    const auto file = place.write("download/mine.json", toLine(goodManifest()));
    place.write("user/other.json", [] {
        auto json = goodManifest();
        json["id"] = "other";
        return toLine(json);
    }());
    EngineRegistry registry(place.locations());
    QVERIFY(!registry.find("mine"));
    QVERIFY(registry.find("other")->state == EngineState::NotTrusted);
    QVERIFY(!registry.commandLine(registry.find("other")->manifest));
    const auto trusted = registry.trust(file);
    QVERIFY2(trusted.has_value(), trusted ? "" : describe(trusted.error()).c_str());
    QVERIFY(registry.find("mine")->state == EngineState::Ready);
    QVERIFY(registry.find("other")->state == EngineState::NotTrusted);
    QVERIFY(registry.trust(place.root / "user/other.json").has_value());
    const EngineRegistry again(place.locations());
    QVERIFY(again.find("mine")->state == EngineState::Ready);
    QVERIFY(again.find("other")->state == EngineState::Ready);
    QVERIFY(again.commandLine(again.find("mine")->manifest).has_value());
}

void EnginesTest::changedManifestIsNotTrustedAgain()
{
    const Place place;
    EngineRegistry registry(place.locations());
    QVERIFY(registry.trust(place.write("mine.json", toLine(goodManifest()))).has_value());
    auto json = goodManifest();
    json["program"] = "/bin/false";
    place.write("user/mine.json", toLine(json));
    const EngineRegistry again(place.locations());
    QVERIFY(again.find("mine")->state == EngineState::NotTrusted);
    QVERIFY(again.find("mine")->remedy.find("spillway engines trust") != std::string::npos);
    QCOMPARE(again.find("mine")->advice(), again.find("mine")->remedy);
    QVERIFY(!again.commandLine(again.find("mine")->manifest));
}

/// What a script imports from beside it is as much part of it as itself.
void EnginesTest::aScriptsModulesBelongToItsTrust()
{
    const Place place;
    const auto script = place.write("job/job.py", "import os, helper as h\nfrom parts import (\n"
                                                  "    one)\ndef run(*a): return {}\n");
    place.write("job/helper.py", "if True: import deeper\n");
    place.write("job/deeper.py", "x = 1\n");
    place.write("job/parts/__init__.py", "");
    place.write("job/parts/one.py", "y = 1\n");
    place.write("job/stranger.py", "z = 1\n");
    EngineRegistry registry(place.locations());
    const auto question = registry.question(script);
    QVERIFY2(question.has_value(), question ? "" : describe(question.error()).c_str());
    QVERIFY(question->text.find("import deeper") != std::string::npos);
    QVERIFY(question->text.find("y = 1") != std::string::npos);
    QVERIFY(question->text.find("z = 1") == std::string::npos);
    const auto state = [&] { return EngineRegistry(place.locations()).find("job")->state; };
    for (const char* changed : {"job/helper.py", "job/deeper.py", "job/parts/one.py",
                                "job/parts/added.py", "job/job.py"}) {
        QVERIFY(registry.trust(script).has_value());
        QVERIFY(state() == EngineState::Ready);
        const auto line = registry.commandLine(registry.find("job")->manifest);
        QVERIFY(line.has_value());
        QVERIFY((std::vector<std::string>(line->end() - 4, line->end()) ==
                 std::vector<std::string>{script.string(), "deeper", "helper", "parts"}));
        place.write("job/stranger.py", changed);
        QVERIFY(state() == EngineState::Ready);
        std::ofstream(place.root / changed, std::ios::app) << "import os\n";
        QVERIFY2(state() == EngineState::NotTrusted, changed);
    }
    std::filesystem::remove(place.root / "job/helper.py");
    QVERIFY(state() == EngineState::NotTrusted);
}

void EnginesTest::builtInEngineCannotBeReplaced()
{
    const Place place;
    auto json = goodManifest();
    json["id"] = "chunked";
    EngineRegistry registry(place.locations());
    const auto trusted = registry.trust(place.write("chunked.json", toLine(json)));
    QVERIFY(!trusted && trusted.error().code == ErrorCode::AlreadyExists);
    place.write("user/chunked.json", toLine(json));
    const EngineRegistry again(place.locations());
    QCOMPARE(again.problems().size(), std::size_t(1));
    QCOMPARE(again.find("chunked")->manifest.title, std::string("Chunked (Spillway)"));
}

void EnginesTest::unreadableManifestsAreSkippedAndTold()
{
    const Place place;
    place.write("user/broken.json", "{");
    place.write("user/deep.json", std::string(100000, '['));
    place.write("user/huge.json", std::string(2'000'000, ' '));
    place.write("user/fine.json", toLine(goodManifest()));
    place.write("user/trusted.json", "not JSON");
    place.write("user/notes.txt", "nothing to do with it");
    const EngineRegistry registry(place.locations());
    QCOMPARE(registry.problems().size(), std::size_t(4));
    QVERIFY(registry.find("mine")->state == EngineState::NotTrusted);
    EngineRegistry mutableRegistry(place.locations());
    QVERIFY(!mutableRegistry.trust(place.root / "user/fine.json"));
    QVERIFY(!mutableRegistry.trust(place.root / "nowhere.json"));
}

void EnginesTest::commandLineIsOnlyForWhatTheRegistryHolds()
{
    const Place place;
    const EngineRegistry registry(place.locations());
    auto forged = registry.find("chunked")->manifest;
    forged.program = "/bin/sh";
    QVERIFY(!registry.commandLine(forged));
}

SPILLWAY_TESTS(EnginesTest, QCoreApplication)
#include "engines_test.moc"
