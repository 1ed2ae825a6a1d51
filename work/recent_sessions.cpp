#include "work/recent_sessions.h"

#include <algorithm>

namespace spillway {

RecentSessions::RecentSessions(BackgroundJobs& jobs, QObject* parent) : QObject(parent), jobs_(jobs)
{
}

void RecentSessions::set(const std::vector<std::filesystem::path>& paths)
{
    // Known ones stay as they are until they are read again; the others have their file's name.
    std::vector<SessionBrief> known;
    for (const auto& path : paths) {
        const auto found = std::ranges::find(briefs_, path, &SessionBrief::path);
        known.push_back(found == briefs_.end() ? SessionBrief{.path = path} : *found);
    }
    briefs_ = std::move(known);
    emit changed();
    if (job_) job_->abandon();
    job_ = jobs_.start(
        this,
        [paths](JobControl&) {
            std::vector<SessionBrief> briefs;
            for (const auto& path : paths) {
                auto brief = readSessionBrief(path);
                briefs.push_back(brief ? std::move(*brief) : SessionBrief{.path = path});
            }
            return briefs;
        },
        [this](std::vector<SessionBrief> briefs) {
            job_.clear();
            if (briefs == briefs_) return;
            briefs_ = std::move(briefs);
            emit changed();
        });
}

} // namespace spillway
