#include "ui/parts/segmented.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>

#include <algorithm>

namespace spillway {
namespace {

constexpr int sidePadding = 20; ///< that of the style sheet and the frame

} // namespace

Segmented::Segmented(const QString& accessibleName, QWidget* parent)
    : QWidget(parent), layout_(new QHBoxLayout(this))
{
    setAccessibleName(accessibleName);
    layout_->setContentsMargins({});
    layout_->setSpacing(0);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

QPushButton* Segmented::add(const QString& id, const QString& title, const QString& help)
{
    auto* button = new QPushButton(title);
    button->setCheckable(true);
    keepWidthWhenOn(button, 2 * sidePadding);
    button->setToolTip(help);
    button->setAccessibleDescription(help);
    setRole(button, segments_.empty() ? "segment-first" : "segment");
    if (segments_.size() > 1) setRole(segments_.back().second, "segment");
    segments_.emplace_back(id, button);
    if (segments_.size() > 1) setRole(button, "segment-last");
    connect(button, &QPushButton::clicked, this, [this, id] {
        setCurrent(id);
        emit chosen(id);
    });
    button->installEventFilter(this);
    layout_->addWidget(button);
    return button;
}

void Segmented::setCurrent(const QString& id)
{
    current_.clear();
    for (const auto& [each, button] : segments_) {
        button->setChecked(each == id);
        if (each == id) current_ = id;
    }
}

bool Segmented::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    const int step = key == Qt::Key_Right ? 1 : key == Qt::Key_Left ? -1 : 0;
    if (step == 0) return QWidget::eventFilter(watched, event);
    const auto at = std::ranges::find(segments_, watched, [](const auto& segment) {
        return static_cast<QObject*>(segment.second);
    });
    const auto next = (at - segments_.begin()) + step;
    if (next >= 0 && next < static_cast<std::ptrdiff_t>(segments_.size()))
        segments_[static_cast<std::size_t>(next)].second->setFocus(Qt::TabFocusReason);
    return true;
}

} // namespace spillway
