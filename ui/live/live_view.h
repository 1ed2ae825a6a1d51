#pragma once

#include "charts/chart_style.h"
#include "ui/live/live_band.h"
#include "ui/parts/redraw_limiter.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QLabel;

namespace spillway {

class LiveChartsPanel;
class LiveDetails;
class RememberedSplitter;
class RunGridModel;
class RunQueueModel;
class TimeNavigator;

/// What the live view shows. The pointers are read only while the view requests the scene.
struct LiveScene {
    const WatchedRun* run = nullptr; ///< none: nothing to show yet
    const PlanProgress* plan = nullptr;
    const std::vector<RunRecord>* records = nullptr;
    std::optional<RunEnding> ending; ///< of `run`, once it has ended
    bool running = false;            ///< a plan is running
    bool stopping = false;
    bool replay = false; ///< `run` is a stored one; the plan goes on meanwhile
};

/// The live page's content: band, charts, details, and the plan's grid and queue beside them.
/// Requests the scene when it draws: charts at most twice a second and never while hidden, clocks
/// four times a second.
class LiveView : public QWidget {
    Q_OBJECT
public:
    using SceneSource = std::function<LiveScene()>;
    explicit LiveView(SceneSource scene, QWidget* parent = nullptr);

    /// The scene has changed.
    void request() { limiter_->request(); }
    /// Updates the band at once: what is running, and whether it can be stopped.
    void refreshBand();
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
    void replayRequested(qint64 runId);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makePlanColumn();
    /// As wide as the grid needs, up to two fifths of the page, until the user moves the divider.
    void fitPlanColumn();
    void connectParts();
    void redraw();
    void drawRun(const LiveScene& scene);
    void drawPlan(const LiveScene& scene);
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
    RunGridModel* grid_;
    RunQueueModel* queue_;
    QLabel* queueTitle_;
    QWidget* gridView_ = nullptr;
    QWidget* planColumn_;
    RememberedSplitter* columns_;
    RedrawLimiter* limiter_;
    QTimer clock_;
};

} // namespace spillway
