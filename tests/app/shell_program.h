#pragma once

#include "base/json.h"

#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

#include <memory>

namespace spillway::testing {

/// The real program as a shell starts it in a directory of its own, without a display.
class ShellProgram {
public:
    struct Outcome {
        int exitCode = -1;
        QByteArray out;
        QByteArray err;
        QList<Json> lines() const;
    };

    ShellProgram();
    /// A variable of what is started from now on.
    void set(const char* variable, const QString& value) { environment_.insert(variable, value); }
    /// Has the program run to its end.
    Outcome run(const QStringList& arguments) const;
    std::unique_ptr<QProcess> start(const QStringList& arguments) const;
    /// Starts something else in its place.
    std::unique_ptr<QProcess> startAs(const QString& program, const QStringList& arguments) const;
    /// Of a file in the directory that goes with this.
    QString path(const char* name) const { return dir_.filePath(name); }

private:
    QTemporaryDir dir_;
    QProcessEnvironment environment_;
};

inline ShellProgram::ShellProgram() : environment_(QProcessEnvironment::systemEnvironment())
{
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment_.remove(name);
    for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
        environment_.insert(name, dir_.path());
}

inline QList<Json> ShellProgram::Outcome::lines() const
{
    QList<Json> values;
    for (const auto& line : out.split('\n'))
        if (!line.isEmpty()) {
            const auto parsed = parseJson(line.toStdString());
            if (parsed) values.push_back(*parsed);
        }
    return values;
}

inline std::unique_ptr<QProcess> ShellProgram::start(const QStringList& arguments) const
{
    return startAs(QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway"), arguments);
}

inline std::unique_ptr<QProcess> ShellProgram::startAs(const QString& program,
                                                       const QStringList& arguments) const
{
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(environment_);
    process->setWorkingDirectory(dir_.path());
    process->start(program, arguments);
    return process;
}

inline ShellProgram::Outcome ShellProgram::run(const QStringList& arguments) const
{
    const auto process = start(arguments);
    if (!process->waitForFinished(120'000)) return {};
    return {process->exitStatus() == QProcess::NormalExit ? process->exitCode() : -1,
            process->readAllStandardOutput(), process->readAllStandardError()};
}

} // namespace spillway::testing
