#pragma once

#include "ui/live/live_band.h"
#include "ui/parts/page.h"

#include <optional>

class QStackedWidget;

namespace spillway {

class LiveView;
class NoticeBar;
class TableView;
struct LiveScene;

/// What runs now: memory by role, throughput, tasks, the plan's grid and queue, and Stop; or the
/// replay of a stored run.
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

protected:
    void applyTheme() override;
    /// Closing the notice of a replay leaves it.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Replay {
        std::int64_t id = 0;
        WatchedRun run;
        RunEnding ending;
    };
    QWidget* makeIdle();
    void connectRuns();
    LiveScene scene() const;
    void showReplay(const RunRecord& record, const RunTrace& trace);
    void refresh();
    void refreshStored();
    void forgetLive();

    QStackedWidget* stack_;
    QWidget* banner_; ///< around the notice
    NoticeBar* notice_;
    LiveView* view_;
    QWidget* chooser_;
    TableView* stored_;
    std::optional<Replay> replay_;
    std::optional<RunEnding> ending_; ///< of the last run, while no other has begun
    std::int64_t asked_ = 0;          ///< the run being loaded for replay, 0: none
    bool hasLive_ = false;            ///< a run of the open session has begun since it was opened
};

} // namespace spillway
