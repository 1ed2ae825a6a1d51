#include "ui/compare/memory_view.h"

#include "ui/compare/memory_model.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>
#include <QTableView>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <algorithm>

namespace spillway {
namespace {

constexpr int leastTableWidth = 260;

/// The wheel moves it only while it has the focus.
class StepSlider : public QSlider {
public:
    StepSlider() : QSlider(Qt::Horizontal)
    {
        setFocusPolicy(Qt::StrongFocus);
        setPageStep(1);
        setTickPosition(QSlider::TicksBelow);
        setTickInterval(1);
    }

protected:
    void wheelEvent(QWheelEvent* event) override
    {
        hasFocus() ? QSlider::wheelEvent(event) : event->ignore();
    }
};

QTableView* makeSurvivorsTable(MemoryModel* model)
{
    auto* table = new QTableView;
    table->setObjectName(QStringLiteral("survivors"));
    table->setAccessibleName(MemoryView::tr("Who survives each memory limit"));
    table->setModel(model);
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(30);
    table->horizontalHeader()->setHighlightSections(false);
    return table;
}

} // namespace

MemoryView::MemoryView(QWidget* parent)
    : QWidget(parent),
      model_(new MemoryModel(this)),
      answer_(new CutLabel("figure")),
      limits_(new QWidget),
      slider_(new StepSlider),
      most_(mutedLabel({})),
      least_(mutedLabel({})),
      table_(makeSurvivorsTable(model_)),
      charts_(new ComparisonCharts)
{
    slider_->setAccessibleName(tr("Memory limit"));
    slider_->setToolTip(tr("Less memory to the right"));
    slider_->setFixedWidth(260);
    slider_->setMinimumHeight(30); // room for the handle and the ticks
    answer_->setAccessibleName(tr("Who survives"));
    auto* between = new QHBoxLayout(limits_);
    between->setContentsMargins(0, 0, 16, 0);
    between->setSpacing(8);
    for (QWidget* part : std::initializer_list<QWidget*>{most_, slider_, least_})
        between->addWidget(part);
    auto* head = new QHBoxLayout;
    head->setSpacing(0);
    head->addWidget(limits_);
    head->addWidget(answer_, 1);
    auto* parts =
        new RememberedSplitter(QStringLiteral("compare-memory"), Qt::Horizontal, {600, 440});
    parts->addWidget(table_);
    parts->addWidget(charts_);
    parts->setChildrenCollapsible(false);
    parts->reset();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(parts, 1);
    connect(slider_, &QSlider::valueChanged, this,
            [this](int step) { emit chosen(places_[static_cast<std::size_t>(step)]); });
    const auto open = [this](const QModelIndex& index) {
        if (const auto cell = model_->cellAt(index)) emit cellActivated(*cell);
    };
    connect(table_, &QTableView::clicked, this, open);
    connect(table_, &QTableView::activated, this, open);
    connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                if (const auto cell = model_->cellAt(index)) emit cellSelected(*cell);
            });
}

void MemoryView::set(const Comparison& current, const std::vector<Comparison>& all,
                     const std::function<bool(const QString&)>& isShown)
{
    LimitLadder ladder = limitLadder(current, all);
    std::erase_if(ladder.rows, [&](const LadderRow& row) { return !isShown(text(row.name)); });
    places_.clear();
    for (const Comparison* step : ladder.steps)
        places_.push_back(static_cast<int>(step - all.data()));
    const auto here = std::ranges::find(ladder.steps, current.key, &Comparison::key);
    const auto step = static_cast<std::size_t>(here - ladder.steps.begin());
    const QModelIndex chosen = table_->currentIndex();
    {
        const QSignalBlocker quiet(table_->selectionModel());
        model_->set(ladder, current, step);
        if (chosen.row() < model_->rowCount() && chosen.column() < model_->columnCount())
            table_->setCurrentIndex(model_->index(chosen.row(), chosen.column()));
    }
    const QSignalBlocker quiet(slider_);
    slider_->setRange(0, static_cast<int>(places_.size()) - 1);
    slider_->setValue(static_cast<int>(step));
    limits_->setVisible(places_.size() > 1);
    most_->setText(model_->limitWords(0));
    least_->setText(model_->limitWords(places_.size() - 1));
    sayWhoSurvives(step);
    table_->resizeColumnsToContents();
    fitTable();
}

/// What its columns do not need is the chart's.
void MemoryView::fitTable()
{
    const int bar = table_->style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, table_);
    table_->setMaximumWidth(std::max(leastTableWidth, table_->horizontalHeader()->length() +
                                                          2 * table_->frameWidth() + bar));
}

void MemoryView::sayWhoSurvives(std::size_t step)
{
    const auto [survivors, all] = model_->survivorsAt(step);
    if (all == 0) return answer_->setWords(tr("Only reference engines were tried"));
    const QString engines = all == 1 ? tr("%1 of 1 engine").arg(survivors)
                                     : tr("%1 of %2 engines").arg(survivors).arg(all);
    QString words = model_->limits()[step]
                        ? tr("%1 survive %2").arg(engines, model_->limitWords(step))
                        : tr("%1 finish without a limit").arg(engines);
    if (places_.size() == 1)
        words += tr(". One limit only: the preset Squeeze tries less and less");
    answer_->setWords(words);
}

} // namespace spillway
