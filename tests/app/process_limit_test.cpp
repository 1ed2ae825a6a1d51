#include "shell_program.h"
#include "suites/suites.h"

#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace spillway;

/// A system that gives the program's user only a few threads and processes.
class ProcessLimitTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void fewThreadsAreAnErrorAndNoCrash_data();
    void fewThreadsAreAnErrorAndNoCrash();

private:
    /// The program with at most `most` threads and processes; root has no such limit.
    std::unique_ptr<QProcess> startLimited(int most, const QStringList& arguments) const
    {
        QStringList line{"-c", QStringLiteral(R"(ulimit -u %1; exec "$0" "$@")").arg(most),
                         QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway")};
        line += arguments;
        if (::geteuid() != 0) return program_.startAs("/bin/sh", line);
        return program_.startAs(
            "setpriv",
            QStringList{"--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh"} + line);
    }

    const testing::ShellProgram program_;
};

void ProcessLimitTest::initTestCase()
{
    QVERIFY(program_.run({"generate", program_.path("small.csv"), "--rows", "50000"}).exitCode ==
            0);
    ::chmod(program_.path("").toLocal8Bit().constData(), 0777);
    const auto works = startLimited(1000, {"--version"});
    if (!works->waitForFinished() || works->exitCode() != 0)
        QSKIP("another user cannot start the program here");
    if (::geteuid() != 0) QSKIP("this user's own processes would count");
}

void ProcessLimitTest::fewThreadsAreAnErrorAndNoCrash_data()
{
    QTest::addColumn<int>("most");
    for (const int most : {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 100})
        QTest::addRow("%d", most) << most;
}

void ProcessLimitTest::fewThreadsAreAnErrorAndNoCrash()
{
    QFETCH(int, most);
    const auto name = QStringLiteral("/new-%1.csv").arg(most);
    for (const QStringList& arguments :
         {QStringList{"generate", program_.path("") + name, "--rows", "50000"},
          QStringList{"run", "--data", program_.path("small.csv"), "--workload", "etl", "--engine",
                      "chunked,objectstore", "--workers", "2", "--repeats", "1", "--warmup", "0",
                      "--memory-limit", "none", "--json"}}) {
        const auto process = startLimited(most, arguments);
        QVERIFY(process->waitForFinished(120'000));
        const auto err = process->readAllStandardError();
        QVERIFY2(process->exitStatus() == QProcess::NormalExit, err.constData());
        QVERIFY2(!err.contains("terminate called"), err.constData());
        QVERIFY2(process->exitCode() == 0 || !err.isEmpty(), "failed without a word");
        if (most == 100) QVERIFY2(process->exitCode() == 0, err.constData());
        for (const auto& line : process->readAllStandardOutput().split('\n'))
            QVERIFY2(!line.contains("signal 6"), line.constData());
    }
}

SPILLWAY_TESTS(ProcessLimitTest, QCoreApplication)
#include "process_limit_test.moc"
