#include "ui/compare/ranking_delegate.h"

#include "charts/markers.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr int rankBarHeight = 16;
constexpr double leastBar = 3;   ///< pixels: a short time is still a bar
constexpr int leastStartUp = 12; ///< pixels of a start-up that is cut

void drawCut(QPainter& painter, const QRectF& rect, const QString& words)
{
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(painter.font()).elidedText(words, Qt::ElideRight, rect.width()));
}

} // namespace

RankingDelegate::RankingDelegate(const RankingModel& model, QObject* parent)
    : QStyledItemDelegate(parent), model_(model)
{
}

void RankingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    QStyleOptionViewItem background(option);
    initStyleOption(&background, index);
    background.text.clear();
    QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &background, painter,
                                       option.widget);
    const Entry& entry = model_.entries()[static_cast<std::size_t>(index.row())];
    const QRectF inner = QRectF(option.rect).adjusted(cellMargin, 0, -cellMargin, 0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setClipRect(option.rect);
    const Inks inks = inksOf(entry, option);
    switch (index.column()) {
    case RankingModel::Engine:
        paintEngine(*painter, inner, entry, inks, option.font);
        break;
    case RankingModel::Time:
        paintTime(*painter, inner, entry, inks);
        break;
    case RankingModel::Memory:
        paintMemory(*painter, inner, entry, inks);
        break;
    default:
        painter->setPen(entry.leader ? inks.text : inks.muted);
        drawCut(*painter, inner, entry.standing);
    }
    painter->restore();
}

RankingDelegate::Inks RankingDelegate::inksOf(const Entry& entry,
                                              const QStyleOptionViewItem& option)
{
    const ThemeColors colors = themeColors(option.palette);
    QColor engine = colors.dark ? entry.style.dark : entry.style.light;
    if (!entry.row.seconds) engine = colors.muted;
    QColor faint = engine;
    faint.setAlphaF(0.35F);
    if (option.state & QStyle::State_Selected) // everything has to be read on the highlight
        return {engine, colors.accentText, colors.accentText, faint};
    return {engine, colors.text, colors.muted, faint};
}

void RankingDelegate::paintEngine(QPainter& painter, const QRectF& rect, const Entry& entry,
                                  const Inks& inks, QFont font)
{
    constexpr double size = 11;
    painter.setPen(entry.row.deployable ? QPen(Qt::NoPen) : QPen(inks.engine, 1.5));
    painter.setBrush(entry.row.deployable ? QBrush(inks.engine) : QBrush(Qt::NoBrush));
    const QPointF centre(rect.left() + size / 2, rect.center().y());
    painter.drawPath(markerPath(entry.style.marker, centre, size));
    font.setBold(entry.leader);
    painter.setFont(font);
    painter.setPen(entry.row.cell ? inks.text : inks.muted);
    drawCut(painter, rect.adjusted(size + cellMargin, 0, 0, 0), RankingModel::engineWords(entry));
}

/// As wide as the longest words behind a bar.
double RankingDelegate::wordsWidth(const QFontMetricsF& metrics) const
{
    double widest = 0;
    for (const Entry& entry : model_.entries())
        if (entry.row.seconds)
            widest = std::max(widest, metrics.horizontalAdvance(RankingModel::timeInFull(entry)));
    return widest;
}

void RankingDelegate::paintFailure(QPainter& painter, const QRectF& rect, const Entry& entry,
                                   const Inks& inks)
{
    QRectF words = rect;
    if (entry.row.failure) {
        drawFailureGlyph(painter, *entry.row.failure,
                         {rect.left() + failureGlyphSize / 2, rect.center().y()}, failureGlyphSize,
                         inks.text);
        words.setLeft(rect.left() + failureGlyphSize + cellMargin);
    }
    painter.setPen(entry.row.failure ? inks.text : inks.muted);
    drawCut(painter, words, RankingModel::timeWords(entry));
}

