#include "ui/compare/ranking_view.h"

#include "analysis/verdict_words.h"
#include "charts/markers.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr int leastRowHeight = 34;
constexpr int mostRowHeight = 58;
constexpr int rankBarHeight = 16;
constexpr double leastBar = 3; ///< pixels: a short time is still a bar
constexpr int cellMargin = 8;
constexpr int leastStartUp = 12; ///< pixels of a start-up that is cut

QString startUpWords(const RankingRow& row)
{
    constexpr double noticed = 0.05;
    if (!row.setupSeconds || row.setupSeconds->median < noticed) return {};
    return RankingView::tr("+ %1 start-up").arg(durationText(Seconds(row.setupSeconds->median)));
}

QString spilledWords(const RankingRow& row)
{
    if (!row.spilledBytes || row.spilledBytes->median <= 0) return {};
    return RankingView::tr("%1 spilled")
        .arg(bytesText(Bytes(std::llround(row.spilledBytes->median))));
}

QString memoryWords(const RankingRow& row)
{
    if (!row.peakBytes) return {};
    const QString peak = bytesText(Bytes(std::llround(row.peakBytes->median)));
    const QString spilled = spilledWords(row);
    return spilled.isEmpty() ? peak : QStringLiteral("%1 · %2").arg(peak, spilled);
}

QString failedWorkersWords(const RankingRow& row)
{
    QStringList counts;
    for (const int workers : row.failedWorkers)
        counts << QString::number(workers);
    return counts.isEmpty()
               ? QString()
               : RankingView::tr("failed with %1 workers").arg(counts.join(QStringLiteral(", ")));
}

/// Draws bars and markers; everything else as usual.
class RankingDelegate : public QStyledItemDelegate {
public:
    RankingDelegate(const RankingModel& model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        QStyleOptionViewItem background(option);
        initStyleOption(&background, index);
        background.text.clear();
        QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &background, painter,
                                           option.widget);
        const auto& entry = model_.entries()[static_cast<std::size_t>(index.row())];
        const QRectF inner = QRectF(option.rect).adjusted(cellMargin, 0, -cellMargin, 0);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setClipRect(option.rect);
        const Inks inks = inksOf(entry, option.palette);
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
            drawCut(*painter, inner, RankingModel::Standing, entry);
        }
        painter->restore();
    }

