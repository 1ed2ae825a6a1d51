#include "base/json.h"
#include "session/session_store.h"
#include "shell_program.h"
#include "suites/suites.h"

#include <fmt/format.h>

#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include <filesystem>

using namespace spillway;

/// Help, and what the program says to what it cannot do. Contracts: docs/command-line.md.
class CommandUsageTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void helpShowsAnExampleForEachCommand_data();
    void helpShowsAnExampleForEachCommand();
    void everyOptionHasAHelpText();
    void versionIsPrinted();
    void wrongUsageExitsWithTwo_data();
    void wrongUsageExitsWithTwo();
    void budgetsThatAreNoneSayHowTheyAreWritten_data();
    void budgetsThatAreNoneSayHowTheyAreWritten();
    void whatABudgetLeavesOutIsSaid();
    void aFileIsNoCommand();
    void unreadableDataExitsWithThree();
    void enginesAreNamedOrAll();
    void doctorTellsWhatIsNotThereFromWhatIsWell();

private:
    auto spillway(const QStringList& arguments) const { return program_.run(arguments); }
    QString path(const char* name) const { return program_.path(name); }

    const testing::ShellProgram program_;
};

void CommandUsageTest::initTestCase()
{
    const auto made = spillway({"generate", path("small.csv"), "--rows", "2000", "--signal", "4"});
    QVERIFY2(made.exitCode == 0, made.err.constData());
}

void CommandUsageTest::helpShowsAnExampleForEachCommand_data()
{
    QTest::addColumn<QString>("command");
    for (const char* command : {"generate", "engines", "run", "compare", "export", "try", "doctor"})
        QTest::newRow(command) << command;
}

void CommandUsageTest::helpShowsAnExampleForEachCommand()
{
    QFETCH(QString, command);
    const auto help = spillway({command, "--help"});
    QCOMPARE(help.exitCode, 0);
    QVERIFY2(help.out.contains(("  spillway " + command).toUtf8()), help.out.constData());
}

namespace {

/// Names of options, positionals and subcommands that a help lists without a word about them, and
/// the subcommands it lists.
struct HelpFacts {
    QStringList bare;
    QStringList commands;
    int entries = 0;
};

HelpFacts factsOf(const QByteArray& help)
{
    HelpFacts facts;
    const auto lines = QString::fromUtf8(help).split('\n');
    QString section;
    for (int i = 0; i < lines.size(); ++i) {
        const QString& line = lines[i];
        if (!line.startsWith(' ')) section = line;
        const bool entry = line.startsWith("  ") && !line.startsWith("   ");
        const bool lists = section.endsWith(':') && !section.startsWith("Example") &&
                           section != "First experiment:";
        if (!entry || !lists) continue;
        // "  --name TYPE     words", or the words alone on the next line.
        const QString name = line.trimmed().section(' ', 0, 0);
        static const QRegularExpression words(QStringLiteral("^  \\S.*?\\s{2,}\\S"));
        const bool below = i + 1 < lines.size() && lines[i + 1].startsWith("          ");
        ++facts.entries;
        if (!words.match(line).hasMatch() && !below) facts.bare << name;
        if (section == "Subcommands:") facts.commands << name;
    }
    return facts;
}

} // namespace

void CommandUsageTest::everyOptionHasAHelpText()
{
    QList<QStringList> open{{}};
    int seen = 0;
    while (!open.isEmpty()) {
        const QStringList command = open.takeFirst();
        const auto help = spillway(command + QStringList{"--help"});
        QCOMPARE(help.exitCode, 0);
        const auto facts = factsOf(help.out);
        QVERIFY2(facts.bare.isEmpty(),
                 qPrintable(command.join(' ') + ": " + facts.bare.join(", ")));
        for (const auto& name : facts.commands)
            open << command + QStringList{name};
        seen += facts.entries;
    }
    QVERIFY2(seen > 60, qPrintable(QString::number(seen)));
}

void CommandUsageTest::versionIsPrinted()
{
    const auto version = spillway({"--version"});
    QCOMPARE(version.exitCode, 0);
    QVERIFY(version.out.startsWith("spillway 0."));
}

