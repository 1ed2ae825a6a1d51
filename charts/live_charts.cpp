#include "charts/live_charts.h"

#include "charts/time_plot.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

/// The memory bands, from the bottom. Colours keep apart for protan, deutan and tritan eyes, by
/// lightness too, and are none of the engines'.
struct Role {
    const char* title;
    QRgb light;
    QRgb dark;
};
constexpr std::array<Role, 4> roles{
    {{QT_TRANSLATE_NOOP("spillway::MemoryChartView", "shared"), 0xFF1F4E79, 0xFF3F7DB5},
     {QT_TRANSLATE_NOOP("spillway::MemoryChartView", "driver"), 0xFFE0A030, 0xFFC98A1B},
     {QT_TRANSLATE_NOOP("spillway::MemoryChartView", "workers"), 0xFF7FB8E6, 0xFFA9D4F5},
     {QT_TRANSLATE_NOOP("spillway::MemoryChartView", "other"), 0xFFB9BDC3, 0xFF6C727A}}};

QColor roleColour(const Role& role, const ChartTheme& theme)
{
    return QColor(theme.dark ? role.dark : role.light);
}

std::array<double, 4> bytesByRole(const Sample& sample)
{
    const auto of = [&](const char* role) {
        const auto found = sample.anonByRole.find(role);
        return found == sample.anonByRole.end() ? Bytes(0) : std::max<Bytes>(0, found->second);
    };
    const Bytes driver = of("driver");
    const Bytes workers = of("worker");
    const Bytes other = std::max<Bytes>(0, sample.anon - driver - workers);
    return {static_cast<double>(std::max<Bytes>(0, sample.shared)), static_cast<double>(driver),
            static_cast<double>(workers), static_cast<double>(other)};
}

/// The lines over the bands, the lowest first. The managed bytes have a rim that keeps them apart
/// from a band of their own lightness.
constexpr std::size_t limitLine = 0;
constexpr std::size_t firstThreshold = 1;
constexpr std::size_t managedRim = firstThreshold + MemoryChartView::mostThresholds;
constexpr std::size_t managedLine = managedRim + 1;
constexpr std::size_t besideRim = managedLine + 1;
constexpr std::size_t besideLine = besideRim + 1;

/// Pixels of a chart's height below which the names of phases would lie on its curves.
constexpr double leastNamedPhases = 100;

QPen limitPen(const ChartTheme& theme)
{
    QPen pen(theme.limit, 1.5);
    pen.setDashPattern({5, 3});
    return pen;
}

QPen thresholdPen(const ChartTheme& theme)
{
    QPen pen(theme.limit, 1.0);
    pen.setDashPattern({1, 4});
    return pen;
}

/// Of another run that is laid over: no role has this colour, and it is dashed.
QPen besidePen(const ChartTheme& theme)
{
    QPen pen(theme.dark ? QColor(0xFF, 0x8A, 0xD0) : QColor(0xB0, 0x10, 0x70), 1.8);
    pen.setDashPattern({4, 2});
    return pen;
}

QColor managedColour(const ChartTheme& theme)
{
    return theme.dark ? QColor(0xF2, 0xF2, 0xF2) : QColor(0x20, 0x20, 0x20);
}

QString megabytes(double bytes)
{
    return QString::fromStdString(formatBytes(static_cast<Bytes>(bytes)));
}

} // namespace

LiveChartView::LiveChartView(const QString& title, QWidget* parent) : QChartView(new QChart, parent)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMinimumSize(200, 110);
    setAccessibleName(title);
    plot_ = std::make_unique<TimePlot>(*this, title);
}

LiveChartView::~LiveChartView() = default;

QRectF LiveChartView::plotArea() const
{
    return plot_->plotArea();
}

void LiveChartView::drawForeground(QPainter* painter, const QRectF& rect)
{
    QChartView::drawForeground(painter, rect);
    drawPhases(*painter);
    if (!hasFocus()) return;
    painter->setPen(QPen(plot_->theme().mutedText, 1, Qt::DotLine));
    painter->drawRect(plot_->plotArea());
}

/// Starting and finishing are shaded, and named where there is room.
void LiveChartView::drawPhases(QPainter& painter) const
{
    const QRectF area = plot_->plotArea();
    const double end = std::max(time_.end, time_.begin + 1e-9);
    if (!time_.go || time_.end <= time_.begin || area.isEmpty()) return;
    const auto xOf = [&](double seconds) {
        const double share = (seconds - time_.begin) / (end - time_.begin);
        return area.left() + std::clamp(share, 0.0, 1.0) * area.width();
    };
    QColor shade = plot_->theme().mutedText;
    shade.setAlphaF(0.14F);
    painter.setPen(plot_->theme().mutedText);
    const auto phase = [&](double from, double to, const QString& name, bool shaded) {
        const QRectF part(xOf(from), area.top(), xOf(to) - xOf(from), area.height());
        if (shaded) painter.fillRect(part, shade);
        const QFontMetricsF metrics(painter.font());
        if (part.width() > metrics.horizontalAdvance(name) + 8 && area.height() > leastNamedPhases)
            painter.drawText(part.adjusted(4, 1, 0, 0), Qt::AlignTop | Qt::AlignLeft, name);
    };
    phase(0, *time_.go, tr("Starting"), true);
    phase(*time_.go, time_.done.value_or(end), tr("Measuring"), false);
    if (time_.done) phase(*time_.done, end, tr("Finishing"), true);
}

