#include "ui/live/run_grid_view.h"

#include "charts/markers.h"
#include "ui/live/run_grid_model.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace spillway {
namespace {

constexpr int cellWidth = 58;
constexpr int cellHeight = 42;
constexpr int widestRunTitle = 170;
constexpr double glyphSize = 11;

/// Two lines a cell: how far, and how long.
class GridDelegate : public QStyledItemDelegate {
public:
    explicit GridDelegate(const RunGridModel* model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model)
    {
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const GridCell cell = model_->cell(index);
        const ThemeColors colors = themeColors(option.palette);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintPaper(*painter, option, cell, colors);
        if (cell.state != GridState::Absent) paintState(*painter, option, cell, colors, index);
        painter->restore();
    }

private:
    static void paintPaper(QPainter& painter, const QStyleOptionViewItem& option,
                           const GridCell& cell, const ThemeColors& colors)
    {
        const QRectF box = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        QColor paper = Qt::transparent;
        if (cell.state == GridState::Running) paper = colors.accentSoft;
        if (cell.state == GridState::Failed) paper = colors.dangerSoft;
        const bool outlined = chosen || cell.state == GridState::Running;
        painter.setPen(outlined ? QPen(colors.accent, chosen ? 2 : 1) : QPen(Qt::NoPen));
        painter.setBrush(paper);
        if (outlined || paper.alpha() > 0) painter.drawRoundedRect(box, 4, 4);
    }

    static void paintState(QPainter& painter, const QStyleOptionViewItem& option,
                           const GridCell& cell, const ThemeColors& colors,
                           const QModelIndex& index)
    {
        const QString second = cell.seconds ? durationText(Seconds(*cell.seconds)) : QString();
        QRect upper = option.rect.adjusted(4, 3, -4, -3);
        QRect lower = upper;
        if (!second.isEmpty()) {
            upper.setBottom(option.rect.center().y());
            lower.setTop(option.rect.center().y());
        }
        const QString first = index.data().toString();
        const int textWidth = option.fontMetrics.horizontalAdvance(first);
        const double glyph = cell.state == GridState::Refused ? 0 : glyphSize + 5;
        const double whole = glyph + textWidth;
        const double left = upper.center().x() - whole / 2;
        paintGlyph(painter, {left + glyphSize / 2, upper.center().y() + 1.0}, cell, colors);
        painter.setFont(option.font);
        const bool calm = cell.state == GridState::Queued || cell.state == GridState::Refused;
        painter.setPen(calm ? colors.muted : colors.text);
        painter.drawText(QRectF(left + glyph, upper.top(), textWidth + 2, upper.height()),
                         Qt::AlignVCenter | Qt::AlignLeft, first);
        painter.setPen(colors.muted);
        painter.drawText(lower, Qt::AlignCenter, second);
    }

    static void paintGlyph(QPainter& painter, QPointF centre, const GridCell& cell,
                           const ThemeColors& colors)
    {
        QString icon;
        IconTint tint = IconTint::Muted;
        switch (cell.state) {
        case GridState::Failed:
            drawFailureGlyph(painter, cell.failure, centre, glyphSize, colors.danger);
            return;
        case GridState::Running:
            icon = QStringLiteral("play");
            tint = IconTint::Accent;
            break;
        case GridState::Begun:
        case GridState::Done:
            icon = QStringLiteral("check");
            tint = cell.state == GridState::Done ? IconTint::Text : IconTint::Muted;
            break;
        case GridState::Queued:
            icon = QStringLiteral("clock");
            break;
        default:
            return;
        }
        const int side = qRound(glyphSize) + 2;
        const QRect box(qRound(centre.x()) - side / 2, qRound(centre.y()) - side / 2, side, side);
        lineIcon(icon, tint).paint(&painter, box);
    }

    const RunGridModel* model_;
};

} // namespace

RunGridView::RunGridView(RunGridModel* model, QWidget* parent) : QTableView(parent)
{
    setModel(model);
    setItemDelegate(new GridDelegate(model, this));
    setObjectName(QStringLiteral("grid"));
    setAccessibleName(tr("Engines and workers of the plan"));
    setToolTip(tr("State and median so far of each engine with each number of workers"));
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    setFrameShape(QFrame::NoFrame);
    setCornerButtonEnabled(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setDefaultSectionSize(cellWidth);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(cellHeight);
    verticalHeader()->setHighlightSections(false);
    verticalHeader()->setMaximumWidth(widestRunTitle);
    verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    verticalHeader()->setTextElideMode(Qt::ElideRight);
    connect(this, &QTableView::activated, this, [this, model](const QModelIndex& index) {
        if (const auto run = model->cell(index).lastRun; run > 0) emit runActivated(run);
    });
    connect(model, &QAbstractItemModel::modelReset, this, &RunGridView::follow);
    connect(model, &QAbstractItemModel::dataChanged, this, [this, model] { reveal(*model); });
    follow();
}

void RunGridView::follow()
{
    const int rows = std::clamp(model()->rowCount(), 1, 6);
    setMaximumHeight(horizontalHeader()->sizeHint().height() + model()->rowCount() * cellHeight +
                     16);
    setMinimumHeight(horizontalHeader()->sizeHint().height() + std::min(rows, 2) * cellHeight + 4);
    updateGeometry();
    emit resized();
}

void RunGridView::reveal(const RunGridModel& model)
{
    for (int row = 0; row < model.rowCount(); ++row)
        for (int column = 0; column < model.columnCount(); ++column) {
            const QModelIndex index = model.index(row, column);
            if (model.cell(index).state != GridState::Running) continue;
            if (index != running_) scrollTo(index);
            running_ = index;
            return;
        }
}

QSize RunGridView::sizeHint() const
{
    return {widestRunTitle + model()->columnCount() * cellWidth + 4,
            horizontalHeader()->sizeHint().height() + model()->rowCount() * cellHeight + 4};
}

} // namespace spillway
