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
    /// A cell was chosen with a double-click or Return; its last stored run.
    void runActivated(qint64 runId);
    /// The plan has other lines or columns: sizeHint() is new.
    void resized();

private:
    void follow();
    void reveal(const RunGridModel& model);

    QPersistentModelIndex running_; ///< what was scrolled to last
};

} // namespace spillway
