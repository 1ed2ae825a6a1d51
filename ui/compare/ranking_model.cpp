#include "ui/compare/ranking_model.h"

#include "analysis/verdict_words.h"
#include "work/text.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

QString memoryWords(const RankingRow& row)
{
    if (!row.peakBytes) return {};
    const QString peak = bytesText(Bytes(std::llround(row.peakBytes->median)));
    const QString spilled = RankingModel::spilledWords(row);
    return spilled.isEmpty() ? peak : QStringLiteral("%1 · %2").arg(peak, spilled);
}

QString failedWorkersWords(const RankingRow& row)
{
    QStringList counts;
    for (const int workers : row.failedWorkers)
        counts << QString::number(workers);
    return counts.isEmpty()
               ? QString()
               : RankingModel::tr("failed with %1 workers").arg(counts.join(QStringLiteral(", ")));
}

QString standingWords(const Rival& rival)
{
    const QString ratio = rival.ratio ? text(words::ratioPhrase(*rival.ratio)) : QString();
    switch (rival.standing) {
    case Standing::Slower:
        return RankingModel::tr("%1 slower").arg(ratio);
    case Standing::NoDifference:
        return RankingModel::tr("no difference shown");
    case Standing::OtherStart:
        return RankingModel::tr("no ratio: other page cache");
    case Standing::TooFewRounds:
        break;
    }
    return ratio.isEmpty() ? RankingModel::tr("too few runs to say")
                           : RankingModel::tr("%1, too few runs to say").arg(ratio);
}

} // namespace

void RankingModel::set(const Comparison& comparison, const Recommendation& recommendation)
{
    beginResetModel();
    entries_.clear();
    time_ = comparison.time;
    const EngineStyles styles(comparison.engines);
    for (auto& row : ranking(comparison)) {
        Entry entry{.row = std::move(row), .style = {}, .standing = {}, .leader = false};
        entry.style = styles.of(entry.row.engine);
        const auto& leader = recommendation.leader;
        entry.leader = leader && entry.row.cell == leader->cell;
        if (!entry.row.deployable) entry.standing = tr("reference, not ranked");
        if (entry.leader) entry.standing = tr("fastest");
        for (const Rival& rival : recommendation.rivals)
            if (entry.row.cell == rival.contender.cell) entry.standing = standingWords(rival);
        entries_.push_back(std::move(entry));
    }
    endResetModel();
}

double RankingModel::longest() const
{
    double longest = 0;
    for (const Entry& entry : entries_)
        if (entry.row.seconds) longest = std::max(longest, entry.row.seconds->high);
    return longest;
}

double RankingModel::most() const
{
    double most = 0;
    for (const Entry& entry : entries_)
        if (entry.row.peakBytes) most = std::max(most, entry.row.peakBytes->median);
    return most;
}

int RankingModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int RankingModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QString RankingModel::engineWords(const Entry& entry)
{
    const QString name = text(entry.row.name);
    return entry.row.cell ? tr("%1, %2").arg(name, workersText(entry.row.cell->workers)) : name;
}

QString RankingModel::timeWords(const Entry& entry)
{
    const RankingRow& row = entry.row;
    const QString why = text(row.why);
    if (!row.seconds) return why.isEmpty() && row.cell ? tr("no finished run") : why;
    QString time = text(words::secondsPhrase(*row.seconds));
    if (row.failures == 0) return time;
    return tr("%1 · %2 of %3 runs failed: %4").arg(time).arg(row.failures).arg(row.runs).arg(why);
}

QString RankingModel::startUpWords(const RankingRow& row)
{
    constexpr double noticed = 0.05;
    if (!row.setupSeconds || row.setupSeconds->median < noticed) return {};
    return tr("+ %1 start-up").arg(durationText(Seconds(row.setupSeconds->median)));
}

QString RankingModel::spilledWords(const RankingRow& row)
{
    if (!row.spilledBytes || row.spilledBytes->median <= 0) return {};
    return tr("%1 spilled").arg(bytesText(Bytes(std::llround(row.spilledBytes->median))));
}

QString RankingModel::timeInFull(const Entry& entry)
{
    QStringList parts{timeWords(entry), startUpWords(entry.row), failedWorkersWords(entry.row)};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QVariant RankingModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Entry& entry = entries_[static_cast<std::size_t>(index.row())];
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    switch (index.column()) {
    case Engine:
        return engineWords(entry);
    case Time:
        return timeInFull(entry);
    case Memory:
        return memoryWords(entry.row);
    default:
        return entry.standing;
    }
}

QVariant RankingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Engine)
        return tr("Each engine at its fastest worker count");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Engine:
        return tr("Engine at its best");
    case Time:
        return time_ == TimeMeasure::WithSetup ? tr("Time with start-up") : tr("Time");
    case Memory:
        return tr("Peak memory");
    default:
        return tr("Against the fastest");
    }
}

} // namespace spillway
