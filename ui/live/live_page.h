#pragma once

#include "ui/live/live_band.h"
#include "ui/live/replay_bar.h"
#include "ui/parts/page.h"
#include "work/open_plan.h"

#include <optional>

class QStackedWidget;

namespace spillway {

class LiveView;
class NoticeBar;
class TableView;
struct LiveScene;

/// What runs now: the race of the plan's cells with the verdict so far, and the run in progress; or
/// the replay of a stored run.
class LivePage : public Page {
    Q_OBJECT
public:
    LivePage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    /// Replays a stored run on the same page until backToLive().
    void replay(std::int64_t runId);
    /// Leaves a replay.
    void backToLive();

    bool isReplaying() const { return replay_.has_value(); }
    LiveView* view() const { return view_; }
    NoticeBar* notice() const { return notice_; }

signals:
    /// `plan` goes on: what the form shows is what runs.
    void planContinued(const spillway::Plan& plan);

protected:
    void applyTheme() override;
    /// Closing the notice of a replay leaves it.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Replay {
        std::int64_t id = 0;
        WatchedRun run;
        RunEnding ending;
        WatchedRun shown; ///< as it was at the scrubber's place
        std::optional<WatchedRun> beside;
    };
    QWidget* makeIdle();
    void connectRuns();
    LiveScene scene() const;
    void scrub();
    void layOver(std::int64_t runId);
    QList<ReplayBar::Choice> othersThan(std::int64_t runId) const;
    void showReplay(const RunRecord& record, const RunTrace& trace);
    void refresh();
    void refreshStored();
    void forgetLive();
    void takeRecords();
    void lookForOpenPlan();
    void showOpenPlan();
    std::optional<Plan> shownPlan() const;
    void follow();
    void sayFollowed();
    void resume();
    void rerunFailed();
    void runUntilDecided();

    QStackedWidget* stack_;
    QWidget* banner_; ///< around the notice
    NoticeBar* notice_;
    ReplayBar* scrubber_;
    LiveView* view_;
    QWidget* chooser_;
    TableView* stored_;
    std::optional<Replay> replay_;
    std::optional<RunEnding> ending_; ///< of the last run, while no other has begun
    EngineCatalogue engines_;
    std::optional<OpenPlan> open_;         ///< while no plan runs
    std::optional<PlanProgress> followed_; ///< another program's plan
    std::int64_t asked_ = 0;               ///< the run being loaded for replay, 0: none
    bool hasLive_ = false; ///< a run of the open session has begun since it was opened
};

} // namespace spillway
