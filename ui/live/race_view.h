#pragma once

#include <QTableView>

namespace spillway {

class RaceModel;

/// Draws a race: a bar for each engine and worker count that fills while it runs, hollow as long as
/// only its warm-up has run, with peak memory beside it.
class RaceView : public QTableView {
    Q_OBJECT
public:
    static constexpr int leastRowHeight = 26;

    explicit RaceView(RaceModel* model, QWidget* parent = nullptr);

    /// Keeps what runs in sight until the user scrolls, and again from the next race on.
    void follow();

signals:
    /// A row was activated with a double-click or Return; `runId` is its last stored run.
    void runActivated(qint64 runId);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    const RaceModel& race() const { return *race_; }

    RaceModel* race_;
};

} // namespace spillway