void LiveChartView::mousePressEvent(QMouseEvent* event)
{
    event->ignore();
}
void LiveChartView::mouseReleaseEvent(QMouseEvent* event)
{
    event->ignore();
}
void LiveChartView::mouseMoveEvent(QMouseEvent* event)
{
    event->ignore();
}
void LiveChartView::wheelEvent(QWheelEvent* event)
{
    event->ignore();
}

MemoryChartView::MemoryChartView(QWidget* parent) : LiveChartView(tr("Memory"), parent)
{
    for (const auto& role : roles)
        plot().addBand(roleColour(role, plot().theme()));
    for (std::size_t line = 0; line <= besideLine; ++line)
        plot().addLine({});
    setPens();
    clear(tr("Nothing is running"));
}

void MemoryChartView::setPens()
{
    plot().setLinePen(limitLine, limitPen(plot().theme()));
    plot().setLinePen(managedRim, QPen(plot().theme().background, 3.4));
    plot().setLinePen(managedLine, QPen(managedColour(plot().theme()), 1.4));
    plot().setLinePen(besideRim, QPen(plot().theme().background, 3.8));
    plot().setLinePen(besideLine, besidePen(plot().theme()));
    for (std::size_t i = 0; i < mostThresholds; ++i)
        plot().setLinePen(firstThreshold + i, thresholdPen(plot().theme()));
}

void MemoryChartView::setSamples(const std::vector<Sample>& samples, Seconds origin,
                                 MemoryLines lines)
{
    samples_ = samples;
    origin_ = origin;
    lines_ = std::move(lines);
    redraw();
}

void MemoryChartView::redraw()
{
    if (samples_.empty()) {
        clear(tr("No samples yet"));
        return;
    }
    QList<QPointF> totals;
    totals.reserve(static_cast<qsizetype>(samples_.size()));
    double peak = 0;
    for (const auto& sample : samples_) {
        totals.append({(sample.t - origin_).count(), static_cast<double>(sample.total())});
        peak = std::max(peak, totals.back().y());
    }
    drawAxes(totals.back().x(), peak); // first: the bands are thinned to the plot's new width
    const auto part = pointsBetween(totals, time().begin, timeEnd(totals.back().x()));
    drawBands(totals.mid(part.first, part.count), part.first);
}

void MemoryChartView::drawBands(const QList<QPointF>& totals, qsizetype firstSample)
{
    std::array<QList<QPointF>, roles.size() + 1> borders;
    for (const auto index : decimatedIndexes(totals, plot().pixels())) {
        const auto bytes = bytesByRole(samples_[static_cast<std::size_t>(firstSample + index)]);
        double sum = 0;
        borders[0].append({totals[index].x(), 0});
        for (std::size_t role = 0; role < roles.size(); ++role) {
            sum += bytes[role];
            borders[role + 1].append({totals[index].x(), sum});
        }
    }
    for (std::size_t role = 0; role < roles.size(); ++role)
        plot().setBand(role, borders[role], borders[role + 1]);
}

void MemoryChartView::drawAxes(double last, double peak)
{
    const double end = timeEnd(last);
    QList<LegendEntry> legend;
    const auto now = bytesByRole(samples_.back());
    for (std::size_t role = 0; role < roles.size(); ++role)
        legend << LegendEntry{tr(roles[role].title), roleColour(roles[role], plot().theme()),
                              time().ended ? QString() : megabytes(now[role])};
    if (!lines_.managed.isEmpty())
        legend << LegendEntry{tr("managed"), managedColour(plot().theme()),
                              time().ended ? QString() : megabytes(lines_.managed.back().y())};
    if (!lines_.beside.isEmpty())
        legend << LegendEntry{lines_.besideName, besidePen(plot().theme()).color(), {}};
    const double limit = static_cast<double>(lines_.limit.value_or(0));
    const double reach = std::max({peak, besidePeak(), 1e6}) * 1.05;
    const bool limitShown = lines_.limit && limit < 4 * reach;
    const double high = limitShown ? std::max(reach, limit * 1.05) : reach;
    const auto unit = byteUnit(high);
    drawLines(end, limitShown);
    const auto words = caption(unit.name, peak, limitShown);
    plot().setAxes(time().begin, end, linearScale(0, high, unit, 6), words, legend);
    setAccessibleDescription(words.join(QStringLiteral("; ")));
}

double MemoryChartView::besidePeak() const
{
    double peak = 0;
    for (const auto& point : lines_.beside)
        peak = std::max(peak, point.y());
    return peak;
}

