#pragma once

#include "experiment/job_plan.h"

#include <QDialog>

class QListWidget;
class QPlainTextEdit;

namespace spillway {

/// Each engine's program for a job, to read and to copy; why an engine has none.
class ProgramDialog : public QDialog {
    Q_OBJECT
public:
    explicit ProgramDialog(const PlannedJob& job, QWidget* parent = nullptr);

private:
    void showProgram(int row);

    std::vector<JobProgram> programs_; ///< in the order of engines_
    QListWidget* engines_;
    QPlainTextEdit* code_;
};

} // namespace spillway
