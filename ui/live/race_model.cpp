#include "ui/live/race_model.h"

#include "analysis/statistics.h"
#include "analysis/verdict_words.h"
#include "charts/markers.h"
#include "work/text.h"
#include "work/window_words.h"

#include <algorithm>
#include <set>

namespace spillway {
namespace {

/// How much longer than the shortest time the axis may be.
constexpr double longestReach = 20;

QString secondsWords(double seconds)
{
    return text(words::secondsPhrase(*medianInterval({seconds}), false));
}

QString runningWords(const RaceRow& row)
{
    if (!row.elapsed) return row.phase.isEmpty() ? RaceModel::tr("running…") : row.phase;
    QString time = secondsWords(*row.elapsed) +
                   (row.warmingUp ? RaceModel::tr("… warm-up") : QStringLiteral("…"));
    if (!row.fraction) return time;
    return RaceModel::tr("%1 %2 %").arg(time).arg(qRound(*row.fraction * 100));
}

} // namespace

void RaceModel::setRows(std::vector<RaceRow> rows, const EngineStyles& styles)
{
    std::vector<EngineStyle> looks;
    for (const RaceRow& row : rows)
        looks.push_back(styles.of(row.cell.engine));
    if (std::ranges::equal(rows, rows_, {}, &RaceRow::cell, &RaceRow::cell)) {
        take(std::move(rows), std::move(looks));
        if (!rows_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    if (sameCells(rows)) {
        reorder(std::move(rows), std::move(looks));
        return;
    }
    beginResetModel();
    take(std::move(rows), std::move(looks));
    endResetModel();
}

bool RaceModel::sameCells(const std::vector<RaceRow>& rows) const
{
    const auto cellsOf = [](const std::vector<RaceRow>& of) {
        std::set<CellKey> cells;
        for (const RaceRow& row : of)
            cells.insert(row.cell);
        return cells;
    };
    return rows.size() == rows_.size() && cellsOf(rows) == cellsOf(rows_);
}

void RaceModel::reorder(std::vector<RaceRow> rows, std::vector<EngineStyle> styles)
{
    emit layoutAboutToBeChanged();
    const auto before = std::move(rows_);
    take(std::move(rows), std::move(styles));
    const auto old = persistentIndexList();
    QModelIndexList moved;
    for (const QModelIndex& each : old) {
        const CellKey& cell = before[static_cast<std::size_t>(each.row())].cell;
        const auto now = std::ranges::find(rows_, cell, &RaceRow::cell);
        moved << index(static_cast<int>(now - rows_.begin()), each.column());
    }
    changePersistentIndexList(old, moved);
    emit layoutChanged();
}

void RaceModel::take(std::vector<RaceRow> rows, std::vector<EngineStyle> styles)
{
    rows_ = std::move(rows);
    styles_ = std::move(styles);
    double shortest = 0;
    double longest = 0;
    mostBytes_ = 1;
    for (const RaceRow& row : rows_) {
        for (const auto& seconds : {row.figures.seconds, row.elapsed})
            longest = std::max(longest, seconds.value_or(0));
        const double seconds = row.figures.seconds.value_or(0);
        if (seconds > 0) shortest = shortest > 0 ? std::min(shortest, seconds) : seconds;
        for (const auto& bytes : {row.figures.peakBytes, row.peakNow})
            mostBytes_ = std::max(mostBytes_, static_cast<double>(bytes.value_or(0)));
    }
    // A bar that is alone at the start of its way is not at its end.
    reach_ = shortest > 0 ? std::min(longest, longestReach * shortest) : 1.25 * longest;
    reach_ = std::max(reach_, 1e-3);
}

int RaceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RaceModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RaceModel::engineWords(const RaceRow& row)
{
    return tr("%1, %2").arg(row.name, workersText(row.cell.workers));
}

QString RaceModel::timeWords(const RaceRow& row)
{
    switch (row.state) {
    case RaceState::Refused:
        return windowWords(row.figures.reason);
    case RaceState::Failed:
        return row.figures.reason.empty()
                   ? failureTitle(row.failure)
                   : tr("%1: %2").arg(failureTitle(row.failure), windowWords(row.figures.reason));
    case RaceState::Running:
        return runningWords(row);
    default:
        break;
    }
    if (!row.figures.seconds)
        return row.state == RaceState::Waiting ? tr("waiting") : tr("stopped");
    const QString time = secondsWords(*row.figures.seconds);
    return row.figures.warmup ? tr("%1 warm-up").arg(time) : time;
}

QString RaceModel::spillWords(const RaceRow& row)
{
    const Bytes bytes = std::max(row.figures.spilledBytes, row.spilledNow);
    return bytes > 0 ? tr("%1 spilled").arg(bytesText(bytes)) : QString();
}

QString RaceModel::memoryWords(const RaceRow& row)
{
    const auto peak = row.figures.peakBytes ? row.figures.peakBytes : row.peakNow;
    QStringList parts{peak ? bytesText(*peak) : QString(), spillWords(row)};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString RaceModel::runsWords(const RaceRow& row)
{
    if (row.state == RaceState::Refused) return {};
    // None when the time budget was spent on warm-ups.
    return row.planned > 0 ? QStringLiteral("%1/%2").arg(row.ended).arg(row.planned) : QString();
}

QString RaceModel::sentence(const RaceRow& row)
{
    QStringList parts{timeWords(row)};
    if (row.state == RaceState::Running && row.figures.seconds)
        parts << tr("median so far %1").arg(secondsWords(*row.figures.seconds));
    if (const QString memory = memoryWords(row); !memory.isEmpty())
        parts << tr("peak memory %1").arg(memory);
    if (row.state != RaceState::Refused)
        parts << tr("%1 of %2 repeats").arg(row.ended).arg(row.planned);
    if (!row.deployable) parts << tr("reference, not ranked");
    if (row.figures.lastRun > 0) parts << tr("double-click or Return replays its last run");
    parts.removeAll(QString());
    return QStringLiteral("%1: %2").arg(engineWords(row), parts.join(QStringLiteral("; ")));
}

QVariant RaceModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const RaceRow& shown = row(index.row());
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) return sentence(shown);
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
    case Place:
        return shown.place > 0 ? QString::number(shown.place) : QString();
    case Engine:
        return engineWords(shown);
    case Time:
        return timeWords(shown);
    case Memory:
        return memoryWords(shown);
    default:
        return runsWords(shown);
    }
}

QVariant RaceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Runs)
        return tr("Counted repeats that have ended, of those planned");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Engine:
        return tr("Engine and workers");
    case Time:
        return tr("Time");
    case Memory:
        return tr("Peak memory");
    case Runs:
        return tr("Runs");
    default:
        return QString();
    }
}

} // namespace spillway
