#include "shell_program.h"
#include "suites/suites.h"

#include <QFile>
#include <QtTest>

using namespace spillway;

/// What becomes of what the program says when nobody can take it.
class OutputTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void whatStdoutDoesNotTakeIsNoSuccess_data();
    void whatStdoutDoesNotTakeIsNoSuccess();
    void anAnswerNobodyHearsIsNoCrash_data();
    void anAnswerNobodyHearsIsNoCrash();
    void strangePathsAreErrors_data();
    void strangePathsAreErrors();

private:
    /// Runs `sh -c script` with the program as $0 and `arguments` as $@; its exit code.
    int shell(const QString& script, const QStringList& arguments, QByteArray* err = nullptr) const;
    QString path(const char* name) const { return program_.path(name); }

    const testing::ShellProgram program_;
};

void OutputTest::initTestCase()
{
    const auto made = program_.run({"generate", path("small.csv"), "--rows", "2000"});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    const auto ran = program_.run({"run", "--data", path("small.csv"), "--workload", "etl",
                                   "--engine", "chunked", "--repeats", "1", "--warmup", "0",
                                   "--session", path("a.spillway")});
    QVERIFY2(ran.exitCode == 0, ran.err.constData());
}

int OutputTest::shell(const QString& script, const QStringList& arguments, QByteArray* err) const
{
    const auto process = program_.startAs(
        QStringLiteral("/bin/sh"),
        QStringList{"-c", script, QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway")} + arguments);
    if (!process->waitForFinished(120'000) || process->exitStatus() != QProcess::NormalExit)
        return -1;
    if (err) *err = process->readAllStandardError();
    return process->exitCode();
}

namespace {

void addCommands(const testing::ShellProgram& program)
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char* name, const QStringList& arguments) {
        QTest::newRow(name) << arguments;
    };
    const auto data = program.path("small.csv");
    const auto session = program.path("a.spillway");
    row("help", {"--help"});
    row("help of a command", {"run", "--help"});
    row("version", {"--version"});
    row("engines", {"engines"});
    row("engines --json", {"engines", "--json"});
    row("generate", {"generate", program.path("again.csv"), "--rows", "10", "--force"});
    row("run", {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--repeats", "1",
                "--warmup", "0"});
    row("run --json", {"run", "--data", data, "--workload", "etl", "--engine", "chunked",
                       "--repeats", "1", "--warmup", "0", "--json"});
    row("dry run",
        {"run", "--data", data, "--workload", "etl", "--engine", "chunked", "--dry-run"});
    row("compare", {"compare", session});
    row("compare --json", {"compare", session, "--json"});
    row("export", {"export", session, "--out", program.path("out"), "--format", "csv"});
    row("doctor", {"doctor"});
}

} // namespace

void OutputTest::whatStdoutDoesNotTakeIsNoSuccess_data()
{
    addCommands(program_);
}

void OutputTest::whatStdoutDoesNotTakeIsNoSuccess()
{
    QFETCH(QStringList, arguments);
    QByteArray err;
    QCOMPARE(shell(QStringLiteral(R"(exec "$0" "$@" > /dev/full)"), arguments, &err), 1);
    QVERIFY2(err.contains("standard output"), err.constData());
    QCOMPARE(shell(QStringLiteral(R"(exec "$0" "$@" >&-)"), arguments), 1);
}

void OutputTest::anAnswerNobodyHearsIsNoCrash_data()
{
    addCommands(program_);
}

void OutputTest::anAnswerNobodyHearsIsNoCrash()
{
    QFETCH(QStringList, arguments);
    for (const char* script :
         {R"(exec "$0" "$@" 2>&-)", R"(exec "$0" "$@" 2> /dev/full)", R"(exec "$0" "$@" <&-)"})
        QVERIFY2(shell(QString::fromUtf8(script), arguments) >= 0, script);
    // Nor one that is an error.
    QCOMPARE(shell(QStringLiteral(R"(exec "$0" nonsense 2>&-)"), {}), 2);
    QCOMPARE(shell(QStringLiteral(R"(exec "$0" run --data nowhere.csv --workload etl )"
                                  R"(--engine chunked 2>/dev/full)"),
                   {}),
             3);
}

void OutputTest::strangePathsAreErrors_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("asScratch"); // what is no directory is a wrong argument
    QVERIFY(QFile::link(QStringLiteral("loop"), path("loop")));
    QTest::newRow("a name of 300 characters") << QString(300, 'x') << 1;
    QTest::newRow("a link to itself") << "loop" << 1;
    QTest::newRow("below a link to itself") << "loop/deeper" << 1;
    QTest::newRow("below a file") << "small.csv/deeper" << 2;
}

void OutputTest::strangePathsAreErrors()
{
    QFETCH(QString, name);
    QFETCH(int, asScratch);
    const auto strange = path("") + "/" + name;
    const QStringList start{"run", "--workload", "etl", "--engine", "chunked", "--repeats", "1"};
    const auto exitCode = [&](const QStringList& arguments) {
        const auto outcome = program_.run(arguments);
        if (outcome.err.isEmpty() || outcome.err.contains("terminate called")) return -2;
        return outcome.exitCode;
    };
    const auto data = path("small.csv");
    QCOMPARE(exitCode(start + QStringList{"--data", strange}), 3);
    QCOMPARE(exitCode(start + QStringList{"--data", strange + "*"}), 3);
    QCOMPARE(exitCode(start + QStringList{"--data", data, "--session", strange}), 1);
    QCOMPARE(exitCode(start + QStringList{"--data", data, "--session", path("b.spillway"),
                                          "--scratch", strange}),
             asScratch);
    QVERIFY(exitCode({"run", strange}) > 0);
    QVERIFY(exitCode({"compare", strange}) > 0);
    QVERIFY(exitCode({"export", strange, "--out", path("out")}) > 0);
    QVERIFY(exitCode({"export", path("a.spillway"), "--out", strange, "--format", "csv"}) > 0);
    QVERIFY(exitCode({"generate", strange, "--rows", "10"}) > 0);
    QVERIFY(exitCode({"engines", "trust", strange}) > 0);
    QVERIFY(exitCode({"engines", "trust", strange + ".py"}) > 0);
    QVERIFY(exitCode({strange}) > 0);
}

SPILLWAY_TESTS(OutputTest, QCoreApplication)
#include "output_test.moc"