void MemoryChartView::drawLines(double end, bool limitShown)
{
    const double limit = static_cast<double>(lines_.limit.value_or(0));
    const auto level = [&](double bytes) {
        return QList<QPointF>{{time().begin, bytes}, {std::max(end, 1.0), bytes}};
    };
    plot().setLine(limitLine, limitShown ? level(limit) : QList<QPointF>());
    for (std::size_t i = 0; i < mostThresholds; ++i) {
        const bool shown = limitShown && i < lines_.thresholds.size();
        plot().setLine(firstThreshold + i,
                       shown ? level(limit * lines_.thresholds[i]) : QList<QPointF>());
    }
    const auto part = pointsBetween(lines_.managed, time().begin, end);
    const auto managed = decimate(lines_.managed.mid(part.first, part.count), plot().pixels());
    for (const std::size_t line : {managedRim, managedLine})
        plot().setLine(line, managed);
    const auto other = pointsBetween(lines_.beside, time().begin, end);
    const auto beside = decimate(lines_.beside.mid(other.first, other.count), plot().pixels());
    for (const std::size_t line : {besideRim, besideLine})
        plot().setLine(line, beside);
}

QStringList MemoryChartView::caption(const QString& unit, double peak, bool limitShown) const
{
    QStringList words{unit + tr(", peak %1").arg(megabytes(peak))};
    if (lines_.limit)
        words << (limitShown ? tr("dashed: limit %1") : tr("limit %1, beyond this scale"))
                     .arg(megabytes(static_cast<double>(*lines_.limit)));
    if (limitShown && !lines_.thresholds.empty()) {
        QStringList shares;
        for (const double share : lines_.thresholds)
            shares << QString::number(share * 100, 'f', 0);
        words << tr("dotted: spills, then waits, at %1 %").arg(shares.join(QStringLiteral(", ")));
    }
    words << tr("all processes, shared pages once, no page cache");
    return words;
}

void MemoryChartView::setTheme(const ChartTheme& theme)
{
    plot().setTheme(theme);
    for (std::size_t role = 0; role < roles.size(); ++role)
        plot().setBandColour(role, roleColour(roles[role], theme));
    setPens();
    if (!samples_.empty()) redraw();
}

void MemoryChartView::clear(const QString& message)
{
    samples_.clear();
    plot().showMessage(message);
    setAccessibleDescription(message);
}

RateChartView::RateChartView(const QString& title, const QString& unit, AtEnd atEnd,
                             QWidget* parent)
    : LiveChartView(title, parent), unit_(unit), atEnd_(atEnd)
{
    plot().addBand(Qt::transparent);
    plot().addLine({}); // of another run, below the run's own
    plot().addLine({});
    setTheme(ChartTheme::light());
    clear(tr("Nothing is running"));
}

void RateChartView::setTitle(const QString& title)
{
    plot().setTitle(title);
}

void RateChartView::setPoints(const QList<QPointF>& points)
{
    points_ = points;
    redraw();
}

void RateChartView::redraw()
{
    if (points_.isEmpty()) {
        clear(tr("No data yet"));
        return;
    }
    const double end = timeEnd(points_.back().x());
    const auto part = pointsBetween(points_, time().begin, end);
    const auto drawn = decimate(points_.mid(part.first, part.count), plot().pixels());
    QList<QPointF> floor;
    floor.reserve(drawn.size());
    for (const auto& point : drawn)
        floor.append({point.x(), 0});
    // Over all of the run, so that the scale stays while time is moved.
    double low = 0;
    double high = 0;
    for (const auto* points : {&points_, &beside_})
        for (const auto& point : *points) {
            low = std::min(low, point.y());
            high = std::max(high, point.y());
        }
    const auto other = pointsBetween(beside_, time().begin, end);
    plot().setBand(0, floor, drawn);
    plot().setLine(0, decimate(beside_.mid(other.first, other.count), plot().pixels()));
    plot().setLine(1, drawn);
    double peak = 0;
    for (const auto& point : points_)
        peak = std::max(peak, point.y());
    const bool ofAll = time().ended && atEnd_ == AtEnd::Peak;
    const double told = ofAll ? peak : points_.back().y();
    const auto figure = QString::number(told, 'f', told < 10 ? 2 : 0);
    QString words = ofAll          ? tr("peak %1").arg(figure)
                    : time().ended ? tr("at the end %1").arg(figure)
                                   : tr("now %1").arg(figure);
    const QStringList caption{unit_.isEmpty() ? words : unit_ + ", " + words};
    plot().setAxes(time().begin, end,
                   linearScale(1.05 * low, high > low ? high * 1.05 : 1, {1, unit_}, 3), caption,
                   {});
    setAccessibleDescription(caption.front());
}

void RateChartView::setTheme(const ChartTheme& theme)
{
    const QColor ink = theme.dark ? QColor(0x6F, 0xB7, 0xF2) : QColor(0x1F, 0x6F, 0xB5);
    auto fill = ink;
    fill.setAlphaF(0.18F);
    plot().setTheme(theme);
    plot().setBandColour(0, fill);
    plot().setLinePen(0, besidePen(theme));
    plot().setLinePen(1, QPen(ink, 1.6));
}

void RateChartView::clear(const QString& message)
{
    points_.clear();
    plot().showMessage(message);
    setAccessibleDescription(message);
}

} // namespace spillway
