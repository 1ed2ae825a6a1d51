#include "work/background_job.h"

#include "base/thread.h"

#include <QTimer>

#include <chrono>

namespace spillway {
namespace {

constexpr std::chrono::milliseconds retryAfter(500);

} // namespace

void JobControl::deliver(std::function<void()> report)
{
    BackgroundJob* const job = &job_; // outlives its thread: its destructor joins
    job->mailbox_.post([job, report = std::move(report)] {
        if (job->receiver_) report();
    });
}

BackgroundJob::BackgroundJob(QObject* receiver, QObject* parent)
    : QObject(parent), receiver_(receiver)
{
    connect(receiver, &QObject::destroyed, this, &BackgroundJob::cancel);
}

BackgroundJob::~BackgroundJob()
{
    cancel();
    if (thread_.joinable()) thread_.join();
}

void BackgroundJob::cancel()
{
    cancelled_ = true;
    thread_.request_stop();
}

void BackgroundJob::abandon()
{
    receiver_.clear();
    cancel();
}

void BackgroundJob::start(Body body)
{
    auto thread = startThread([this, body](std::stop_token stop) mutable {
        JobControl control(*this, std::move(stop));
        auto finish = body(control);
        mailbox_.post([this, finish = std::move(finish)] {
            if (receiver_) finish();
            emit finished();
            deleteLater();
        });
    });
    if (thread) {
        thread_ = std::move(*thread);
        if (cancelled_) thread_.request_stop();
        return;
    }
    // The work waits until the system has room for it; the window goes on meanwhile.
    QTimer::singleShot(retryAfter, this, [this, body = std::move(body)] {
        if (receiver_) return start(body);
        emit finished();
        deleteLater();
    });
}

BackgroundJobs::~BackgroundJobs()
{
    const auto jobs = findChildren<BackgroundJob*>(Qt::FindDirectChildrenOnly);
    for (BackgroundJob* job : jobs)
        job->abandon(); // all at once, then joined one by one
}

QPointer<BackgroundJob> BackgroundJobs::launch(QObject* receiver, BackgroundJob::Body body)
{
    auto* job = new BackgroundJob(receiver, this);
    job->start(std::move(body));
    return job;
}

} // namespace spillway
