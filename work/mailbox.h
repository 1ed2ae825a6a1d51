#pragma once

#include "base/mutex.h"

#include <QObject>

#include <deque>
#include <functional>

namespace spillway {

/// Brings calls from any thread to the thread the mailbox lives on, one event each, in the order
/// in which they were posted. Calls that wait when the mailbox goes are dropped.
///
/// Qt's event queue alone would do, but it would carry the callers' values behind locks that
/// ThreadSanitizer cannot see in a Qt that was built without it; here they lie behind our own.
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
