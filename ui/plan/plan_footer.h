#pragma once

#include "base/error.h"
#include "base/units.h"

#include <QFrame>
#include <QPointer>

#include <optional>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace spillway {

class CutLabel;
class QuietCheck;

/// At the bottom of the Plan page: what the plan costs, its time budget, and Start. Of one height
/// whatever it says: one line of cost or of what is missing, one of what else is to be known.
class PlanFooter : public QFrame {
    Q_OBJECT
public:
    explicit PlanFooter(QuietCheck& quiet, QWidget* parent = nullptr);

    /// `details` are lines for the tool tip; the first is shown in the second line, too.
    void showCost(const QString& words, const QStringList& details);
    /// What keeps the plan from starting; `field` is where it can be mended, if there is such.
    void showProblem(const QString& words, QWidget* field);
    void showWaiting(const QString& words);
    /// Empty: it may start.
    void showWhyNotNow(const QString& reason);
    void setMayStart(bool may, const QString& help);
    void setMayCopy(bool may);
    /// For a moment, on the button itself.
    void showCopied();

    void showBudget(std::optional<Seconds> budget);
    Result<std::optional<Seconds>> budget() const;
    QWidget* budgetField() const;
    void offerToSkipFinished(bool offer);
    bool skipsFinished() const;

signals:
    void edited();
    void startRequested();
    void copyRequested();
    /// A field of the page is to be seen and to have the focus.
    void fieldRequested(QWidget* field);

private:
    void sayBelow();
    void waitForQuiet(bool wait);

    QuietCheck& quiet_;
    CutLabel* words_;
    CutLabel* below_;
    QPushButton* show_;
    QPushButton* wait_;
    QLineEdit* budget_;
    QCheckBox* skip_;
    QPushButton* copy_;
    QPushButton* start_;
    QString whyNotNow_;
    QString detail_;
    QPointer<QWidget> field_;
    bool mayStart_ = false;
    bool waiting_ = false;
};

} // namespace spillway
