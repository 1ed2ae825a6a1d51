#include "charts/axis_scale.h"
#include "charts/chart_text.h"
#include "charts/live_charts.h"
#include "charts/plot_frame.h"
#include "charts/time_plot.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace spillway {
namespace {

struct KindLook {
    QRgb light;
    QRgb dark;
    Qt::BrushStyle pattern;
};
/// Colour and pattern together, so that kinds keep apart without colour too.
constexpr std::array<KindLook, 6> kindLooks{{{0xFF1F6FB5, 0xFF6FB7F2, Qt::SolidPattern},
                                             {0xFFC9741B, 0xFFF2B35E, Qt::BDiagPattern},
                                             {0xFF2E8B62, 0xFF6FD3A6, Qt::Dense3Pattern},
                                             {0xFF8A3FA0, 0xFFCF96E0, Qt::FDiagPattern},
                                             {0xFF6B6F75, 0xFFA9AEB5, Qt::DiagCrossPattern},
                                             {0xFFB0304A, 0xFFF08C9E, Qt::HorPattern}}};

constexpr double streamEdge = 10;
constexpr double header = 26;
constexpr double gapBetweenLanes = 2;

const KindLook& lookOf(int kind)
{
    return kindLooks[static_cast<std::size_t>(kind) % kindLooks.size()];
}

QColor colourOf(const KindLook& look, const ChartTheme& theme)
{
    return QColor(theme.dark ? look.dark : look.light);
}

void fillTask(QPainter& painter, const QRectF& rect, const KindLook& look, const ChartTheme& theme)
{
    const auto ink = colourOf(look, theme);
    if (look.pattern == Qt::SolidPattern || rect.width() < 4) {
        painter.fillRect(rect, ink);
        return;
    }
    auto paper = ink;
    paper.setAlphaF(0.35F);
    painter.fillRect(rect, paper);
    painter.fillRect(rect, QBrush(ink, look.pattern));
}

} // namespace

struct TaskStreamView::Lanes {
    QRectF area;
    double height = 0; ///< of one lane, with the gap under it
    double origin = 0; ///< CLOCK_MONOTONIC, as the tasks' times
    double begin = 0;  ///< of what is shown, since the origin
    double span = 1;   ///< seconds

    double x(double t) const { return area.left() + (t - origin - begin) / span * area.width(); }
    QRectF rect(const TaskSpan& task) const
    {
        if (x(task.end.count()) < area.left()) return {};
        const double left = std::max(x(task.begin.count()), area.left());
        const double right = std::min(std::max(x(task.end.count()), left + 1), area.right());
        const double gap = height > 6 ? gapBetweenLanes : 0;
        return {left, area.top() + task.worker * height, right - left, height - gap};
    }
};

TaskStreamView::TaskStreamView(QWidget* parent) : QWidget(parent)
{
    setMinimumSize(200, 90);
    setAccessibleName(tr("Tasks"));
}

void TaskStreamView::setTasks(const std::vector<TaskSpan>& tasks, int workers, Seconds origin,
                              Seconds end)
{
    tasks_ = tasks;
    workers_ = workers;
    origin_ = origin;
    begin_ = 0;
    end_ = (end - origin).count();
    kinds_.clear();
    for (const auto& task : tasks_)
        if (kindIndex(task.kind) < 0) kinds_.push_back(task.kind);
    setAccessibleDescription(tr("Tasks: %1, workers: %2").arg(tasks_.size()).arg(workers_));
    update();
}

void TaskStreamView::setTime(double begin, double end)
{
    begin_ = begin;
    end_ = end;
    update();
}

QRectF TaskStreamView::plotArea() const
{
    return lanes().area;
}

void TaskStreamView::setTheme(const ChartTheme& theme)
{
    theme_ = theme;
    update();
}

int TaskStreamView::kindIndex(const std::string& kind) const
{
    const auto found = std::find(kinds_.begin(), kinds_.end(), kind);
    return found == kinds_.end() ? -1 : static_cast<int>(found - kinds_.begin());
}

TaskStreamView::Lanes TaskStreamView::lanes() const
{
    const QFontMetricsF metrics(ChartFonts::forWidth(width()).text);
    const double left = streamEdge + metrics.horizontalAdvance(QString::number(workers_)) + 8;
    const QRectF area(left, header, width() - left - streamEdge,
                      height() - header - metrics.height() - 8);
    return {area, area.height() / std::max(workers_, 1), origin_.count(), begin_,
            std::max(end_ - begin_, 0.001)};
}

