#include "base/files.h"
#include "base/json.h"
#include "host/environment_removal.h"
#include "host/environments.h"
#include "host/guarded_command.h"
#include "suites/suites.h"
#include "test_programs.h"

#include <QTemporaryDir>
#include <QtTest>

#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace spillway;
using spillway::test::guardProgram;

namespace {

constexpr Bytes moreThanAnyDisk = Bytes(1) << 60;

/// Environments below a directory that goes with the test, from a recipe that needs no download:
/// the requirements are empty.
struct EnvironmentsPlace {
    QTemporaryDir directory;
    std::filesystem::path root{directory.path().toStdString()};

    EnvironmentsPlace()
    {
        std::filesystem::create_directories(root / "adapters/requirements");
        const std::filesystem::path source = SPILLWAY_SOURCE_DIR "/adapters";
        std::filesystem::copy(source / "spillway_adapters", root / "adapters/spillway_adapters",
                              std::filesystem::copy_options::recursive);
        std::filesystem::copy(source / "requirements/uv.txt",
                              root / "adapters/requirements/uv.txt");
        write("adapters/requirements/small.txt", "xxhash==4.1.0\n");
    }
    void write(const std::string& name, const std::string& text) const
    {
        std::ofstream(root / name) << text;
    }
    Environments environments() const
    {
        return Environments({root / "environments", root / "adapters", guardProgram});
    }
};

EngineManifest smallEngine()
{
    EngineManifest manifest;
    manifest.id = "small";
    manifest.title = "Small";
    manifest.program = "@python";
    manifest.requirements = "small";
    return manifest;
}

GuardedCommand shell(const EnvironmentsPlace& place, const std::string& script)
{
    return {guardProgram, place.root / "scratch", {"/bin/sh", "-c", script}};
}

} // namespace

class EnvironmentsTest : public QObject {
    Q_OBJECT
private slots:
    void commandTellsItsLines();
    void failedCommandSaysItsLastWords();
    void stoppedCommandLeavesNoProcess();
    void missingEnvironmentIsMissing();
    void pinnedVersionComesFromTheRequirements();
    void tooLittleDiskIsSaidBefore();
    void environmentIsMadeBroughtUpToDateAndRemoved();
    void whatAnEarlierVersionMadeIsCountedWithoutATime();
    void aDirectoryThatSpillwayDidNotMakeStays();
    void removingAllLeavesWhatIsNotOurs();
    void failedMakingLeavesNothing();
    void stoppedMakingLeavesNothing();
};

void EnvironmentsTest::commandTellsItsLines()
{
    const EnvironmentsPlace place;
    std::vector<std::string> lines;
    const auto ran = run(shell(place, "echo one; echo two >&2; printf three"),
                         [&](std::string_view line) { lines.emplace_back(line); }, {}, {});
    QVERIFY2(ran.has_value(), ran ? "" : describe(ran.error()).c_str());
    std::ranges::sort(lines);
    QCOMPARE(lines, (std::vector<std::string>{"one", "three", "two"}));
}

void EnvironmentsTest::failedCommandSaysItsLastWords()
{
    const EnvironmentsPlace place;
    const auto ran = run(shell(place, "echo no such package; exit 3"), {}, {}, {});
    QVERIFY(!ran);
    QVERIFY(ran.error().code == ErrorCode::EngineFailed);
    QVERIFY(ran.error().message.find("exit code 3") != std::string::npos);
    QVERIFY(ran.error().message.find("no such package") != std::string::npos);
}

void EnvironmentsTest::stoppedCommandLeavesNoProcess()
{
    const EnvironmentsPlace place;
    std::stop_source stop;
    pid_t grandchild = 0;
    const auto ran = run(
        shell(place, "setsid sleep 1000 & echo $!; wait"),
        [&](std::string_view line) {
            grandchild = std::stoi(std::string(line));
            stop.request_stop();
        },
        {}, stop.get_token());
    QVERIFY(!ran);
    QVERIFY(ran.error().code == ErrorCode::Cancelled);
    QVERIFY(grandchild > 0);
    QVERIFY(::kill(grandchild, 0) != 0);
}

