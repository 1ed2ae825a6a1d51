#include "shell_program.h"
#include "suites/suites.h"

#include "workloads/workload_type.h"

#include <QFile>
#include <QtTest>

#include <sys/stat.h>

#include <algorithm>

using namespace spillway;

/// What the shells offer. bash is asked as its users ask it: on a terminal, with the Tab key.
class CompletionTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void bashCompletes_data();
    void bashCompletes();
    void bashOffersWhatIsAmbiguous();
    void otherShellsGetWordsAndMeanings();
    void parametersThatAreOfferedAreTaken();
    void aPipeAsDataIsNotWaitedFor();
    void nothingIsSaidOfWhatFails_data();
    void nothingIsSaidOfWhatFails();
    void scriptsAreWellFormed_data();
    void scriptsAreWellFormed();

private:
    /// The lines that bash makes of these after Tab.
    QList<Json> inBash(const QStringList& typed) const;
    QStringList words(const QStringList& arguments) const;

    const testing::ShellProgram program_;
    QStringList typed_;
    QList<Json> lines_;
};

namespace {

const QString scripts = QStringLiteral(SPILLWAY_SOURCE_DIR "/resources/completions/");

struct Case {
    const char* name;
    const char* typed;
    const char* line;
};

// The data of the cases: see initTestCase().
constexpr Case cases[]{
    {"command", "spillway ru", "spillway run "},
    {"command below", "spillway engines ins", "spillway engines install "},
    {"option", "spillway run --workl", "spillway run --workload "},
    {"word", "spillway run --workload et", "spillway run --workload etl "},
    {"word after =", "spillway run --cache=c", "spillway run --cache=cold "},
    {"engine", "spillway run --engine chu", "spillway run --engine chunked"},
    {"list of engines", "spillway run --engine chunked,duc",
     "spillway run --engine chunked,duckdb"},
    {"engine after =", "spillway run --engine=chu", "spillway run --engine=chunked"},
    {"profile", "spillway run --engine dask:tu", "spillway run --engine dask:tuned"},
    {"engine to install", "spillway engines install pola", "spillway engines install polars "},
    {"session", "spillway compare stu", "spillway compare study.spillway "},
    {"session to open", "spillway stu", "spillway study.spillway "},
    {"plan file", "spillway run pla", "spillway run plan.json "},
    {"data", "spillway run --data tri", "spillway run --data trips.csv "},
    {"directory", "spillway export s --out fig", "spillway export s --out figures/"},
    {"column", "spillway run --data trips.csv --group-by zo",
     "spillway run --data trips.csv --group-by zone "},
    {"column with a blank", "spillway run --data trips.csv --group-by ne",
     "spillway run --data trips.csv --group-by net\\ EUR "},
    {"column in quotes", "spillway run --data trips.csv --group-by 'ne",
     "spillway run --data trips.csv --group-by 'net EUR' "},
    {"column that is a command", "spillway run --data trips.csv --group-by \\$",
     "spillway run --data trips.csv --group-by \\$\\(touch\\ pwned\\) "},
    {"list of columns", "spillway run --data trips.csv --values fare,zo",
     "spillway run --data trips.csv --values fare,zone"},
    {"column with a comma", "spillway run --data trips.csv --values fare,\\\"ti",
     "spillway run --data trips.csv --values fare,\\\"tip,\\ EUR\\\""},
    {"type of a column", "spillway run --data trips.csv --column zone=te",
     "spillway run --data trips.csv --column zone=text "},
    {"after another command", "true; spillway doc", "true; spillway doctor "},
};

} // namespace

