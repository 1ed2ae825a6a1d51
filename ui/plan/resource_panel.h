#pragma once

#include "experiment/plan.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace spillway {

class FieldNote;
class MemoryBar;
class WorkerChips;
class Workbench;

/// With what to run: worker counts and memory limits.
class ResourcePanel : public QWidget {
    Q_OBJECT
public:
    explicit ResourcePanel(Workbench& workbench, QWidget* parent = nullptr);

    /// What is wrong stands at its field; the first such field is returned, null when nothing is.
    QWidget* writeTo(Plan& plan);
    void show(const Plan& plan);
    void showLimits(std::optional<Bytes> limit, const std::vector<Bytes>& further = {});
    /// Size of the plan's largest dataset, for the bar.
    void setLargestData(Bytes bytes);

signals:
    void edited();

private:
    QWidget* buildWorkers();
    QWidget* buildMemory();
    void showWorkers();
    Result<std::optional<Bytes>> limit() const;
    Result<std::vector<Bytes>> furtherLimits() const;

    Workbench& workbench_;
    WorkerChips* workers_;
    QLabel* oversubscribed_;
    FieldNote* workersNote_;
    QCheckBox* limited_;
    QLineEdit* limit_;
    FieldNote* limitNote_;
    QLineEdit* further_;
    FieldNote* furtherNote_;
    MemoryBar* bar_;
    /// The exact values behind the rounded texts until the user edits them.
    Bytes shownLimit_ = 0;
    std::vector<Bytes> shownFurther_;
    Bytes largestData_ = 0;
    Bytes ram_;
    Bytes available_;
};

} // namespace spillway
