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

class Workbench;

/// What to measure: which datasets, which workloads, on which columns.
class WorkPanel : public QWidget {
    Q_OBJECT
public:
    explicit WorkPanel(Workbench& workbench, QWidget* parent = nullptr);

    void writeTo(Plan& plan) const;
    void show(const Plan& plan);
    std::vector<Dataset> chosenDatasets() const;

signals:
    void edited();
    void dataRequested();

private:
    void fillDatasets();
    void fillColumns();
    void refreshChoice();
    std::vector<std::string> chosenValues() const;

    Workbench& workbench_;
    QVBoxLayout* datasetRows_;
    std::vector<std::pair<std::string, QCheckBox*>> datasets_; ///< by fingerprint
    std::vector<std::pair<const WorkloadType*, QCheckBox*>> kinds_;
    QComboBox* key_;
    QListWidget* values_;
    QLabel* choice_;
    std::vector<std::string> columns_;   ///< currently offered by key_ and values_
    std::vector<std::string> unchecked_; ///< fingerprints of datasets that the user unchecked
};

} // namespace spillway