void EnvironmentsTest::missingEnvironmentIsMissing()
{
    const EnvironmentsPlace place;
    QVERIFY(place.environments().state(smallEngine()) == EnvironmentState::Missing);
}

void EnvironmentsTest::pinnedVersionComesFromTheRequirements()
{
    const EnvironmentsPlace place;
    place.write("adapters/requirements/small.txt", "other==1\nsmall==2.1.0 \\\n");
    QCOMPARE(place.environments().pinnedVersion(smallEngine()), std::string("2.1.0"));
}

void EnvironmentsTest::tooLittleDiskIsSaidBefore()
{
    const EnvironmentsPlace place;
    auto engine = smallEngine();
    engine.diskBytes = moreThanAnyDisk;
    const auto made = place.environments().install(engine, {}, {});
    QVERIFY(!made);
    QVERIFY(made.error().code == ErrorCode::NoSpace);
}

void EnvironmentsTest::environmentIsMadeBroughtUpToDateAndRemoved()
{
    const EnvironmentsPlace place;
    const auto environments = place.environments();
    const auto engine = smallEngine();
    std::vector<std::string> steps;
    const auto made = environments.install(
        engine, [&](const InstallProgress& progress) { steps.push_back(progress.step); }, {});
    QVERIFY2(made.has_value(), made ? "" : describe(made.error()).c_str());
    const auto said = [&](std::string_view words) {
        return std::ranges::any_of(
            steps, [&](const std::string& step) { return step.find(words) != step.npos; });
    };
    QVERIFY(said("compiling"));
    QVERIFY(!said("Activate with")); // nobody is meant to
    QVERIFY(environments.state(engine) == EnvironmentState::Ready);
    const auto cost = environments.installation(engine);
    QVERIFY(cost && cost->seconds && cost->newBytes);
    QCOMPARE(cost->packages, 1);
    QVERIFY(*cost->seconds > 0);
    QVERIFY(cost->bytes > 100'000 && *cost->newBytes > 0);
    const auto ask = run({guardProgram,
                          place.root / "scratch",
                          {environments.python(engine).string(), "-I", "-c",
                           "import spillway_adapters.protocol, xxhash"}},
                         {}, {}, {});
    QVERIFY2(ask.has_value(), ask ? "" : describe(ask.error()).c_str());

    // Whatever is gone of it is noticed, and made anew.
    const auto packages = [&] {
        for (const auto& entry :
             std::filesystem::directory_iterator(place.root / "environments/small/lib"))
            return entry.path() / "site-packages";
        return std::filesystem::path();
    };
    for (const auto& gone : {packages() / "xxhash", packages() / "xxhash/__init__.py",
                             packages() / "spillway.pth", environments.python(engine)}) {
        std::filesystem::remove_all(gone);
        QVERIFY2(environments.state(engine) == EnvironmentState::Damaged, gone.c_str());
        QVERIFY(!environments.damage(engine).empty());
        const auto mended = environments.install(engine, {}, {});
        QVERIFY2(mended.has_value(), mended ? "" : describe(mended.error()).c_str());
        QVERIFY(environments.state(engine) == EnvironmentState::Ready);
    }
    std::filesystem::remove(environments.python(engine));
    std::filesystem::create_symlink("/nowhere/python3", environments.python(engine));
    QVERIFY(environments.damage(engine).find("/nowhere/python3") != std::string::npos);
    QVERIFY(environments.install(engine, {}, {}).has_value());

    // Bringing it up to date is not making it.
    const auto took = environments.installation(engine)->seconds;
    QVERIFY(environments.install(engine, {}, {}).has_value());
    QCOMPARE(environments.installation(engine)->seconds, took);

    place.write("adapters/requirements/small.txt", "xxhash==4.0.0\n");
    QVERIFY(environments.state(engine) == EnvironmentState::Outdated);
    QVERIFY(environments.install(engine, {}, {}).has_value());
    QVERIFY(environments.state(engine) == EnvironmentState::Ready);

    QVERIFY(environments.remove(engine).has_value());
    QVERIFY(environments.state(engine) == EnvironmentState::Missing);
    QVERIFY(!std::filesystem::exists(place.root / "environments/small"));
}

void EnvironmentsTest::whatAnEarlierVersionMadeIsCountedWithoutATime()
{
    const EnvironmentsPlace place;
    const auto environments = place.environments();
    const auto engine = smallEngine();
    QVERIFY(!environments.installation(engine));
    QVERIFY(environments.install(engine, {}, {}).has_value());
    const auto stamp = place.root / "environments/small/spillway.json";
    auto json = *parseJson(*readFile(stamp));
    json.erase("installation");
    std::ofstream(stamp) << toLine(json);
    QVERIFY(environments.state(engine) == EnvironmentState::Ready);
    QVERIFY(!environments.installation(engine));
    QVERIFY(environments.install(engine, {}, {}).has_value());
    QCOMPARE(environments.installation(engine)->packages, 1);
    QVERIFY(!environments.installation(engine)->seconds);
    // No stamp of ours.
    json["installation"] = {{"packages", "all"}, {"bytes", -1}};
    std::ofstream(stamp) << toLine(json);
    QVERIFY(!environments.installation(engine));
}

void EnvironmentsTest::aDirectoryThatSpillwayDidNotMakeStays()
{
    const EnvironmentsPlace place;
    const auto mine = place.root / "environments/small";
    std::filesystem::create_directories(mine);
    std::ofstream(mine / "thesis.txt") << "a year of work";
    const auto removed = place.environments().remove(smallEngine());
    QVERIFY(!removed && removed.error().code == ErrorCode::NotPermitted);
    QVERIFY(!place.environments().install(smallEngine(), {}, {}));
    QVERIFY(std::filesystem::exists(mine / "thesis.txt"));
}

void EnvironmentsTest::removingAllLeavesWhatIsNotOurs()
{
    const EnvironmentsPlace place;
    const auto root = place.root / "environments";
    QCOMPARE(removeAllEnvironments(root).value(), std::vector<std::string>());
    for (const char* name : {"dask", "half-made", "foreign", ".uv", ".cache", ".scratch"})
        std::filesystem::create_directories(root / name / "lib");
    place.write("environments/dask/spillway.json", "{}");
    place.write("environments/.half-made.made-by-spillway", "");
    place.write("environments/.gone.made-by-spillway", "");
    place.write("environments/foreign/mine", "mine");

    const auto removed = removeAllEnvironments(root);
    QVERIFY(removed.has_value());
    QCOMPARE(*removed, (std::vector<std::string>{"dask", "half-made"}));
    std::vector<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(root))
        left.push_back(entry.path().filename().string());
    QCOMPARE(left, std::vector<std::string>{"foreign"});

    std::filesystem::remove_all(root / "foreign");
    QVERIFY(removeAllEnvironments(root).has_value());
    QVERIFY(!std::filesystem::exists(root));
}

void EnvironmentsTest::failedMakingLeavesNothing()
{
    const EnvironmentsPlace place;
    place.write("adapters/requirements/small.txt", "spillway-has-no-such-package==1\n");
    const auto made = place.environments().install(smallEngine(), {}, {});
    QVERIFY(!made);
    QVERIFY2(made.error().code == ErrorCode::EngineFailed, describe(made.error()).c_str());
    QVERIFY(!std::filesystem::exists(place.root / "environments/small"));
}

void EnvironmentsTest::stoppedMakingLeavesNothing()
{
    const EnvironmentsPlace place;
    std::stop_source stop;
    const auto made = place.environments().install(
        smallEngine(), [&](const InstallProgress&) { stop.request_stop(); }, stop.get_token());
    QVERIFY(!made);
    QVERIFY(made.error().code == ErrorCode::Cancelled);
    QVERIFY(!std::filesystem::exists(place.root / "environments/small"));
}

SPILLWAY_TESTS(EnvironmentsTest, QCoreApplication)
#include "environments_test.moc"
