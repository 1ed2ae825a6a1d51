#pragma once

#include "session/session_brief.h"
#include "work/background_job.h"

#include <QObject>
#include <QPointer>

#include <vector>

namespace spillway {

/// The sessions that were opened last, with what they hold. One that cannot be read now is there
/// with its path alone.
class RecentSessions : public QObject {
    Q_OBJECT
public:
    explicit RecentSessions(BackgroundJobs& jobs, QObject* parent = nullptr);

    /// Newest first. Reads them again, also when they are the same ones.
    void set(const std::vector<std::filesystem::path>& paths);
    const std::vector<SessionBrief>& briefs() const { return briefs_; }

signals:
    void changed();

private:
    BackgroundJobs& jobs_;
    QPointer<BackgroundJob> job_;
    std::vector<SessionBrief> briefs_;
};

} // namespace spillway
