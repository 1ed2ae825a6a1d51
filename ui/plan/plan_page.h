#pragma once

#include "experiment/plan.h"
#include "ui/parts/page.h"

#include <QTimer>

#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace spillway {

class EngineRows;
class JobReader;
class MeasurePanel;
class NoticeBar;
class WorkPanel;

/// What to run, with an estimate of runs, time and disk space before Start.
class PlanPage : public Page {
    Q_OBJECT
public:
    PlanPage(Workbench& workbench, RunController& runs, QWidget* parent = nullptr);

    /// Fills the form from a preset, as soon as the engines are known.
    void applyPreset(const QString& id);
    /// The plan that the form describes, or an error naming the invalid field.
    Result<Plan> plan() const;
    void showPlan(const Plan& plan);
    /// Starts the plan that the form describes.
    void start();

private:
    QWidget* buildPresets();
    QWidget* buildForm();
    QWidget* buildFooter();
    void connectParts();
    void refreshSoon();
    void refresh();
    /// Whether the jobs of the plan are read, and it has their canonical form.
    bool readJobs(Plan& plan);
    void showEstimate(const Plan& plan);
    void showWhetherItMayStart(bool somethingToRun);
    void showProblem(const Error& error);
    void offerToContinue();
    void copyCommand();
    Result<std::optional<Seconds>> budget() const;
    /// Data ÷ limit beside the paper's own ratio.
    void sayHowItDiffersFromThePaper();

    NoticeBar* notice_;
    WorkPanel* work_;
    EngineRows* engines_;
    MeasurePanel* measure_;
    QLabel* estimate_;
    QLineEdit* budget_;
    QCheckBox* onlyMissing_;
    QPushButton* copy_;
    QPushButton* start_;
    JobReader* jobs_;
    QTimer refreshTimer_{this};
    QString pendingPreset_;
    std::string preset_; ///< the form was filled from it
    std::int64_t dismissedPlan_ = 0;
};

} // namespace spillway
