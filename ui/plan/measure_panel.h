#pragma once

#include "experiment/plan.h"
#include "ui/parts/disclosure.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace spillway {

class FieldNote;
class Workbench;

/// How to measure, folded: repeats, time-out, warm-up, page cache, cluster, scratch, seed. The
/// title says what they are.
class MeasurePanel : public Disclosure {
    Q_OBJECT
public:
    explicit MeasurePanel(Workbench& workbench, QWidget* parent = nullptr);

    /// What is wrong stands at its field, which is returned; null when nothing is.
    QWidget* writeTo(Plan& plan);
    void show(const Plan& plan);
    QWidget* scratchField() const;
    /// What is wrong with the directory for scratch files; empty: nothing.
    void showScratchProblem(const QString& words);

signals:
    void edited();

private:
    void addRow(const QString& title, QWidget* field, FieldNote* note = nullptr,
                QWidget* shown = nullptr);
    void showDefaults();
    void showSummary();

    Workbench& workbench_;
    QSpinBox* repeats_;
    QCheckBox* untilDecided_;
    QLineEdit* timeout_;
    FieldNote* timeoutNote_;
    QSpinBox* warmup_;
    QComboBox* cache_;
    QLineEdit* address_;
    QLabel* clusterNote_;
    QLineEdit* scratch_;
    FieldNote* scratchNote_;
    QSpinBox* seed_;
    bool wasWrong_ = false;
};

} // namespace spillway
