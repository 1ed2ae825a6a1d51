#include "ui/live/race_view.h"

#include "charts/markers.h"
#include "ui/live/race_model.h"
#include "ui/parts/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace spillway {
namespace {

constexpr int mostRaceRow = 40;
constexpr int raceMargin = 6;
constexpr double raceBarHeight = 14;
constexpr double leastRaceBar = 3; ///< pixels: a short time is still a bar
constexpr double repeatDot = 5;
constexpr double memoryBarHeight = 4;
constexpr int mostEngineWidth = 210;
constexpr int leastMemoryWidth = 90;
constexpr int mostMemoryWidth = 190;

struct RaceInks {
    QColor engine;
    QColor faint; ///< of the engine
    QColor text;
    QColor muted;
    QColor accent;
    QColor accentSoft;
    QColor danger;
};

RaceInks raceInksOf(const EngineStyle& style, const QPalette& palette)
{
    const ThemeColors colors = themeColors(palette);
    const QColor engine = colors.dark ? style.dark : style.light;
    QColor faint = engine;
    faint.setAlphaF(0.25F);
    return {engine,       faint, colors.text, colors.muted, colors.accent, colors.accentSoft,
            colors.danger};
}

void drawRaceText(QPainter& painter, const QRectF& rect, const QString& words,
                  Qt::Alignment alignment = Qt::AlignLeft)
{
    painter.drawText(rect, int(alignment | Qt::AlignVCenter),
                     QFontMetricsF(painter.font()).elidedText(words, Qt::ElideRight, rect.width()));
}

/// A bar that goes on beyond the axis.
void drawCutMark(QPainter& painter, const QRectF& bar, const QColor& ink)
{
    painter.setPen(QPen(ink, 1.4));
    for (const double x : {bar.right() - 9, bar.right() - 5})
        painter.drawLine(QPointF(x, bar.bottom() + 1), QPointF(x + 5, bar.top() - 1));
}

class RaceDelegate : public QStyledItemDelegate {
public:
    RaceDelegate(const RaceModel& model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const RaceRow& row = model_.row(index.row());
        const RaceInks inks = raceInksOf(model_.style(index.row()), option.palette);
        const QRectF inner = QRectF(option.rect).adjusted(raceMargin, 0, -raceMargin, 0);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setClipRect(option.rect);
        paintPaper(*painter, option, row, inks);
        painter->setFont(option.font);
        const bool idle = row.state == RaceState::Refused || row.state == RaceState::Waiting;
        painter->setPen(idle ? inks.muted : inks.text);
        switch (index.column()) {
        case RaceModel::Engine:
            paintEngine(*painter, inner, row, index.row(), inks);
            break;
        case RaceModel::Time:
            paintTime(*painter, inner, row, inks);
            break;
        case RaceModel::Memory:
            paintMemory(*painter, inner, row, inks);
            break;
        default:
            painter->setPen(inks.muted);
            drawRaceText(*painter, inner, index.data().toString(), Qt::AlignRight);
        }
        painter->restore();
    }

private:
    static void paintPaper(QPainter& painter, const QStyleOptionViewItem& option,
                           const RaceRow& row, const RaceInks& inks)
    {
        if (row.state == RaceState::Running) painter.fillRect(option.rect, inks.accentSoft);
        if (!option.state.testFlag(QStyle::State_Selected)) return;
        painter.setPen(QPen(inks.accent, 2));
        const QRectF line = QRectF(option.rect).adjusted(0, 1, 0, -1);
        painter.drawLine(line.topLeft(), line.topRight());
        painter.drawLine(line.bottomLeft(), line.bottomRight());
    }

    void paintEngine(QPainter& painter, const QRectF& rect, const RaceRow& row, int position,
                     const RaceInks& inks) const
    {
        constexpr double size = 10;
        const QPen words = painter.pen();
        QFont font = painter.font();
        font.setBold(row.place == 1);
        const bool refused = row.state == RaceState::Refused;
        const QColor ink = refused ? inks.muted : inks.engine;
        painter.setPen(row.deployable ? QPen(Qt::NoPen) : QPen(ink, 1.5));
        painter.setBrush(row.deployable ? QBrush(ink) : QBrush(Qt::NoBrush));
        painter.drawPath(markerPath(model_.style(position).marker,
                                    {rect.left() + size / 2, rect.center().y()}, size));
        painter.setFont(font);
        painter.setPen(words);
        drawRaceText(painter, rect.adjusted(size + raceMargin, 0, 0, 0),
                     RaceModel::engineWords(row));
    }

