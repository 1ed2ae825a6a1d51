#include "ui/compare/ranking_view.h"

#include "ui/compare/ranking_delegate.h"
#include "ui/parts/form_parts.h"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int leastRowHeight = 34;
constexpr int mostRowHeight = 58;

} // namespace

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
    connect(table_, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (const auto cell = cellOf(index)) emit cellActivated(*cell);
    });
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const auto cell = cellOf(index)) emit cellActivated(*cell);
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (const auto cell = cellOf(index)) emit cellSelected(*cell);
            });
}

std::optional<CellKey> RankingView::cellOf(const QModelIndex& index) const
{
    if (!index.isValid()) return std::nullopt;
    return model_->entries()[static_cast<std::size_t>(index.row())].row.cell;
}

void RankingView::set(const Comparison& comparison, const Recommendation& recommendation)
{
    const int row = table_->currentIndex().row();
    const QSignalBlocker quiet(table_->selectionModel()); // nothing was chosen by this
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
    const auto ofHeader = [&](int column) {
        return metrics.horizontalAdvance(
            model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    };
    int engine = ofHeader(RankingModel::Engine);
    int standing = ofHeader(RankingModel::Standing);
    for (const auto& entry : model_->entries()) {
        engine = std::max(engine, metrics.horizontalAdvance(RankingModel::engineWords(entry)) + 20);
        standing = std::max(standing, metrics.horizontalAdvance(entry.standing));
    }
    const int width = table_->viewport()->width();
    table_->setColumnWidth(RankingModel::Engine,
                           std::min(engine + 3 * RankingDelegate::cellMargin, width / 4));
    table_->setColumnWidth(
        RankingModel::Memory,
        std::min(std::max(120, ofHeader(RankingModel::Memory) + 2 * RankingDelegate::cellMargin),
                 width / 5));
    table_->setColumnWidth(RankingModel::Standing,
                           std::min(standing + 3 * RankingDelegate::cellMargin,
                                    std::max(width / 4, ofHeader(RankingModel::Standing) +
                                                            3 * RankingDelegate::cellMargin)));
}

} // namespace spillway
