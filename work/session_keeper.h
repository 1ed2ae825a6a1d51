#pragma once

#include "base/mutex.h"
#include "session/session_store.h"
#include "work/mailbox.h"

#include <QObject>
#include <QPointer>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace spillway {

/// What a request answers while no session is open.
Error noSession();

/// Keeps the window's own connection to its session on one thread, so that the GUI thread never
/// waits for a disk. Requests are served in order; those still queued when the keeper is destroyed
/// are served too (no write is lost), but their callbacks are not called.
class SessionKeeper : public QObject {
    Q_OBJECT
public:
    explicit SessionKeeper(QObject* parent = nullptr);
    ~SessionKeeper() override;

    /// `work(std::optional<SessionStore>&)` runs on the keeper's thread and may replace the store;
    /// `done(result)` runs on the GUI thread unless `receiver` is gone.
    template <class Work, class Done>
    void ask(QObject* receiver, Work work, Done done)
    {
        using Value = std::invoke_result_t<Work, std::optional<SessionStore>&>;
        enqueue([this, receiver = QPointer<QObject>(receiver), work = std::move(work),
                 done = std::move(done)](std::optional<SessionStore>& store) mutable {
            auto value = std::make_shared<Value>(work(store));
            answer(std::move(receiver),
                   [value, done = std::move(done)]() mutable { done(std::move(*value)); });
        });
    }

private:
    using Request = std::function<void(std::optional<SessionStore>&)>;
    void enqueue(Request request);
    void answer(QPointer<QObject> receiver, std::function<void()> done);
    void serve();

    Mutex mutex_;
    std::condition_variable wake_;
    std::deque<Request> requests_ GUARDED_BY(mutex_);
    bool closing_ GUARDED_BY(mutex_) = false;
    Mailbox mailbox_; ///< the callbacks; destroyed after the thread
    std::jthread thread_;
};

} // namespace spillway