void RankingDelegate::paintTime(QPainter& painter, const QRectF& rect, const Entry& entry,
                                const Inks& inks) const
{
    if (!entry.row.seconds) {
        paintFailure(painter, rect, entry, inks);
        return;
    }
    const QFontMetricsF metrics(painter.font());
    // Bars keep at least a third; words are cut before that.
    const double room = std::max(rect.width() / 3, rect.width() - wordsWidth(metrics) -
                                                       2 * cellMargin - leastStartUp - 4);
    const BarScale scale{rect.left(), room, room / std::max(model_.longest(), 1e-9)};
    const Interval& seconds = *entry.row.seconds;
    const QRectF bar(rect.left(), rect.center().y() - rankBarHeight / 2.0,
                     std::max(leastBar, seconds.median * scale.perSecond), rankBarHeight);
    painter.setPen(entry.row.deployable ? QPen(Qt::NoPen) : QPen(inks.engine, 1.2));
    painter.setBrush(entry.row.deployable ? inks.engine : inks.faint);
    painter.drawRect(bar);
    double end = paintStartUp(painter, bar, scale, entry, inks);
    if (seconds.n > 1)
        end = std::max(end, paintInterval(painter, rect.center().y(), scale, seconds, inks));
    painter.setPen(inks.text);
    drawCut(painter,
            QRectF(end + cellMargin, rect.top(), rect.right() - end - cellMargin, rect.height()),
            RankingModel::timeInFull(entry));
}

double RankingDelegate::paintInterval(QPainter& painter, double y, const BarScale& scale,
                                      const Interval& seconds, const Inks& inks)
{
    const double low = scale.left + seconds.low * scale.perSecond;
    const double high = scale.left + seconds.high * scale.perSecond;
    painter.setPen(QPen(inks.text, 1.4));
    painter.drawLine(QPointF(low, y), QPointF(high, y));
    // Capped where it is an interval of 95 %; otherwise it is from least to most.
    if (seconds.coverage)
        for (const double x : {low, high})
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4));
    return high;
}

/// Hatched behind the bar; it never sets the scale, so it is cut where there is no room.
double RankingDelegate::paintStartUp(QPainter& painter, const QRectF& bar, const BarScale& scale,
                                     const Entry& entry, const Inks& inks)
{
    if (RankingModel::startUpWords(entry.row).isEmpty()) return bar.right();
    const double whole = bar.right() + entry.row.setupSeconds->median * scale.perSecond;
    // Enough to be seen where the longest bar fills the room.
    const double end =
        std::min(whole, std::max(scale.left + scale.room, bar.right() + leastStartUp));
    const QRectF hatched(bar.right(), bar.top() + 3, end - bar.right(), bar.height() - 6);
    painter.setPen(QPen(inks.faint, 1));
    painter.setBrush(QBrush(inks.engine, Qt::BDiagPattern));
    painter.drawRect(hatched);
    if (end >= whole) return end;
    painter.setPen(QPen(inks.text, 1.2));
    for (const double x : {end - 6, end - 2})
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x + 4, bar.top()));
    return end + 4;
}

void RankingDelegate::paintMemory(QPainter& painter, const QRectF& rect, const Entry& entry,
                                  const Inks& inks) const
{
    if (!entry.row.peakBytes) return;
    const double scale = rect.width() / std::max(model_.most(), 1.0);
    const double middle = rect.center().y();
    painter.setPen(inks.text);
    drawCut(painter, QRectF(rect.left(), middle - 18, rect.width(), 16),
            bytesText(Bytes(std::llround(entry.row.peakBytes->median))));
    painter.setPen(Qt::NoPen);
    painter.setBrush(inks.faint);
    painter.drawRect(QRectF(rect.left(), middle + 3, rect.width(), 5));
    painter.setBrush(inks.engine);
    painter.drawRect(QRectF(rect.left(), middle + 3, entry.row.peakBytes->median * scale, 5));
    painter.setPen(inks.muted);
    drawCut(painter, QRectF(rect.left(), middle + 10, rect.width(), 16),
            RankingModel::spilledWords(entry.row));
}

} // namespace spillway