private:
    struct Inks {
        QColor engine;
        QColor text;
        QColor muted;
        QColor faint;
    };

    static Inks inksOf(const RankingModel::Entry& entry, const QPalette& palette)
    {
        const ThemeColors colors = themeColors(palette);
        QColor engine = colors.dark ? entry.style.dark : entry.style.light;
        if (!entry.row.seconds) engine = colors.muted;
        QColor faint = engine;
        faint.setAlphaF(0.35F);
        return {engine, colors.text, colors.muted, faint};
    }

    static void drawCut(QPainter& painter, const QRectF& rect, int column,
                        const RankingModel::Entry& entry)
    {
        const QString words =
            column == RankingModel::Standing ? entry.standing : RankingModel::timeWords(entry);
        painter.drawText(
            rect, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetricsF(painter.font()).elidedText(words, Qt::ElideRight, rect.width()));
    }

    static void paintEngine(QPainter& painter, const QRectF& rect, const RankingModel::Entry& entry,
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
        const QRectF words = rect.adjusted(size + cellMargin, 0, 0, 0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(font).elidedText(RankingModel::engineWords(entry),
                                                        Qt::ElideRight, words.width()));
    }

    /// As wide as the longest words behind a bar.
    double wordsWidth(const QFontMetricsF& metrics) const
    {
        double widest = 0;
        for (const auto& entry : model_.entries())
            if (entry.row.seconds)
                widest = std::max(widest, metrics.horizontalAdvance(behindBar(entry)));
        return widest;
    }

    static QString behindBar(const RankingModel::Entry& entry)
    {
        QStringList parts{RankingModel::timeWords(entry)};
        parts << startUpWords(entry.row) << failedWorkersWords(entry.row);
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    }

    void paintTime(QPainter& painter, const QRectF& rect, const RankingModel::Entry& entry,
                   const Inks& inks) const
    {
        if (!entry.row.seconds) {
            QRectF words = rect;
            if (entry.row.failure) {
                drawFailureGlyph(painter, *entry.row.failure,
                                 {rect.left() + failureGlyphSize / 2, rect.center().y()},
                                 failureGlyphSize, inks.text);
                words.setLeft(rect.left() + failureGlyphSize + cellMargin);
            }
            painter.setPen(entry.row.failure ? inks.text : inks.muted);
            drawCut(painter, words, RankingModel::Time, entry);
            return;
        }
        const QFontMetricsF metrics(painter.font());
        // Bars keep at least a third; words are cut before that.
        const double room = std::max(rect.width() / 3, rect.width() - wordsWidth(metrics) -
                                                           2 * cellMargin - leastStartUp - 4);
        const double scale = room / std::max(model_.longest(), 1e-9);
        const Interval& seconds = *entry.row.seconds;
        const double top = rect.center().y() - rankBarHeight / 2.0;
        const QRectF bar(rect.left(), top, std::max(leastBar, seconds.median * scale),
                         rankBarHeight);
        double end = bar.right();
        painter.setPen(entry.row.deployable ? QPen(Qt::NoPen) : QPen(inks.engine, 1.2));
        painter.setBrush(entry.row.deployable ? inks.engine : inks.faint);
        painter.drawRect(bar);
        end = std::max(end, paintStartUp(painter, bar, rect.left() + room, scale, entry, inks));
        if (seconds.n > 1) {
            const double low = rect.left() + seconds.low * scale;
            const double high = rect.left() + seconds.high * scale;
            const double y = rect.center().y();
            painter.setPen(QPen(inks.text, 1.4));
            painter.drawLine(QPointF(low, y), QPointF(high, y));
            // Capped where it is an interval of 95 %; otherwise it is from least to most.
            if (seconds.coverage)
                for (const double x : {low, high})
                    painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4));
            end = std::max(end, high);
        }
        painter.setPen(inks.text);
        const QRectF words(end + cellMargin, rect.top(), rect.right() - end - cellMargin,
                           rect.height());
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(behindBar(entry), Qt::ElideRight, words.width()));
    }

    /// Hatched behind the bar; it never sets the scale, so it is cut where there is no room.
    static double paintStartUp(QPainter& painter, const QRectF& bar, double limit, double scale,
                               const RankingModel::Entry& entry, const Inks& inks)
    {
        if (startUpWords(entry.row).isEmpty()) return bar.right();
        const double whole = bar.right() + entry.row.setupSeconds->median * scale;
        // Enough to be seen where the longest bar fills the room.
        const double end = std::min(whole, std::max(limit, bar.right() + leastStartUp));
        const QRectF hatched(bar.right(), bar.top() + 3, end - bar.right(), bar.height() - 6);
        painter.setPen(QPen(inks.faint, 1));
        painter.setBrush(QBrush(inks.engine, Qt::BDiagPattern));
        painter.drawRect(hatched);
        if (end < whole) {
            painter.setPen(QPen(inks.text, 1.2));
            for (const double x : {end - 6, end - 2})
                painter.drawLine(QPointF(x, bar.bottom()), QPointF(x + 4, bar.top()));
        }
        return end + (end < whole ? 4 : 0);
    }

    void paintMemory(QPainter& painter, const QRectF& rect, const RankingModel::Entry& entry,
                     const Inks& inks) const
    {
        if (!entry.row.peakBytes) return;
        const double scale = rect.width() / std::max(model_.most(), 1.0);
        const double middle = rect.center().y();
        painter.setPen(inks.text);
        painter.drawText(QRectF(rect.left(), middle - 18, rect.width(), 16),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         bytesText(Bytes(std::llround(entry.row.peakBytes->median))));
        painter.setPen(Qt::NoPen);
        painter.setBrush(inks.faint);
        painter.drawRect(QRectF(rect.left(), middle + 3, rect.width(), 5));
        painter.setBrush(inks.engine);
        painter.drawRect(QRectF(rect.left(), middle + 3, entry.row.peakBytes->median * scale, 5));
        painter.setPen(inks.muted);
        painter.drawText(QRectF(rect.left(), middle + 10, rect.width(), 16),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(spilledWords(entry.row), Qt::ElideRight,
                                                          static_cast<int>(rect.width())));
    }

    const RankingModel& model_;
};

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
        for (const Rival& rival : recommendation.rivals) {
            if (entry.row.cell != rival.contender.cell) continue;
            const QString ratio = rival.ratio ? text(words::ratioPhrase(*rival.ratio)) : QString();
            switch (rival.standing) {
            case spillway::Standing::Slower:
                entry.standing = tr("%1 slower").arg(ratio);
                break;
            case spillway::Standing::NoDifference:
                entry.standing = tr("no difference shown");
                break;
            case spillway::Standing::TooFewRounds:
                entry.standing = ratio.isEmpty() ? tr("too few runs to say")
                                                 : tr("%1, too few runs to say").arg(ratio);
                break;
            case spillway::Standing::OtherStart:
                entry.standing = tr("no ratio: other page cache");
            }
        }
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
    const QString time = text(words::secondsPhrase(*row.seconds));
    if (row.failures == 0) return time;
    return tr("%1 · %2 of %3 runs failed: %4").arg(time).arg(row.failures).arg(row.runs).arg(why);
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
    case Time: {
        QStringList parts{timeWords(entry), startUpWords(entry.row), failedWorkersWords(entry.row)};
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    }
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
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Engine:
        return tr("Engine, fastest worker count");
    case Time:
        return time_ == TimeMeasure::WithSetup ? tr("Time with start-up") : tr("Time");
    case Memory:
        return tr("Peak memory");
    default:
        return tr("Against the fastest");
    }
}