void TaskStreamView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme_.background);
    const auto fonts = ChartFonts::forWidth(width());
    painter.setFont(fonts.title);
    painter.setPen(theme_.text);
    painter.drawText(QRectF(streamEdge, 4, width(), header - 6), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Tasks"));
    painter.setFont(fonts.text);
    if (tasks_.empty()) {
        painter.setPen(theme_.mutedText);
        painter.drawText(rect().adjusted(20, int(header), -20, -8),
                         Qt::AlignCenter | Qt::TextWordWrap, tr("No tasks reported"));
        return;
    }
    const auto where = lanes();
    paintLegend(painter);
    paintAxes(painter, where);
    paintTasks(painter, where);
}

void TaskStreamView::paintTasks(QPainter& painter, const Lanes& where) const
{
    // Tasks shorter than a pixel share it: per lane, one that lies within the pixels already
    // painted in its colour adds nothing.
    std::vector<std::pair<double, int>> painted(static_cast<std::size_t>(std::max(workers_, 1)),
                                                {-1.0, -1});
    for (const auto& task : tasks_) {
        if (task.worker < 0 || task.worker >= workers_ || task.end < task.begin) continue;
        const auto rect = where.rect(task);
        if (rect.width() <= 0) continue;
        const int kind = kindIndex(task.kind);
        auto& [right, last] = painted[static_cast<std::size_t>(task.worker)];
        if (kind == last && rect.right() <= right && rect.left() >= right - 1) continue;
        right = rect.right();
        last = kind;
        fillTask(painter, rect, lookOf(kind), theme_);
    }
}

void TaskStreamView::paintAxes(QPainter& painter, const Lanes& where) const
{
    const QFontMetricsF metrics(painter.font());
    const int stride = std::max(1, static_cast<int>(std::ceil(metrics.height() / where.height)));
    auto lane = theme_.text;
    lane.setAlphaF(0.05F);
    for (int worker = 0; worker < workers_; ++worker) {
        const double top = where.area.top() + worker * where.height;
        const double gap = where.height > 6 ? gapBetweenLanes : 0;
        painter.fillRect(QRectF(where.area.left(), top, where.area.width(), where.height - gap),
                         lane);
        if (worker % stride != 0) continue;
        painter.setPen(theme_.mutedText);
        painter.drawText(QRectF(0, top + (where.height - gap - metrics.height()) / 2,
                                where.area.left() - 6, metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(worker + 1));
    }
    const auto scale = timeScale(where.begin, where.begin + where.span);
    const auto unit = timeUnit(std::max(where.begin + where.span, 1.0)).name;
    for (const auto& tick : scale.ticks) {
        const double x = where.x(where.origin + tick.value);
        if (x > where.area.right() + 1) break;
        painter.setPen(theme_.mutedText);
        painter.drawLine(QPointF(x, where.area.bottom()), QPointF(x, where.area.bottom() + 3));
        const auto text = tick.label + ' ' + unit;
        const double width = metrics.horizontalAdvance(text) + 2;
        const double left = std::min(x - width / 2, this->width() - width - 2);
        painter.drawText(QRectF(left, where.area.bottom() + 3, width, metrics.height()),
                         Qt::AlignCenter, text);
    }
}

void TaskStreamView::paintLegend(QPainter& painter) const
{
    const QFontMetricsF metrics(painter.font());
    double right = width() - streamEdge;
    for (int kind = static_cast<int>(kinds_.size()) - 1; kind >= 0; --kind) {
        const auto text = chartText(kinds_[static_cast<std::size_t>(kind)]).left(24);
        const double wide = metrics.horizontalAdvance(text) + 2;
        const double left = right - wide - 17;
        if (left < 80) return;
        fillTask(painter, QRectF(left, (header - 11) / 2, 12, 11), lookOf(kind), theme_);
        painter.setPen(theme_.mutedText);
        painter.drawText(QRectF(left + 17, 0, wide, header), Qt::AlignLeft | Qt::AlignVCenter,
                         text);
        right = left - 12;
    }
}

bool TaskStreamView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto where = lanes();
    for (auto task = tasks_.rbegin(); task != tasks_.rend(); ++task) {
        if (task->worker < 0 || task->worker >= workers_) continue;
        if (!where.rect(*task).adjusted(-1, 0, 1, 0).contains(help->pos())) continue;
        QToolTip::showText(
            help->globalPos(),
            tr("%1, worker %2, %3")
                .arg(chartText(task->kind))
                .arg(task->worker + 1)
                .arg(QString::fromStdString(formatDuration(task->end - task->begin))),
            this);
        return true;
    }
    QToolTip::hideText();
    event->ignore();
    return true;
}

} // namespace spillway
