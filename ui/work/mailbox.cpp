#include "ui/work/mailbox.h"

#include <QCoreApplication>
#include <QEvent>

#include <utility>

namespace spillway {

namespace {

QEvent::Type callPosted()
{
    static const int type = QEvent::registerEventType();
    return static_cast<QEvent::Type>(type);
}

} // namespace

Mailbox::Mailbox(QObject* parent) : QObject(parent) {}

void Mailbox::post(std::function<void()> call)
{
    {
        const std::scoped_lock lock(mutex_);
        calls_.push_back(std::move(call));
    }
    QCoreApplication::postEvent(this, new QEvent(callPosted()));
}

void Mailbox::customEvent(QEvent* event)
{
    if (event->type() != callPosted()) return;
    std::function<void()> call;
    {
        const std::scoped_lock lock(mutex_);
        call = std::move(calls_.front());
        calls_.pop_front();
    }
    call(); // may end this mailbox
}

} // namespace spillway