RankingView::RankingView(QWidget* parent)
    : QWidget(parent), model_(new RankingModel(this)), table_(new QTableView), note_(mutedLabel({}))
{
    table_->setObjectName(QStringLiteral("ranking"));
    table_->setAccessibleName(tr("Ranking of the engines"));
    table_->setModel(model_);
    table_->setItemDelegate(new RankingDelegate(*model_, this));
    table_->setShowGrid(false);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setSectionsClickable(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->horizontalHeader()->setSectionResizeMode(RankingModel::Time, QHeaderView::Stretch);
    note_->setText(tr("Bars from zero with the median of the runs; hatched: start-up, which does "
                      "not count. Click a row for its runs."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(table_, 1);
    layout->addWidget(note_);
    const auto open = [this](const QModelIndex& index) {
        const auto& cell = model_->entries()[static_cast<std::size_t>(index.row())].row.cell;
        if (cell) emit cellActivated(*cell);
    };
    connect(table_, &QTableView::clicked, this, open);
    connect(table_, &QTableView::activated, this, open);
}

void RankingView::set(const Comparison& comparison, const Recommendation& recommendation)
{
    const int row = table_->currentIndex().row();
    model_->set(comparison, recommendation);
    if (row >= 0 && row < model_->rowCount()) table_->selectRow(row);
    fit();
}

void RankingView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void RankingView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fit();
}

/// Rows fill the height within bounds; what is not the bars takes what it needs, the bars the rest.
void RankingView::fit()
{
    const int rows = std::max(1, model_->rowCount());
    table_->verticalHeader()->setDefaultSectionSize(
        std::clamp(table_->viewport()->height() / rows, leastRowHeight, mostRowHeight));
    QFont bold = table_->font();
    bold.setBold(true);
    const QFontMetrics metrics(bold);
    int engine = metrics.horizontalAdvance(
        model_->headerData(RankingModel::Engine, Qt::Horizontal, Qt::DisplayRole).toString());
    int standing = metrics.horizontalAdvance(
        model_->headerData(RankingModel::Standing, Qt::Horizontal, Qt::DisplayRole).toString());
    for (const auto& entry : model_->entries()) {
        engine = std::max(engine, metrics.horizontalAdvance(RankingModel::engineWords(entry)) + 20);
        standing = std::max(standing, metrics.horizontalAdvance(entry.standing));
    }
    const int width = table_->viewport()->width();
    table_->setColumnWidth(RankingModel::Engine, std::min(engine + 3 * cellMargin, width / 4));
    table_->setColumnWidth(RankingModel::Memory, std::min(120, width / 7));
    table_->setColumnWidth(RankingModel::Standing, std::min(standing + 3 * cellMargin, width / 4));
}

} // namespace spillway
