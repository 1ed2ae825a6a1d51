#pragma once

#include "experiment/plan.h"
#include "workloads/workload_type.h"

#include <QWidget>

#include <map>
#include <optional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace spillway {

class Disclosure;
class MemoryBar;
class WorkerChips;
class Workbench;

/// How to measure: workers, memory limit, repeats, time-out, and the rest under Advanced.
class MeasurePanel : public QWidget {
    Q_OBJECT
public:
    explicit MeasurePanel(Workbench& workbench, QWidget* parent = nullptr);

    /// The error names the first invalid field.
    Result<void> writeTo(Plan& plan) const;
    void show(const Plan& plan);
    void showLimit(std::optional<Bytes> limit);
    /// Size of the plan's largest dataset, for the bar.
    void setLargestData(Bytes bytes);

signals:
    void edited();

private:
    void buildBasics();
    void buildAdvanced();
    void buildParameters(QFormLayout* form);
    QWidget* addParameter(const Parameter& parameter);
    void showDefaults();
    void refreshBar();
    Result<std::optional<Bytes>> limit() const;
    Result<std::vector<Bytes>> furtherLimits() const;

    Workbench& workbench_;
    WorkerChips* workers_;
    QLabel* oversubscribed_;
    QCheckBox* limited_;
    QLineEdit* limit_;
    Bytes shownLimit_ = 0; ///< the exact value behind the rounded text until the user edits it
    MemoryBar* bar_;
    QSpinBox* repeats_;
    QCheckBox* untilDecided_;
    QLineEdit* timeout_;
    Disclosure* advanced_;
    QSpinBox* warmup_ = nullptr;
    QComboBox* cache_ = nullptr;
    QLineEdit* further_ = nullptr;
    QLineEdit* address_ = nullptr;
    QLabel* clusterNote_ = nullptr;
    QLineEdit* scratch_ = nullptr;
    QSpinBox* seed_ = nullptr;
    struct ParameterField {
        QWidget* widget = nullptr; ///< combo box or line edit
        QString usual;             ///< the default
    };
    std::map<std::string, ParameterField> parameters_; ///< by name, as a plan has it
    Bytes largestData_ = 0;
    Bytes ram_;
    Bytes available_;
};

} // namespace spillway
