#pragma once

#include "experiment/plan.h"
#include "experiment/plan_check.h"
#include "ui/parts/page.h"
#include "work/open_plan.h"

#include <QTimer>

#include <memory>
#include <optional>

class QScrollArea;

namespace spillway {

class EngineRows;
class JobReader;
class MeasurePanel;
class NoticeBar;
class PlanFooter;
class PresetBar;
class QuietCheck;
class ResourcePanel;
class WarmTools;
class WorkPanel;
struct PlannedRun;

/// What to run, in the order in which one decides: the job, the engines, workers and memory, and
/// how it is measured; with what it costs before Start. What is wrong stands at its field, once.
class PlanPage : public Page {
    Q_OBJECT
public:
    PlanPage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    /// Fills the form from a preset, as soon as the engines are known.
    void applyPreset(const QString& id);
    /// The plan that the form describes. An error says that a field has to be mended; the field
    /// says what is wrong with it.
    Result<Plan> plan() const;
    /// Fills the form, as soon as the engines are known.
    void showPlan(const Plan& plan);
    /// Starts the plan that the form describes.
    void start();
    QuietCheck& quietCheck() { return *quiet_; }

private:
    QWidget* buildForm();
    void connectParts();
    void fillOnce();
    void letToolsRest();
    void showLastPlan();
    /// The plan of the form; `wrong` is the first field that has to be mended.
    Plan read(QWidget*& wrong) const;
    void refreshSoon();
    void refresh();
    void fitLimitsToData();
    void showPreset();
    /// Whether the jobs of the plan are read, and it has their canonical form.
    bool readJobs(Plan& plan);
    void showEstimate(const Plan& plan);
    Result<void> checkScratchOf(const Plan& plan, Bytes need) const;
    void showWhetherItMayStart(bool somethingToRun);
    void showProblem(const Error& error, QWidget* field);
    void bringToSight(QWidget* field);
    void rememberJobs();
    void offerToContinue();
    void showOffer(const OpenPlan& open);
    void forgetOffer();
    void discard(std::int64_t plan, int left);
    void copyCommand();

    /// Rest while a plan runs.
    std::shared_ptr<WarmTools> warm_;
    NoticeBar* notice_;
    PresetBar* presets_;
    WorkPanel* work_;
    EngineRows* engines_;
    ResourcePanel* resources_;
    MeasurePanel* measure_;
    QuietCheck* quiet_;
    PlanFooter* footer_;
    QScrollArea* scroll_ = nullptr;
    JobReader* jobs_;
    QTimer refreshTimer_{this};
    QString pendingPreset_;
    std::optional<Plan> pendingPlan_;
    std::string preset_;                       ///< the form was filled from it
    std::string asFilled_;                     ///< what the form said then
    QString remark_;                           ///< what these data do to the preset
    Bytes fittedTo_ = 0;                       ///< data's size that the limits follow
    std::vector<std::optional<Bytes>> fitted_; ///< those limits
    bool filled_ = false;
    std::optional<OpenPlan> offered_; ///< to be resumed
    std::int64_t dismissedPlan_ = 0;  ///< of the open session
};

} // namespace spillway
