#include "ui/work/background_job.h"

namespace spillway {

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
    thread_.request_stop();
}

void BackgroundJob::abandon()
{
    receiver_.clear();
    cancel();
}

void BackgroundJob::start(Body body)
{
    thread_ = std::jthread([this, body = std::move(body)](std::stop_token stop) mutable {
        JobControl control(*this, std::move(stop));
        auto finish = body(control);
        mailbox_.post([this, finish = std::move(finish)] {
            if (receiver_) finish();
            emit finished();
            deleteLater();
        });
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
