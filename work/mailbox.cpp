#include "work/mailbox.h"

#include <QCoreApplication>
#include <QEvent>

#include <utility>

namespace spillway {

Mailbox::Mailbox(QObject* parent) : QObject(parent) {}

void Mailbox::post(std::function<void()> call)
{
    {
        const MutexLock lock(mutex_);
        calls_.push_back(std::move(call));
    }
    QCoreApplication::postEvent(this, new QEvent(QEvent::User));
}

void Mailbox::customEvent(QEvent*)
{
    std::function<void()> call;
    {
        const MutexLock lock(mutex_);
        if (calls_.empty()) return; // another object's event
        call = std::move(calls_.front());
        calls_.pop_front();
    }
    call(); // may end this mailbox
}

} // namespace spillway
