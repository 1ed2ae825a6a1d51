#include "ui/compare/comparison_charts.h"

#include "ui/compare/chart_card.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/comparison_export.h"
#include "ui/parts/theme.h"

#include <QClipboard>
#include <QDialog>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QVBoxLayout>

namespace spillway {
namespace {

/// Of a card, so that a plot is 190 px high; the rows are scrolled.
constexpr int leastCardHeight = 300;

} // namespace

ComparisonCharts::ComparisonCharts(QWidget* parent) : QScrollArea(parent), grid_(new QGridLayout)
{
    auto* sheet = new QWidget;
    setRole(sheet, "sheet");
    sheet->setLayout(grid_);
    grid_->setContentsMargins({});
    setWidget(sheet);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // the cards' buttons are what the keyboard stops at
}

void ComparisonCharts::setSides(const QList<ChartKind>& kinds, Side own, std::optional<Side> beside)
{
    QList<ChartKind> wanted;
    for (const ChartKind kind : kinds)
        for (int side = 0; side < (beside ? 2 : 1); ++side)
            wanted << kind;
    QList<ChartKind> present;
    for (const ChartCard* card : cards_)
        present << card->view()->kind();
    const bool sameSides = beside.has_value() == beside_.has_value();
    own_ = std::move(own);
    beside_ = std::move(beside);
    if (present != wanted || !sameSides) rebuild(kinds);
    for (qsizetype i = 0; i < cards_.size(); ++i) {
        const auto& side = sideOf(!beside_ || i % 2 == 0);
        cards_[i]->setComparison(side.comparison, side.options);
    }
}

void ComparisonCharts::rebuild(const QList<ChartKind>& kinds)
{
    qDeleteAll(cards_);
    cards_.clear();
    for (const ChartKind kind : kinds) {
        cards_ << makeCard(kind, true);
        if (beside_) cards_ << makeCard(kind, false);
    }
    if (cards_.size() == 1) {
        grid_->addWidget(cards_.front(), 0, 0, 1, 2);
        return;
    }
    for (int place = 0; place < cards_.size(); ++place)
        grid_->addWidget(cards_[place], place / 2, place % 2);
    for (int row = 0; row < grid_->rowCount(); ++row) // those of before hold nothing
        grid_->setRowStretch(row, 2 * row < cards_.size() ? 1 : 0);
    for (const int column : {0, 1})
        grid_->setColumnStretch(column, 1);
}

ChartCard* ComparisonCharts::makeCard(ChartKind kind, bool own)
{
    auto* card = new ChartCard(kind);
    card->setMinimumHeight(leastCardHeight);
    connect(card, &ChartCard::copyRequested, this,
            [this, own](ChartKind chosen) { copyChart(chosen, sideOf(own)); });
    connect(card, &ChartCard::exportRequested, this,
            [this, own](ChartKind chosen) { exportChart(chosen, sideOf(own)); });
    connect(card->view(), &ComparisonChartView::enlargeRequested, this,
            [this, own](ChartKind chosen) { enlarge(chosen, own); });
    connectCells(card, own);
    connect(card, &ChartCard::cellHovered, this, [this](const std::optional<CellKey>& cell) {
        for (ChartCard* linked : cards_)
            linked->setCrosshair(cell);
    });
    return card;
}

void ComparisonCharts::connectCells(ChartCard* card, bool own)
{
    connect(card, &ChartCard::cellActivated, this,
            own ? &ComparisonCharts::cellActivated : &ComparisonCharts::besideActivated);
}

QList<ComparisonChartView*> ComparisonCharts::views() const
{
    QList<ComparisonChartView*> views;
    for (qsizetype i = 0; i < cards_.size(); i += beside_ ? 2 : 1)
        views << cards_[i]->view();
    return views;
}

void ComparisonCharts::enlarge(ChartKind kind, bool own)
{
    const Side side = sideOf(own); // the dialog may outlive it here
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(
        QStringLiteral("%1 · %2").arg(chartTitle(kind), comparisonTitle(side.comparison)));
    dialog->resize(1100, 700);
    auto* card = new ChartCard(kind);
    card->setComparison(side.comparison, side.options);
    connect(card, &ChartCard::copyRequested, this,
            [this, side](ChartKind chosen) { copyChart(chosen, side); });
    connect(card, &ChartCard::exportRequested, this,
            [this, side](ChartKind chosen) { exportChart(chosen, side); });
    connectCells(card, own);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(card);
    dialog->show();
}

void ComparisonCharts::copyChart(ChartKind kind, const Side& side)
{
    QGuiApplication::clipboard()->setImage(chartImage(side.comparison, kind, side.options));
    emit copied(kind);
}

void ComparisonCharts::exportChart(ChartKind kind, const Side& side)
{
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export %1").arg(chartTitle(kind)),
                                     chartId(kind) + QStringLiteral(".png"), chartFileFilters());
    if (path.isEmpty()) return;
    emit exported(writeChart(side.comparison, kind, side.options, path), path);
}

} // namespace spillway
