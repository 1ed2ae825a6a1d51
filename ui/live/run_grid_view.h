#pragma once

#include <QTableView>

namespace spillway {

class RunGridModel;

/// Draws the grid of a plan: state as glyph and colour, repeats, and the median so far.
class RunGridView : public QTableView {
    Q_OBJECT
public:
    explicit RunGridView(RunGridModel* model, QWidget* parent = nullptr);

    QSize sizeHint() const override;

signals:
    /// A cell was activated with a double-click or Return; `runId` is its last stored run.
    void runActivated(qint64 runId);
    /// The plan's rows or columns changed, and with them sizeHint().
    void resized();

private:
    void follow();
    void reveal(const RunGridModel& model);

    QPersistentModelIndex running_; ///< what the view last scrolled to
};

} // namespace spillway
