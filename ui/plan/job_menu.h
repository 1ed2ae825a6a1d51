#pragma once

#include <QMenu>
#include <QStringList>

#include <string>

namespace spillway {

class Workbench;
struct WorkloadType;

/// Jobs at hand: those that ran lately, and those that ship with the program, by their suites.
class JobMenu : public QMenu {
    Q_OBJECT
public:
    JobMenu(const WorkloadType& type, Workbench& workbench, QWidget* parent = nullptr);

signals:
    /// `name` is what it is called; empty for one of the user's own.
    void chosen(const QString& text, const QString& name);

private:
    void fill();

    const WorkloadType& type_;
    Workbench& workbench_;
};

/// A job as JSON with a line for each of its steps; nothing else changes.
QString stepPerLine(const std::string& json);
/// `recent` with `job` in front, once, at most ten; a very long one is not kept.
QStringList withRecentJob(QStringList recent, const QString& job);

} // namespace spillway