void CommandUsageTest::wrongUsageExitsWithTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QString data = path("small.csv");
    const auto row = [](const char* name, const QStringList& arguments) {
        QTest::newRow(name) << arguments;
    };
    row("unknown command", {"fly"});
    row("unknown option", {"run", "--fly"});
    row("no size", {"generate", path("x.csv")});
    row("two sizes", {"generate", path("x.csv"), "--rows", "1", "--size", "1GB"});
    row("bad size", {"generate", path("x.csv"), "--size", "much"});
    row("no data", {"run", "--workload", "etl", "--engine", "chunked"});
    row("no engine", {"run", "--data", data, "--workload", "etl"});
    row("no workload", {"run", "--data", data, "--engine", "chunked"});
    row("unknown engine", {"run", "--data", data, "--workload", "etl", "--engine", "warp"});
    row("unknown workload", {"run", "--data", data, "--workload", "dance", "--engine", "chunked"});
    row("unknown column", {"run", "--data", data, "--workload", "etl", "--engine", "chunked",
                           "--group-by", "nowhere"});
    row("unknown parameter",
        {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--param", "speed=9"});
    row("no workers",
        {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--workers", "0"});
    row("bad limit", {"run", "--data", data, "--workload", "etl", "--engine", "chunked",
                      "--memory-limit", "lots"});
    row("one limit or two", {"run", "--data", data, "--workload", "etl", "--engine", "chunked",
                             "--memory-limit", "2,5GB"});
    row("quotes of a list",
        {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--values", "\"x"});
    row("two delimiters",
        {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--delimiter", ";;"});
    row("no encoding", {"run", "--data", data, "--workload", "etl", "--engine", "chunked",
                        "--encoding", "ebcdic"});
    row("no type", {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--column",
                    "x=colour"});
    row("plan and dialect", {"run", "plan.json", "--delimiter", ";"});
    row("plan and data", {"run", "plan.json", "--data", data});
    row("no plan to continue", {"run", "--continue"});
    row("unknown preset", {"run", "--preset", "enormous", "--data", data});
    row("unknown overlay",
        {"export", path("s.spillway"), "--out", path("out"), "--overlay", "invented"});
    row("unknown format", {"export", path("s.spillway"), "--out", path("out"), "--format", "gif"});
}

void CommandUsageTest::wrongUsageExitsWithTwo()
{
    QFETCH(QStringList, arguments);
    const auto outcome = spillway(arguments);
    QVERIFY2(outcome.exitCode == 2, outcome.err.constData());
    QVERIFY(!outcome.err.isEmpty());
    QVERIFY(outcome.out.isEmpty());
}

void CommandUsageTest::budgetsThatAreNoneSayHowTheyAreWritten_data()
{
    QTest::addColumn<QString>("budget");
    QTest::addColumn<QString>("words");
    const QString written = QStringLiteral("For instance 2min");
    for (const char* budget : {"soon", "2 parsecs", "1h30", "30min1h", "-5s"})
        QTest::newRow(budget) << QString(budget) << written;
    QTest::newRow("nothing") << QStringLiteral("0")
                             << QStringLiteral("The time budget must be above 0.");
    QTest::newRow("endless") << QStringLiteral("1e300")
                             << QStringLiteral("The time budget must be above 0");
}

void CommandUsageTest::budgetsThatAreNoneSayHowTheyAreWritten()
{
    QFETCH(QString, budget);
    QFETCH(QString, words);
    const auto outcome = spillway({"run", "--data", path("small.csv"), "--workload", "etl",
                                   "--engine", "chunked", "--budget=" + budget});
    QVERIFY2(outcome.exitCode == 2, outcome.err.constData());
    QVERIFY2(outcome.err.contains(words.toUtf8()), outcome.err.constData());
}

/// A budget that is spent before the first run leaves out all of them, on any machine; --continue
/// with another one makes up for it.
void CommandUsageTest::whatABudgetLeavesOutIsSaid()
{
    const QStringList plan{"run",
                           "--data",
                           path("small.csv"),
                           "--workload",
                           "etl",
                           "--engine",
                           "chunked",
                           "--workers",
                           "1",
                           "-r",
                           "2",
                           "--session",
                           path("budget.spillway"),
                           "--budget",
                           "0.000001s"};
    const auto cut = spillway(plan + QStringList{"--json"});
    QVERIFY2(cut.exitCode == 0, cut.err.constData());
    QCOMPARE(cut.lines().size(), 1);
    const Json leftOut = cut.lines().front()["left_out"];
    QCOMPARE(leftOut["runs"].get<int>(), 3);
    QCOMPARE(leftOut["rounds"].get<int>(), 0);
    QCOMPARE(leftOut["planned_rounds"].get<int>(), 2);
    QVERIFY2(cut.err.contains("Time budget: 3 runs did not fit into "), cut.err.constData());
    const auto more = spillway(
        {"run", "--session", path("budget.spillway"), "--continue", "--budget", "none", "--json"});
    QVERIFY2(more.exitCode == 0, more.err.constData());
    QCOMPARE(more.lines().size(), 3);
    QVERIFY(!more.err.contains("Time budget"));
    const auto planned = spillway(plan + QStringList{"--dry-run"});
    QVERIFY2(planned.out.contains("as many rounds as fit"), planned.out.constData());
}

void CommandUsageTest::aFileIsNoCommand()
{
    QFile file(path("own data.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto outcome = spillway({file.fileName()});
    QCOMPARE(outcome.exitCode, 2);
    const QByteArray way = "spillway run --data '" + file.fileName().toUtf8() + "' --workload";
    QVERIFY2(outcome.err.contains(way), outcome.err.constData());
    QVERIFY(!spillway({path("nowhere.csv")}).err.contains("--data"));
    // A session is for the window, whatever its name.
    const auto session = path("session.bin");
    QVERIFY(SessionStore::create(session.toStdString()).has_value());
    const auto refused = spillway({session});
    QVERIFY2(refused.err.contains("no display"), refused.err.constData());
    QVERIFY(!refused.err.contains("That is a data file"));
    // A command is one though a file has its name.
    QVERIFY(file.rename(path("generate")));
    QVERIFY(!spillway({"generate"}).err.contains("That is a data file"));
}

void CommandUsageTest::unreadableDataExitsWithThree()
{
    const auto missing = spillway(
        {"run", "--data", path("nowhere.csv"), "--workload", "etl", "--engine", "chunked"});
    QCOMPARE(missing.exitCode, 3);
    QVERIFY(missing.err.contains("nowhere.csv"));
    QFile cut(path("cut.csv"));
    QVERIFY(cut.open(QIODevice::WriteOnly));
    cut.write("k,x,y\na,1,2\nb,2,3\nc");
    cut.close();
    const QStringList run{
        "run",        "--data", path("cut.csv"), "--workload", "etl", "--engine", "chunked",
        "--group-by", "k",      "--values",      "x",          "-r",  "2",        "--json",
        "-i"};
    const auto seen = spillway(run);
    QVERIFY2(seen.exitCode == 3 && seen.err.contains("line 4"), seen.err.constData());
    QVERIFY(seen.out.isEmpty()); // what planning sees fails no run
    // Beyond the first MiB a run finds it.
    constexpr int rows = 200'000;
    QVERIFY(cut.open(QIODevice::WriteOnly));
    cut.write("k,x,y\n" + QByteArray("a,1,2\n").repeated(rows) + "c");
    cut.close();
    const auto unread = spillway(run);
    QVERIFY2(unread.exitCode == 3, unread.err.constData());
    QCOMPARE(unread.lines().size(), 3);
    const auto place = fmt::format("line {}", rows + 2);
    // Said once, with what to do.
    QCOMPARE(unread.err.count(place.c_str()), 1);
    QVERIFY2(unread.err.contains("For the same reason 2 more runs were not started."),
             unread.err.constData());
    QVERIFY2(unread.err.contains("say how it is to be read: --delimiter"), unread.err.constData());
    for (const Json& line : unread.lines()) {
        QCOMPARE(line["status"].get<std::string>(), std::string("failed"));
        QCOMPARE(line["error"]["code"].get<std::string>(), std::string("data-unreadable"));
        QVERIFY(line["error"]["message"].get<std::string>().find(place) != std::string::npos);
    }
}

void CommandUsageTest::enginesAreNamedOrAll()
{
    QCOMPARE(spillway({"engines", "remove"}).exitCode, 2);
    QCOMPARE(spillway({"engines", "remove", "dask", "--all"}).exitCode, 2);
    QCOMPARE(spillway({"engines", "install"}).exitCode, 2);
    const auto home = std::filesystem::path(path("spillway/environments/dask").toStdString());
    std::filesystem::create_directories(home);
    QFile stamp(path("spillway/environments/dask/spillway.json"));
    QVERIFY(stamp.open(QIODevice::WriteOnly));
    stamp.write(QByteArray(8192, ' '));
    stamp.close();
    const auto held = spillway({"doctor"});
    QVERIFY2(held.out.contains("\nok  Environments     8.19 kB in "), held.out.constData());
    const auto removed = spillway({"engines", "remove", "--all"});
    QCOMPARE(removed.exitCode, 0);
    QVERIFY2(removed.out.startsWith("dask is removed.\n8.19 kB freed"), removed.out.constData());
    QVERIFY(!std::filesystem::exists(home.parent_path()));
}

/// The program's directories are new: none of the real engines is set up.
void CommandUsageTest::doctorTellsWhatIsNotThereFromWhatIsWell()
{
    const auto plain = spillway({"doctor"});
    QVERIFY2(plain.out.contains("\n--  Engine dask "), plain.out.constData());
    QVERIFY2(plain.out.contains("\nok  Engine chunked "), plain.out.constData());
    QVERIFY(plain.out.contains("\n--  Display "));
    QVERIFY(!plain.out.contains("not by `spillway run`"));
    int absent = 0;
    for (const auto& finding : spillway({"doctor", "--json"}).lines()) {
        QVERIFY(finding["state"] != Json("wrong") || finding["well"] == Json(false));
        if (finding["state"] == Json("absent")) ++absent;
    }
    QVERIFY(absent >= 2);
}

SPILLWAY_TESTS(CommandUsageTest, QCoreApplication)
#include "command_usage_test.moc"
