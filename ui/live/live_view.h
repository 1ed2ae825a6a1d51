#pragma once

#include "charts/chart_style.h"
#include "charts/engine_styles.h"
#include "ui/live/live_band.h"
#include "ui/live/race.h"
#include "ui/parts/redraw_limiter.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QComboBox;

namespace spillway {

class LiveChartsPanel;
class LiveDetails;
class LiveHead;
class RaceModel;
class RaceView;
class RunQueueModel;
class TimeNavigator;

/// What the live view shows. The pointers are read only while the view requests the scene.
struct LiveScene {
    const WatchedRun* run = nullptr; ///< none: nothing to show yet
    const PlanProgress* plan = nullptr;
    const std::vector<RunRecord>* records = nullptr;
    const EngineCatalogue* engines = nullptr; ///< null: those of the records
    int usableCores = 1;                      ///< of the measuring machine
    Bytes ram = 0;                            ///< of the measuring machine, 0: unknown
    std::optional<RunEnding> ending;          ///< of `run`, once it has ended
    bool running = false;                     ///< a plan is running
    bool stopping = false;
    bool followed = false;              ///< the plan is another program's
    bool replay = false;                ///< `run` is a stored one; the plan goes on meanwhile
    std::optional<Seconds> length;      ///< of a replay, so that its axis stays while it is played
    const WatchedRun* beside = nullptr; ///< a run that is laid over `run`
    int left = 0;                       ///< runs that the stopped plan can still do
    QString obstacle;                   ///< why nothing can be started now; empty: it can
};

/// The live page's content: the verdict so far, the race of the plan's cells, and beside it the run
/// in progress with its charts and details. Requests the scene when it draws: charts at most twice
/// a second and never while hidden, clocks and bars four times a second.
class LiveView : public QWidget {
    Q_OBJECT
public:
    using SceneSource = std::function<LiveScene()>;
    explicit LiveView(SceneSource scene, QWidget* parent = nullptr);

    /// The scene has changed.
    void request() { limiter_->request(); }
    /// Updates words, clocks and bars at once: what is running, and whether it can be stopped.
    void refreshBand();
    /// The scene's records have changed: the verdict is made again.
    void recordsChanged();
    /// `run` has ended: its curves stay until the next one has some.
    void keep(const WatchedRun& run);
    /// Drops what keep() kept.
    void forget();
    void setTheme(const ChartTheme& theme);
    int redraws() const { return limiter_->redraws(); }

signals:
    void stopRunRequested();
    void stopPlanRequested();
    void compareRequested();
    void resumeRequested();
    void rerunFailedRequested();
    void untilDecidedRequested();
    void replayRequested(qint64 runId);

private:
    QWidget* makeRaceColumn();
    QWidget* makeRunColumn();
    void connectParts();
    void redraw();
    void drawRun(const LiveScene& scene);
    void drawQueue(const LiveScene& scene);
    /// The race on show: the one that the user chose, else that of the run in progress.
    std::optional<RaceKey> shownRace(const PlanProgress& plan) const;
    void refreshRace(const LiveScene& scene);
    void refreshHead(const LiveScene& scene);
    void refreshResults(const LiveScene& scene);
    void fillRaces(const PlanProgress& plan);
    void drawNothing(const LiveScene& scene);
    /// The user has zoomed or panned in the kept run: it stays while others run.
    bool holdsKept() const;
    const WatchedRun& drawnOf(const LiveScene& scene) const;
    QString noteOn(const WatchedRun& drawn, const LiveScene& scene) const;
    static Seconds elapsedOf(const LiveScene& scene);

    SceneSource scene_;
    std::optional<WatchedRun> kept_;
    Seconds drawnSince_{-1}; ///< start of the run whose curves are shown
    TimeNavigator* time_;
    LiveBand* band_;
    LiveChartsPanel* charts_;
    LiveDetails* details_;
    LiveHead* head_;
    RaceModel* race_;
    RaceView* raceView_;
    QComboBox* races_; ///< which race is shown, where there are several
    RunQueueModel* queue_;
    QWidget* raceColumn_;
    RedrawLimiter* limiter_;
    std::vector<Comparison> comparisons_; ///< of the scene's records
    RaceResults results_;
    EngineCatalogue engines_; ///< of the scene and its records
    EngineStyles styles_;
    std::size_t resultsOf_ = 0; ///< number of the records that they were made from
    bool resultsStale_ = true;
    std::vector<Race> shownRaces_;        ///< what the chooser holds
    std::optional<RaceKey> chosenRace_;   ///< by the user
    std::optional<std::size_t> followed_; ///< the plan's position that was last brought in sight
    QTimer clock_;
};

} // namespace spillway
