#pragma once

#include "experiment/expand.h"
#include "experiment/plan.h"
#include "workloads/workload_type.h"

#include <QWidget>

#include <memory>

class QCheckBox;
class QHBoxLayout;

namespace spillway {

class FieldNote;
class FlowLayout;
class JobPanel;
class KindPanel;
class WarmTools;
class Workbench;

/// What to measure: which datasets, and which kinds of work, each with what it asks for.
class WorkPanel : public QWidget {
    Q_OBJECT
public:
    WorkPanel(Workbench& workbench, const std::shared_ptr<WarmTools>& warm,
              QWidget* parent = nullptr);

    /// What is wrong stands at its field; the first such field is returned, null when nothing is.
    QWidget* writeTo(Plan& plan);
    /// Datasets that the session does not have are left as they are.
    void show(const Plan& plan);
    std::vector<Dataset> chosenDatasets() const;
    /// Of the kind whose work its user writes, when it is chosen.
    std::vector<JobPanel*> jobPanels() const;
    /// Ids of the checked kinds.
    std::vector<std::string> kinds() const;
    /// Whether a checked kind reads data; so does none at all.
    bool takesData() const;
    /// What no engine can do is said once, at the kind of work.
    void showRefusals(const std::vector<PlannedRun>& runs);

signals:
    void edited();
    void dataRequested();

private:
    struct Kind {
        const WorkloadType* type;
        QCheckBox* box;
        KindPanel* panel;
    };
    void makeRoomForNew(const std::vector<Dataset>& all);
    void fillDatasets();
    void refreshData();
    void showKinds();
    void chooseDatasets(const Plan& plan);
    /// Names of the checked datasets as tables, when a query is to have them together.
    std::vector<std::string> tableNames() const;

    Workbench& workbench_;
    QWidget* datasetRows_;
    FieldNote* dataNote_;
    std::vector<std::pair<std::string, QCheckBox*>> datasets_; ///< by fingerprint
    std::vector<Kind> kinds_;
    FieldNote* kindNote_;
    QCheckBox* asTables_;
    std::vector<std::string> unchecked_; ///< fingerprints of datasets that the user unchecked
};

} // namespace spillway