    /// Why an engine has no place among the others stands behind its time, where there is room.
    static QString barWords(const RaceRow& row, bool whole)
    {
        const QString words = RaceModel::timeWords(row);
        return row.deployable || !whole ? words : RaceModel::tr("%1 · reference").arg(words);
    }

    /// As wide as the longest figure behind a bar.
    double wordsWidth(const QFontMetricsF& metrics, bool whole) const
    {
        double widest = 0;
        for (const RaceRow& row : model_.rows())
            if (row.figures.seconds || row.elapsed)
                widest = std::max(widest, metrics.horizontalAdvance(barWords(row, whole)));
        return widest;
    }

    void paintTime(QPainter& painter, const QRectF& rect, const RaceRow& row,
                   const RaceInks& inks) const
    {
        const bool failed = row.state == RaceState::Failed;
        if (failed || row.state == RaceState::Refused || (!row.figures.seconds && !row.elapsed)) {
            QRectF words = rect;
            if (failed) {
                drawFailureGlyph(painter, row.failure,
                                 {rect.left() + failureGlyphSize / 2, rect.center().y()},
                                 failureGlyphSize, inks.danger);
                words.setLeft(rect.left() + failureGlyphSize + raceMargin);
            }
            drawRaceText(painter, words, RaceModel::timeWords(row));
            return;
        }
        const QFontMetricsF metrics(painter.font());
        const double least = rect.width() / 3;
        const auto beside = [&](bool whole) {
            return rect.width() - wordsWidth(metrics, whole) - 2 * raceMargin;
        };
        const bool whole = beside(true) >= least;
        const double room = std::max(least, beside(whole));
        const double end =
            paintBars(painter, {rect.left(), rect.top(), room, rect.height()}, row, inks);
        painter.setPen(row.figures.warmup ? inks.muted : inks.text);
        drawRaceText(painter,
                     {end + raceMargin, rect.top(), rect.right() - end - raceMargin, rect.height()},
                     barWords(row, whole));
    }

