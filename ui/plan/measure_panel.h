#pragma once

#include "experiment/plan.h"

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

/// How it is measured: workers, memory limit, repeats, time-out, and the rest under Advanced.
class MeasurePanel : public QWidget {
    Q_OBJECT
public:
    explicit MeasurePanel(Workbench& workbench, QWidget* parent = nullptr);

    /// The first field that cannot be read is the error.
    Result<void> writeTo(Plan& plan) const;
    void show(const Plan& plan);
    void showLimit(std::optional<Bytes> limit);
    /// For the bar: the largest dataset of the plan.
    void setLargestData(Bytes bytes);

signals:
    void edited();

private:
    void buildBasics();
    void buildAdvanced();
    void buildParameters(QFormLayout* form);
    void showDefaults();
    void refreshBar();
    Result<std::optional<Bytes>> limit() const;
    Result<std::vector<Bytes>> furtherLimits() const;

    Workbench& workbench_;
    WorkerChips* workers_;
    QLabel* oversubscribed_;
    QCheckBox* limited_;
    QLineEdit* limit_;
    Bytes shownLimit_ = 0; ///< what the text stands for as long as nobody edits its three digits
    MemoryBar* bar_;
    QSpinBox* repeats_;
    QLineEdit* timeout_;
    Disclosure* advanced_;
    QSpinBox* warmup_ = nullptr;
    QComboBox* cache_ = nullptr;
    QLineEdit* further_ = nullptr;
    QLineEdit* address_ = nullptr;
    QLabel* clusterNote_ = nullptr;
    QLineEdit* scratch_ = nullptr;
    QSpinBox* seed_ = nullptr;
    std::map<std::string, QWidget*> parameters_; ///< by name; combo box or line edit
    Bytes largestData_ = 0;
    Bytes ram_;
    Bytes available_;
};

} // namespace spillway