void CompletionTest::initTestCase()
{
    const auto write = [this](const char* name, const QByteArray& content) {
        QFile file(program_.path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    };
    write("trips.csv", "zone,net EUR,$(touch pwned),fare,\"tip, EUR\",\"e\x1b]0;t\x07vil\"\n"
                       "a,1,2,3,4,5\nb,2,3,4,5,6\n");
    write("study.spillway", "");
    write("study.txt", "");
    write("plan.json", "{}");
    QVERIFY(QDir(program_.path(".")).mkpath("figures"));
    for (const auto& one : cases)
        typed_ << QString::fromUtf8(one.typed);
    lines_ = inBash(typed_);
    QCOMPARE(lines_.size(), typed_.size());
    QVERIFY(!QFile::exists(program_.path("pwned")));
}

QList<Json> CompletionTest::inBash(const QStringList& typed) const
{
    const auto python = program_.startAs(
        "python3", {SPILLWAY_SOURCE_DIR "/tests/app/bash_session.py", program_.path("."),
                    SPILLWAY_BINARY_DIR "/bin/spillway", scripts + "spillway.bash"});
    if (!python->waitForStarted()) return {};
    python->write(typed.join('\n').toUtf8());
    python->closeWriteChannel();
    python->waitForFinished(240'000);
    if (const auto said = python->readAllStandardError(); !said.isEmpty()) qWarning() << said;
    return testing::ShellProgram::Outcome{0, python->readAllStandardOutput(), {}}.lines();
}

void CompletionTest::bashCompletes_data()
{
    QTest::addColumn<int>("at");
    QTest::addColumn<QString>("line");
    int at = 0;
    for (const auto& one : cases)
        QTest::newRow(one.name) << at++ << QString::fromUtf8(one.line);
}

void CompletionTest::bashCompletes()
{
    QFETCH(int, at);
    QFETCH(QString, line);
    QCOMPARE(QString::fromStdString(lines_[at]["line"].get<std::string>()), line);
}

void CompletionTest::bashOffersWhatIsAmbiguous()
{
    const auto answers =
        inBash({"spillway run --pre?", "spillway run --preset ?",
                "spillway run --data trips.csv --group-by ?", "spillway run --encoding ?"});
    QCOMPARE(answers.size(), 4);
    const auto offered = [&answers](int at) {
        QStringList words;
        for (const auto& word : answers[at]["offered"])
            words << QString::fromStdString(word.get<std::string>());
        return words;
    };
    QVERIFY(offered(1).contains("quick") && offered(1).contains("squeeze"));
    QVERIFY(offered(2).contains("zone") && offered(2).contains("fare"));
    QVERIFY(!offered(2).join(' ').contains("vil")); // a name that would steer the terminal
    QVERIFY(offered(3).contains("windows-1252"));
    QVERIFY(!offered(3).contains("study.txt")); // files only where files are meant
}

QStringList CompletionTest::words(const QStringList& arguments) const
{
    const auto answer = program_.run(QStringList{"complete", "zsh", "--"} + arguments);
    auto lines = QString::fromUtf8(answer.out).split('\n', Qt::SkipEmptyParts);
    if (!lines.isEmpty()) lines.removeFirst();
    return lines;
}

void CompletionTest::otherShellsGetWordsAndMeanings()
{
    QVERIFY(
        words({"ru"}).contains("run\tRun a plan: datasets × engines × worker counts × repeats"));
    QVERIFY(words({"run", "--cache", ""}).contains("as-is\t"));
    const auto answer = program_.run({"complete", "fish", "--", "compare", ""});
    QVERIFY(answer.out.startsWith("sessions\n"));
    // An option that was given is not offered again, but where it may be repeated.
    const auto options = words({"run", "--data", "a", "--cache", "warm", "--"}).join('\n');
    QVERIFY(options.contains("--data\t"));
    QVERIFY(!options.contains("--cache\t"));
    QVERIFY(!options.contains("manual-page"));
}

void CompletionTest::parametersThatAreOfferedAreTaken()
{
    const auto offered = words({"run", "--param", ""});
    QVERIFY(offered.size() > 5);
    for (const auto& line : offered) {
        const auto parameter = line.section('\t', 0, 0);
        const auto name = parameter.section('=', 0, 0).toStdString();
        auto value = parameter.section('=', 1).toStdString();
        if (value.empty()) value = "0.5";
        if (name == "max-iterations") value = "5";
        if (name == "n") value = "100";
        if (name == "port") value = "8080";
        const auto takes = [&](const WorkloadType* type) {
            Workload workload{.kind = type->id};
            return setParameter(workload, name, value).has_value();
        };
        QVERIFY2(std::ranges::any_of(workloadTypes(), takes), qPrintable(parameter));
    }
}

void CompletionTest::aPipeAsDataIsNotWaitedFor()
{
    QCOMPARE(::mkfifo(qPrintable(program_.path("pipe")), 0600), 0);
    const auto answer =
        program_.run({"complete", "bash", "spillway run --data pipe --group-by ", " \t\n\"'=:"});
    QCOMPARE(answer.exitCode, 0);
    QCOMPARE(answer.out, QByteArray("none\n"));
}

void CompletionTest::nothingIsSaidOfWhatFails_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no shell") << QStringList{"complete"};
    QTest::newRow("another shell") << QStringList{"complete", "csh", "x", "y"};
    QTest::newRow("no word") << QStringList{"complete", "zsh", "--"};
    QTest::newRow("no line") << QStringList{"complete", "bash", "", ""};
    QTest::newRow("another program") << QStringList{"complete", "bash", ";", ""};
    QTest::newRow("no such data") << QStringList{"complete", "zsh",   "--",         "run",
                                                 "--data",   "/none", "--group-by", ""};
    QTest::newRow("device as data")
        << QStringList{"complete", "zsh", "--", "run", "--data", "/dev/zero", "--group-by", ""};
    QTest::newRow("no table as data")
        << QStringList{"complete", "zsh", "--", "run", "--data", "/bin/true", "--label", ""};
    QTest::newRow("open quote") << QStringList{"complete", "bash", "spillway run \"'", "="};
    QTest::newRow("unknown option") << QStringList{"complete", "zsh", "--", "run", "--nope=", ""};
}

void CompletionTest::nothingIsSaidOfWhatFails()
{
    QFETCH(QStringList, arguments);
    const auto answer = program_.run(arguments);
    QCOMPARE(answer.exitCode, 0);
    QCOMPARE(answer.err, QByteArray());
}

void CompletionTest::scriptsAreWellFormed_data()
{
    QTest::addColumn<QString>("shell");
    for (const char* shell : {"bash", "zsh", "fish"})
        QTest::newRow(shell) << QString::fromLatin1(shell);
}

void CompletionTest::scriptsAreWellFormed()
{
    QFETCH(QString, shell);
    const auto process = program_.startAs(shell, {"-n", scripts + "spillway." + shell});
    if (!process->waitForStarted()) QSKIP("This shell is not installed.");
    QVERIFY(process->waitForFinished());
    QCOMPARE(process->readAllStandardError(), QByteArray());
    QCOMPARE(process->exitCode(), 0);
}

SPILLWAY_TESTS(CompletionTest, QCoreApplication)
#include "completion_test.moc"
