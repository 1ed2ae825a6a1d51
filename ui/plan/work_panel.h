#pragma once

#include "experiment/plan.h"
#include "workloads/workload_type.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QVBoxLayout;

namespace spillway {

class JobPanel;
class Workbench;

/// What to measure: which datasets, which workloads, on which columns.
class WorkPanel : public QWidget {
    Q_OBJECT
public:
    explicit WorkPanel(Workbench& workbench, QWidget* parent = nullptr);

    void writeTo(Plan& plan) const;
    void show(const Plan& plan);
    std::vector<Dataset> chosenDatasets() const;
    /// Of the kind whose work its user writes, when it is chosen.
    std::vector<JobPanel*> jobPanels() const;
    /// Ids of the checked kinds.
    std::vector<std::string> kinds() const;
    /// Whether a checked kind reads data; so does none at all.
    bool takesData() const;

signals:
    void edited();
    void dataRequested();

private:
    void fillDatasets();
    void fillColumns();
    void refreshChoice();
    std::vector<std::string> chosenValues() const;
    void showKinds();
    /// Names of the checked datasets as tables, when a query is to have them together.
    std::vector<std::string> tableNames() const;

    Workbench& workbench_;
    QVBoxLayout* datasetRows_;
    std::vector<std::pair<std::string, QCheckBox*>> datasets_; ///< by fingerprint
    std::vector<std::pair<const WorkloadType*, QCheckBox*>> kinds_;
    std::vector<std::pair<const WorkloadType*, JobPanel*>> jobs_; ///< of the planned kinds
    QCheckBox* asTables_;
    QWidget* columnForm_;
    QComboBox* key_;
    QListWidget* values_;
    QLabel* choice_;
    std::vector<std::string> columns_;   ///< currently offered by key_ and values_
    std::vector<std::string> unchecked_; ///< fingerprints of datasets that the user unchecked
};

} // namespace spillway
