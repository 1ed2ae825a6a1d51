#include "ui/compare/memory_model.h"

#include "analysis/verdict_words.h"
#include "charts/markers.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QFont>
#include <QGuiApplication>
#include <QPainter>
#include <QPixmap>

#include <cmath>
#include <functional>

namespace spillway {
namespace {

constexpr int survivorGlyphSide = 14;

QPixmap survivorGlyph(const std::function<void(QPainter&, QPointF)>& draw)
{
    const double ratio = qGuiApp->devicePixelRatio();
    QPixmap pixmap(QSize(survivorGlyphSide, survivorGlyphSide) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    draw(painter, {survivorGlyphSide / 2.0, survivorGlyphSide / 2.0});
    return pixmap;
}

QPixmap failureGlyph(RunStatus status, const QColor& ink)
{
    return survivorGlyph([&](QPainter& painter, QPointF centre) {
        drawFailureGlyph(painter, status, centre, failureGlyphSize, ink);
    });
}

QString spilledPart(const RankingRow& row)
{
    if (!row.spilledBytes || row.spilledBytes->median <= 0) return {};
    return MemoryModel::tr("%1 spilled")
        .arg(bytesText(Bytes(std::llround(row.spilledBytes->median))));
}

/// "3.2 s · 120 MB spilled", "memory limit", "2 of 3 failed".
QString survivalWords(const RankingRow& row)
{
    if (survives(row)) {
        QStringList parts{text(words::secondsPhrase(*row.seconds, false)), spilledPart(row)};
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    }
    if (row.seconds) return MemoryModel::tr("%1 of %2 failed").arg(row.failures).arg(row.runs);
    if (row.failure) return failureTitle(*row.failure);
    return MemoryModel::tr("not run");
}

QString survivalInFull(const RankingRow& row)
{
    QStringList lines{survivalWords(row)};
    if (row.cell) lines.front() += QStringLiteral(", ") + workersText(row.cell->workers);
    if (row.peakBytes)
        lines << MemoryModel::tr("peak %1").arg(
            bytesText(Bytes(std::llround(row.peakBytes->median))));
    if (!row.why.empty()) lines << text(row.why);
    return lines.join('\n');
}

} // namespace

void MemoryModel::set(const LimitLadder& ladder, const Comparison& comparison, std::size_t chosen)
{
    beginResetModel();
    rows_ = ladder.rows;
    limits_.clear();
    for (const Comparison* step : ladder.steps)
        limits_.push_back(step->key.memoryLimit);
    styles_.clear();
    const EngineStyles styles(comparison.engines);
    for (const LadderRow& row : rows_)
        styles_.push_back(styles.of(row.engine));
    chosen_ = chosen;
    endResetModel();
}

std::optional<CellKey> MemoryModel::cellAt(const QModelIndex& index) const
{
    if (!index.isValid()) return std::nullopt;
    const LadderRow& row = rows_[static_cast<std::size_t>(index.row())];
    const auto& at =
        row.at[index.column() == 0 ? chosen_ : static_cast<std::size_t>(index.column() - 1)];
    return at ? at->cell : std::nullopt;
}

std::pair<int, int> MemoryModel::survivorsAt(std::size_t step) const
{
    int survivors = 0;
    int all = 0;
    for (const LadderRow& row : rows_) {
        const auto& at = row.at[step];
        if (!row.deployable || !at || (!at->seconds && !at->failure)) continue;
        ++all;
        survivors += survives(*at) ? 1 : 0;
    }
    return {survivors, all};
}

QString MemoryModel::limitWords(std::size_t step) const
{
    return limits_[step] ? text(words::bytesWords(*limits_[step])) : tr("no limit");
}

int MemoryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int MemoryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(limits_.size()) + 1;
}

QVariant MemoryModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const LadderRow& row = rows_[static_cast<std::size_t>(index.row())];
    if (index.column() > 0)
        return stepData(row, static_cast<std::size_t>(index.column() - 1), role);
    if (role != Qt::DecorationRole) return engineData(row, role);
    const EngineStyle& style = styles_[static_cast<std::size_t>(index.row())];
    const QColor ink = themeColors(qGuiApp->palette()).dark ? style.dark : style.light;
    return survivorGlyph([&](QPainter& painter, QPointF centre) {
        painter.setPen(row.deployable ? QPen(Qt::NoPen) : QPen(ink, 1.5));
        painter.setBrush(row.deployable ? QBrush(ink) : QBrush(Qt::NoBrush));
        painter.drawPath(markerPath(style.marker, centre, 11));
    });
}

QVariant MemoryModel::engineData(const LadderRow& row, int role) const
{
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) return text(row.name);
    if (role != Qt::ToolTipRole) return {};
    const QString least = row.smallest
                              ? tr("Finishes every run with %1, the least that it survived")
                                    .arg(limitWords(*row.smallest))
                              : tr("Survived none of these limits");
    return row.deployable ? least : least + '\n' + tr("Reference only");
}

QVariant MemoryModel::stepData(const LadderRow& row, std::size_t step, int role) const
{
    const auto& at = row.at[step];
    const ThemeColors colors = themeColors(qGuiApp->palette());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return at ? survivalWords(*at) : tr("not run");
    case Qt::ToolTipRole:
        return at ? survivalInFull(*at) : tr("Not run within %1").arg(limitWords(step));
    case Qt::DecorationRole:
        if (at && at->failure) return failureGlyph(*at->failure, colors.text);
        return {};
    case Qt::ForegroundRole:
        return at && survives(*at) ? colors.text : colors.muted;
    case Qt::BackgroundRole:
        return step == chosen_ ? QVariant(colors.accentSoft) : QVariant();
    case Qt::FontRole:
        if (row.smallest == step) {
            QFont bold;
            bold.setBold(true);
            return bold;
        }
        return {};
    default:
        return {};
    }
}

QVariant MemoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    return section == 0 ? tr("Engine") : limitWords(static_cast<std::size_t>(section - 1));
}

} // namespace spillway
