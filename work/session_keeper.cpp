#include "work/session_keeper.h"

namespace spillway {

Error noSession()
{
    return {ErrorCode::NotFound, "No session is open.", {}, "Open a session first."};
}

SessionKeeper::SessionKeeper(QObject* parent) : QObject(parent), thread_([this] { serve(); }) {}

SessionKeeper::~SessionKeeper()
{
    {
        const MutexLock lock(mutex_);
        closing_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void SessionKeeper::enqueue(Request request)
{
    {
        const MutexLock lock(mutex_);
        requests_.push_back(std::move(request));
    }
    wake_.notify_one();
}

void SessionKeeper::answer(QPointer<QObject> receiver, std::function<void()> done)
{
    mailbox_.post([receiver = std::move(receiver), done = std::move(done)] {
        if (receiver) done();
    });
}

void SessionKeeper::serve()
{
    std::optional<SessionStore> store; // lives and dies on this thread
    for (;;) {
        Request request;
        {
            MutexLock lock(mutex_);
            wake_.wait(lock.native(),
                       [this]() REQUIRES(mutex_) { return closing_ || !requests_.empty(); });
            if (requests_.empty()) return;
            request = std::move(requests_.front());
            requests_.pop_front();
        }
        request(store);
    }
}

} // namespace spillway
