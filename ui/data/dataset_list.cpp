#include "ui/data/dataset_list.h"

#include "ui/data/dataset_model.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QHBoxLayout>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <utility>

namespace spillway {
namespace {

constexpr int padding = 10;

/// Three lines: name, size and rows, state of the files.
class DatasetDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return {200, 3 * (option.fontMetrics.height() + 2) + 2 * padding - 4};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const ThemeColors colors = themeColors(option.palette);
        painter->save();
        if (option.state & QStyle::State_Selected) {
            painter->fillRect(option.rect, colors.accentSoft);
            painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                              colors.accent);
        } else if (option.state & QStyle::State_MouseOver) {
            painter->fillRect(option.rect, colors.raised);
        }
        const QRect area = option.rect.adjusted(padding + 2, padding - 2, -padding, 0);
        const int step = option.fontMetrics.height() + 2;
        QFont bold = option.font;
        bold.setWeight(QFont::DemiBold);
        drawLine(*painter, area, bold, colors.text, index.data(Qt::DisplayRole).toString());
        drawLine(*painter, area.translated(0, step), option.font, colors.muted,
                 index.data(DatasetModel::DetailRole).toString());
        drawLine(*painter, area.translated(0, 2 * step), option.font, stateColor(colors, index),
                 index.data(DatasetModel::StateTextRole).toString());
        painter->restore();
    }

private:
    static QColor stateColor(const ThemeColors& colors, const QModelIndex& index)
    {
        switch (static_cast<DatasetState>(index.data(DatasetModel::StateRole).toInt())) {
        case DatasetState::Unchanged:
            return colors.success;
        case DatasetState::Touched:
        case DatasetState::Changed:
            return colors.warning;
        case DatasetState::Missing:
            return colors.danger;
        case DatasetState::Checking:
            break;
        }
        return colors.muted;
    }

    static void drawLine(QPainter& painter, const QRect& area, const QFont& font,
                         const QColor& color, const QString& words)
    {
        painter.setFont(font);
        painter.setPen(color);
        const QFontMetrics metrics(font);
        painter.drawText(area.left(), area.top() + metrics.ascent(),
                         metrics.elidedText(words, Qt::ElideMiddle, area.width()));
    }
};

/// A list that says what is missing while it is empty.
class HintedListView : public QListView {
public:
    using QListView::QListView;

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QListView::paintEvent(event);
        if (!model() || model()->rowCount() > 0) return;
        QPainter painter(viewport());
        painter.setPen(themeColors(palette()).muted);
        painter.drawText(viewport()->rect().adjusted(16, 24, -16, -16),
                         Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                         DatasetList::tr("No datasets yet. Generate one, or open a file."));
    }
};

} // namespace

DatasetList::DatasetList(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      model_(new DatasetModel(workbench, this)),
      view_(new HintedListView),
      remove_(new QPushButton(tr("Remove")))
{
    view_->setModel(model_);
    view_->setItemDelegate(new DatasetDelegate(view_));
    view_->setAccessibleName(tr("Datasets of this session"));
    view_->setObjectName(QStringLiteral("datasets"));
    view_->setMouseTracking(true);
    auto* add = new QPushButton(lineIcon(QStringLiteral("add")), tr("Add"));
    add->setToolTip(tr("Open a file, a folder or a pattern"));
    remove_->setIcon(lineIcon(QStringLiteral("remove")));
    remove_->setToolTip(
        tr("Remove the dataset from the session. Its files and finished runs are kept."));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(remove_);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(headingLabel(tr("Datasets")));
    layout->addWidget(view_, 1);
    layout->addLayout(buttons);
    connect(add, &QPushButton::clicked, this, &DatasetList::addRequested);
    connect(remove_, &QPushButton::clicked, this, &DatasetList::removeSelected);
    auto* key = new QShortcut(QKeySequence::Delete, view_);
    key->setContext(Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &DatasetList::removeSelected);
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DatasetList::refreshButtons);
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current) {
                chosen_ = current.data(DatasetModel::FingerprintRole).toString();
                emit selected(chosen_);
            });
    connect(view_, &QListView::clicked, this, [this](const QModelIndex& clicked) {
        emit selected(clicked.data(DatasetModel::FingerprintRole).toString());
    });
    connect(model_, &QAbstractItemModel::modelReset, this, &DatasetList::keepChoice);
    refreshButtons();
}

void DatasetList::select(const QString& fingerprint)
{
    view_->setCurrentIndex(model_->indexOf(fingerprint));
}

void DatasetList::keepChoice()
{
    const QModelIndex same = model_->indexOf(chosen_);
    const QModelIndex first = model_->index(0, 0);
    if (same.isValid() || first.isValid())
        view_->setCurrentIndex(same.isValid() ? same : first);
    else if (!std::exchange(chosen_, {}).isEmpty())
        emit selected({});
    refreshButtons();
}

void DatasetList::removeSelected()
{
    const QModelIndex current = view_->currentIndex();
    if (!current.isValid()) return;
    workbench_.removeDataset(utf8(current.data(DatasetModel::FingerprintRole).toString()));
}

void DatasetList::refreshButtons()
{
    remove_->setEnabled(view_->currentIndex().isValid() && !workbench_.isReadOnly());
}

} // namespace spillway
