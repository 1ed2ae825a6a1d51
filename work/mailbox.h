#pragma once

#include "base/mutex.h"

#include <QObject>

#include <deque>
#include <functional>

namespace spillway {

/// Delivers calls from any thread to the mailbox's thread, one event each, in the order posted.
/// Calls still waiting when the mailbox is destroyed are dropped.
///
/// Qt's event queue alone would do, but it would pass the callers' values under locks that
/// ThreadSanitizer cannot see in a Qt built without it; here they are under our own lock.
class Mailbox : public QObject {
    Q_OBJECT
public:
    explicit Mailbox(QObject* parent = nullptr);

    /// From any thread, as long as the mailbox lives.
    void post(std::function<void()> call);

protected:
    void customEvent(QEvent* event) override;

private:
    Mutex mutex_;
    std::deque<std::function<void()>> calls_ GUARDED_BY(mutex_); ///< one event waits for each
};

} // namespace spillway
