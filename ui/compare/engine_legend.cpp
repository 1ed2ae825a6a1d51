#include "ui/compare/engine_legend.h"

#include "charts/engine_styles.h"
#include "charts/markers.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QPainter>
#include <QPixmap>
#include <QPushButton>
#include <QSignalBlocker>

namespace spillway {
namespace {

QIcon markerIcon(const EngineStyle& style, bool hollow, const ThemeColors& colors, double ratio)
{
    constexpr int size = 14;
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = colors.dark ? style.dark : style.light;
    painter.setPen(hollow ? QPen(ink, 1.5) : QPen(Qt::NoPen));
    painter.setBrush(hollow ? QBrush(Qt::NoBrush) : QBrush(ink));
    painter.drawPath(markerPath(style.marker, {size / 2.0, size / 2.0}, 11));
    return QIcon(pixmap);
}

} // namespace

EngineLegend::EngineLegend(QWidget* parent) : QWidget(parent)
{
    new FlowLayout(6, this);
    setAccessibleName(tr("Legend"));
}

void EngineLegend::set(const Comparison& comparison,
                       const std::function<bool(const QString&)>& isShown)
{
    while (entries_.size() > static_cast<qsizetype>(comparison.lines.size()))
        delete entries_.takeLast();
    while (entries_.size() < static_cast<qsizetype>(comparison.lines.size())) {
        auto* entry = new QPushButton(this);
        entry->setCheckable(true);
        setRole(entry, "legend");
        layout()->addWidget(entry);
        connect(entry, &QPushButton::toggled, this,
                [this, entry](bool on) { emit toggled(entry->text(), on); });
        entries_.append(entry);
    }
    const EngineStyles styles(comparison.engines);
    const ThemeColors colors = themeColors(palette());
    for (qsizetype i = 0; i < entries_.size(); ++i) {
        const EngineLine& line = comparison.lines[static_cast<std::size_t>(i)];
        QPushButton* entry = entries_[i];
        const QSignalBlocker quiet(entry);
        const QString name = text(line.name);
        const bool shown = isShown(name);
        entry->setText(name);
        entry->setChecked(shown);
        entry->setIcon(
            markerIcon(styles.of(line.engine), !line.deployable, colors, devicePixelRatioF()));
        entry->setToolTip(shown ? tr("Take %1 off the charts").arg(name)
                                : tr("Show %1 on the charts").arg(name));
    }
}

} // namespace spillway
