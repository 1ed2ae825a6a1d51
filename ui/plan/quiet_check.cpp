#include "ui/plan/quiet_check.h"

#include "measure/machine.h"
#include "work/text.h"

#include <QEvent>
#include <QWidget>

namespace spillway {
namespace {

constexpr int pauseBetweenLooks = 2000; // milliseconds
constexpr double noisyFrom = 0.2;       ///< cores

} // namespace

QuietCheck::QuietCheck(QWidget& page) : QObject(&page), page_(page)
{
    pause_.setInterval(pauseBetweenLooks);
    connect(&pause_, &QTimer::timeout, this, &QuietCheck::look);
    pause_.start();
    page.installEventFilter(this);
}

bool QuietCheck::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &page_ && event->type() == QEvent::Show && !keep_ && !held_) {
        load_.reset();
        watch_ = std::make_shared<OtherLoadWatch>(); // which measures from its first look on
        emit changed();
        look();
    }
    return QObject::eventFilter(watched, event);
}

void QuietCheck::look()
{
    if (held_ || looking_ || !(keep_ || page_.isVisible())) return;
    looking_ = background_.start(
        this, [watch = watch_](JobControl&) { return watch->look(); },
        [this](const std::optional<OtherLoad>& load) { take(load); });
}

void QuietCheck::take(std::optional<OtherLoad> load)
{
    if (!load) return;
    load_ = std::move(load);
    emit changed();
}

bool QuietCheck::isNoisy() const
{
    return load_ && load_->cores >= noisyFrom;
}

QString QuietCheck::words() const
{
    if (!isNoisy()) return {};
    QStringList names;
    for (const auto& name : load_->names)
        names << text(name);
    const int cores = usableCores();
    const QString used = QString::number(load_->cores, 'f', 1);
    QString words = cores == 1 ? tr("Other programs use %1 of 1 core").arg(used)
                               : tr("Other programs use %1 of %2 cores").arg(used).arg(cores);
    if (!names.isEmpty()) words += QStringLiteral(" (%1)").arg(names.join(QStringLiteral(", ")));
    return words + QLatin1Char('.');
}

} // namespace spillway
