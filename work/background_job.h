#pragma once

#include "work/mailbox.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

namespace spillway {

class BackgroundJob;

/// What a job's work may use while it runs on the job's thread.
class JobControl {
public:
    std::stop_token stop() const { return stop_; }
    /// Runs `report` on the GUI thread, if the job's receiver still lives. Call it a few times a
    /// second at most: the work limits the rate.
    void deliver(std::function<void()> report);

private:
    friend class BackgroundJob;
    JobControl(BackgroundJob& job, std::stop_token stop) : job_(job), stop_(std::move(stop)) {}
    BackgroundJob& job_;
    std::stop_token stop_;
};

/// One piece of work on a thread of its own. Owned by BackgroundJobs; deletes itself after
/// finished().
class BackgroundJob : public QObject {
    Q_OBJECT
public:
    /// Asks the work to stop and waits for it.
    ~BackgroundJob() override;

    /// Asks the work to stop; its result (Cancelled, as a rule) is still delivered.
    void cancel();
    /// Asks the work to stop and discards its result.
    void abandon();

signals:
    void finished();

private:
    friend class BackgroundJobs;
    friend class JobControl;
    /// Runs on the job's thread and returns what is to happen on the GUI thread.
    using Body = std::function<std::function<void()>(JobControl&)>;
    BackgroundJob(QObject* receiver, QObject* parent);
    void start(Body body);

    QPointer<QObject> receiver_; ///< read on the GUI thread only
    bool cancelled_ = false;     ///< read on the GUI thread only
    Mailbox mailbox_;            ///< results from the thread; destroyed after the thread
    std::jthread thread_;
};

/// Starts work off the GUI thread and brings its result back to it. A result whose receiver is gone
/// is dropped: so `done` may use the receiver freely. Destruction stops and joins every job.
class BackgroundJobs : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~BackgroundJobs() override;

    /// `work(JobControl&)` runs on a new thread, `done(result)` on the GUI thread.
    template <class Work, class Done>
    QPointer<BackgroundJob> start(QObject* receiver, Work work, Done done)
    {
        using Value = std::invoke_result_t<Work, JobControl&>;
        return launch(receiver,
                      [work = std::move(work), done = std::move(done)](
                          JobControl& control) mutable -> std::function<void()> {
                          auto value = std::make_shared<Value>(work(control));
                          return [value, done]() mutable { done(std::move(*value)); };
                      });
    }

private:
    QPointer<BackgroundJob> launch(QObject* receiver, BackgroundJob::Body body);
};

} // namespace spillway
