#include "ui/manual/manual_place.h"

#include <QVariant>
#include <QWidget>

namespace spillway {
namespace {

constexpr const char* manualProperty = "manualPage";

QString ownPage(const QWidget* widget)
{
    return widget->property(manualProperty).toString();
}

} // namespace

void setManualPage(QWidget* widget, const QString& page)
{
    widget->setProperty(manualProperty, page);
}

QString manualPageAround(const QWidget* widget)
{
    for (; widget; widget = widget->parentWidget())
        if (auto page = ownPage(widget); !page.isEmpty()) return page;
    return {};
}

QString manualPageWithin(const QWidget* widget)
{
    for (const auto* child : widget->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
        if (child->isVisible() && !child->isWindow())
            if (auto page = manualPageWithin(child); !page.isEmpty()) return page;
    return ownPage(widget);
}

} // namespace spillway