    /// The median, hollow while it is the warm-up's, the repeats as dots, and over it what runs.
    /// Returns where the bars end.
    double paintBars(QPainter& painter, const QRectF& room, const RaceRow& row,
                     const RaceInks& inks) const
    {
        const auto lengthOf = [&](double seconds) {
            return std::clamp(seconds / model_.reach() * room.width(), leastRaceBar, room.width());
        };
        const double top = room.center().y() - raceBarHeight / 2;
        double end = room.left();
        if (row.figures.seconds) {
            const bool running = row.state == RaceState::Running;
            const QRectF bar(room.left(), top, lengthOf(*row.figures.seconds), raceBarHeight);
            const bool hollow = row.figures.warmup || !row.deployable;
            painter.setPen(QPen(inks.engine, 1.2));
            painter.setBrush(row.figures.warmup  ? QBrush(Qt::NoBrush)
                             : hollow || running ? QBrush(inks.faint)
                                                 : QBrush(inks.engine));
            painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
            if (*row.figures.seconds > model_.reach()) drawCutMark(painter, bar, inks.text);
            end = std::max(bar.right(), paintRepeats(painter, room, row, inks));
        }
        if (!row.elapsed) return end;
        const QRectF filling(room.left(), top + 3, lengthOf(*row.elapsed), raceBarHeight - 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(inks.accent);
        painter.drawRect(filling);
        if (*row.elapsed > model_.reach()) drawCutMark(painter, filling, inks.text);
        return std::max(end, filling.right());
    }

    /// Returns where the last dot ends.
    double paintRepeats(QPainter& painter, const QRectF& room, const RaceRow& row,
                        const RaceInks& inks) const
    {
        double end = room.left();
        QColor dot = inks.text;
        dot.setAlphaF(0.45F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(dot);
        for (const double seconds : row.figures.repeats) {
            if (seconds > model_.reach()) continue;
            const double x = room.left() + seconds / model_.reach() * room.width();
            painter.drawEllipse(QPointF(x, room.center().y()), repeatDot / 2, repeatDot / 2);
            end = std::max(end, x + repeatDot / 2);
        }
        return end;
    }

    void paintMemory(QPainter& painter, const QRectF& rect, const RaceRow& row,
                     const RaceInks& inks) const
    {
        const auto peak = row.figures.peakBytes ? row.figures.peakBytes : row.peakNow;
        if (!peak || row.state == RaceState::Refused) return;
        const double middle = rect.center().y();
        const bool spills = !RaceModel::spillWords(row).isEmpty();
        const QRectF words(rect.left(), rect.top(), rect.width(), rect.height() - memoryBarHeight);
        painter.setPen(inks.text);
        drawRaceText(painter, words, RaceModel::memoryWords(row));
        const double bottom = std::min(rect.bottom() - 2, middle + 13);
        const QRectF bar(rect.left(), bottom - memoryBarHeight,
                         static_cast<double>(*peak) / model_.mostBytes() * rect.width(),
                         memoryBarHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(row.figures.warmup || !row.figures.peakBytes ? inks.faint : inks.engine);
        painter.drawRect(bar);
        if (!spills) return;
        painter.setBrush(QBrush(inks.text, Qt::BDiagPattern));
        painter.drawRect(bar);
    }

    const RaceModel& model_;
};

} // namespace

RaceView::RaceView(RaceModel* model, QWidget* parent) : QTableView(parent), race_(model)
{
    setModel(model);
    setItemDelegate(new RaceDelegate(*model, this));
    setObjectName(QStringLiteral("race"));
    setAccessibleName(tr("The race: engines and workers, fastest first"));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(leastRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setMinimumSectionSize(18);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(RaceModel::Time, QHeaderView::Stretch);
    connect(this, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const auto run = race().row(index.row()).figures.lastRun; run > 0)
            emit runActivated(run);
    });
    connect(model, &QAbstractItemModel::modelReset, this, &RaceView::fit);
    connect(model, &QAbstractItemModel::dataChanged, this, &RaceView::fit);
    connect(model, &QAbstractItemModel::layoutChanged, this, &RaceView::fit);
    fit();
}

void RaceView::follow()
{
    const auto running = std::ranges::find(race().rows(), RaceState::Running, &RaceRow::state);
    if (running == race().rows().end() || hasFocus()) return;
    scrollTo(model()->index(static_cast<int>(running - race().rows().begin()), 0));
}

void RaceView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fit();
}

/// Rows fill the height within bounds; what is not the bars takes what it needs, the bars the rest.
void RaceView::fit()
{
    const int rows = std::max(1, model()->rowCount());
    verticalHeader()->setDefaultSectionSize(
        std::clamp(viewport()->height() / rows, leastRowHeight, mostRaceRow));
    QFont bold = font();
    bold.setBold(true);
    const QFontMetrics metrics(bold);
    int engine = metrics.horizontalAdvance(
        model()->headerData(RaceModel::Engine, Qt::Horizontal, Qt::DisplayRole).toString());
    int memory = leastMemoryWidth;
    for (const RaceRow& row : race().rows()) {
        engine = std::max(engine, metrics.horizontalAdvance(RaceModel::engineWords(row)) + 16);
        memory = std::max(memory, fontMetrics().horizontalAdvance(RaceModel::memoryWords(row)));
    }
    const int width = viewport()->width();
    setColumnWidth(RaceModel::Place,
                   metrics.horizontalAdvance(QStringLiteral("00")) + 2 * raceMargin);
    setColumnWidth(RaceModel::Engine,
                   std::min(engine + 3 * raceMargin, std::min(mostEngineWidth, width * 3 / 8)));
    setColumnWidth(RaceModel::Memory,
                   std::min(memory + 2 * raceMargin, std::min(mostMemoryWidth, width * 3 / 10)));
    setColumnWidth(RaceModel::Runs,
                   metrics.horizontalAdvance(QStringLiteral("40/40")) + 2 * raceMargin);
}

} // namespace spillway
