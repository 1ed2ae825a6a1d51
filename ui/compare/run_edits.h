#pragma once

#include "work/workbench.h"

#include <QUndoStack>

#include <cstdint>
#include <functional>
#include <vector>

namespace spillway {

/// What a user does to runs of the open session, each of which can be undone until another session
/// is opened.
class RunEdits : public QObject {
    Q_OBJECT
public:
    explicit RunEdits(Workbench& workbench, QObject* parent = nullptr);

    void exclude(qint64 runId, const QString& reason);
    void include(qint64 runId);
    void remove(qint64 runId);
    /// Excludes runs that are about to be run again, as one step; `then` once they are.
    void setAside(const std::vector<std::int64_t>& runIds, std::function<void()> then);
    QUndoStack& stack() { return stack_; }

signals:
    /// It is in the session; `words` say what: "Repeat 3 of Polars, 2 workers is excluded".
    void done(const QString& words);
    void undone(const QString& words);

private:
    void setReason(qint64 runId, const std::optional<std::string>& reason, const QString& words);
    QString nameOf(const RunRecord& record) const;
    const RunRecord* find(qint64 runId) const;

    Workbench& workbench_;
    QUndoStack stack_;
};

} // namespace spillway
