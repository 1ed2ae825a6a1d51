#pragma once

#include "base/json.h"

#include <QDir>
#include <QFile>
#include <QList>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

namespace spillway::test {

/// The whole program with the environments that the tests' engines were set up in.
class RealProgram {
public:
    /// Two of them are within the five minutes that QtTest gives a function.
    static constexpr int patienceMs = 140'000;

    RealProgram()
    {
        environment.insert("XDG_DATA_HOME", SPILLWAY_SOURCE_DIR "/build/data");
        environment.insert("XDG_STATE_HOME", dir.path());
        environment.insert("XDG_CACHE_HOME", dir.path());
    }

    QString path(const char* name) const { return dir.filePath(name); }
    QString scratch() const { return path("scratch"); }

    void start(QProcess& process, const QStringList& arguments) const
    {
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway"), arguments);
    }

    /// The JSON lines it printed.
    QList<Json> finish(QProcess& process)
    {
        exitCode = process.waitForFinished(patienceMs) ? process.exitCode() : -1;
        errors = process.readAllStandardError();
        QList<Json> lines;
        for (const auto& line : process.readAllStandardOutput().split('\n'))
            if (const auto json = parseJson(line.toStdString()); json && json->is_object())
                lines.push_back(*json);
        return lines;
    }

    QList<Json> call(const QStringList& arguments)
    {
        QProcess process;
        start(process, arguments);
        return finish(process);
    }

    /// A plan of one repeat without warm-up over `data`.
    QStringList once(const QString& data, const QStringList& arguments) const
    {
        return QStringList{"run", "--data",    data,   "--repeats", "1",         "--warmup",
                           "0",   "--timeout", "2min", "--json",    "--scratch", scratch()} +
               arguments;
    }

    /// Processes of runs: they carry the scratch directory in their environment.
    QList<int> processes() const
    {
        const auto mark = "SPILLWAY_SCRATCH=" + scratch().toUtf8();
        QList<int> found;
        for (const auto& pid : QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            if (contents("/proc/" + pid + "/environ").contains(mark)) found << pid.toInt();
        return found;
    }

    /// The first such process with `pattern` in its command line; 0: none.
    int processLike(const QByteArray& pattern) const
    {
        for (const int pid : processes())
            if (contents(QStringLiteral("/proc/%1/cmdline").arg(pid)).contains(pattern)) return pid;
        return 0;
    }

    QStringList leftInScratch() const
    {
        return QDir(scratch()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    }

    QTemporaryDir dir;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    int exitCode = -1; ///< of the last call; -1: it did not end
    QByteArray errors; ///< stderr of the last call

private:
    static QByteArray contents(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
};

} // namespace spillway::test
