#pragma once

#include "measure/other_load.h"
#include "work/background_job.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

class QWidget;

namespace spillway {

/// Whether other programs use the processors, looked at every two seconds while `page` is shown or
/// somebody waits for quiet, off the GUI thread.
class QuietCheck : public QObject {
    Q_OBJECT
public:
    explicit QuietCheck(QWidget& page);

    /// A fifth of a core and more, as it flags runs (docs/measurement.md).
    bool isNoisy() const;
    /// "Other programs use 1.4 of 2 cores (cc1plus, ninja)."; empty while it is quiet or not known.
    QString words() const;
    /// What was seen, as a look brings it; tests say it themselves.
    void take(std::optional<OtherLoad> load);
    /// Nothing is looked at while a plan runs.
    void hold(bool held) { held_ = held; }
    /// Looks also while the page is hidden: a start waits for quiet.
    void keepLooking(bool keep) { keep_ = keep; }

protected:
    /// What was seen before the page was hidden says nothing about now.
    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    void changed();

private:
    void look();

    QWidget& page_;
    QTimer pause_;
    bool held_ = false;
    bool keep_ = false;
    std::optional<OtherLoad> load_;
    std::shared_ptr<OtherLoadWatch> watch_ = std::make_shared<OtherLoadWatch>();
    QPointer<BackgroundJob> looking_;
    BackgroundJobs background_; ///< joined before the members that its callbacks use
};

} // namespace spillway
