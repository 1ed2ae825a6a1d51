#include "ui/plan/step_cards.h"

#include "ui/parts/theme.h"
#include "work/text.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace spillway {
namespace {

constexpr int ColumnsRole = Qt::UserRole;
constexpr int margin = 8;
constexpr int gap = 4; ///< between two cards

/// The step in semibold, below it the columns, muted, both cut at the card's width.
class CardDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return {120, 2 * option.fontMetrics.lineSpacing() + margin + gap + 4};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const ThemeColors colors = themeColors(option.palette);
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        const QRectF card = QRectF(option.rect).adjusted(2.5, 1.5, -2.5, -gap + 0.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(chosen ? colors.accent : colors.border, 1));
        painter->setBrush(chosen ? colors.accentSoft : colors.window);
        painter->drawRoundedRect(card, 6, 6);
        const QString number = QString::number(index.row() + 1);
        QFont strong = option.font;
        strong.setWeight(QFont::DemiBold);
        const int widthOfNumber = QFontMetrics(strong).horizontalAdvance(QStringLiteral("88")) + 6;
        const int width = static_cast<int>(card.width()) - 2 * margin - widthOfNumber;
        const double left = card.left() + margin;
        double baseline = card.top() + 3 + option.fontMetrics.ascent();
        painter->setPen(colors.muted);
        painter->setFont(option.font);
        painter->drawText(QPointF(left, baseline), number);
        painter->setPen(option.state.testFlag(QStyle::State_Enabled) ? colors.text : colors.muted);
        painter->setFont(strong);
        painter->drawText(QPointF(left + widthOfNumber, baseline),
                          QFontMetrics(strong).elidedText(index.data(Qt::DisplayRole).toString(),
                                                          Qt::ElideRight, width));
        baseline += option.fontMetrics.lineSpacing();
        painter->setPen(colors.muted);
        painter->setFont(option.font);
        painter->drawText(QPointF(left + widthOfNumber, baseline),
                          option.fontMetrics.elidedText(index.data(ColumnsRole).toString(),
                                                        Qt::ElideRight, width));
        painter->restore();
    }
};

} // namespace

QString columnsText(const std::vector<std::pair<std::string, std::string>>& columns)
{
    QStringList list;
    for (const auto& [name, type] : columns)
        list << QStringLiteral("%1 %2").arg(text(name), text(type));
    return list.join(QStringLiteral(", "));
}

StepCards::StepCards(QWidget* parent) : QListWidget(parent)
{
    setObjectName(QStringLiteral("job-steps"));
    setAccessibleName(tr("Steps of the query"));
    setItemDelegate(new CardDelegate(this));
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(this, &QListWidget::itemSelectionChanged, this, &StepCards::choiceChanged);
}

/// None is chosen: the rows are the result's.
void StepCards::show(const std::vector<JobStep>& steps)
{
    const QSignalBlocker quiet(this);
    clear();
    for (const JobStep& step : steps) {
        auto* card = new QListWidgetItem(text(step.text), this);
        const QString columns = columnsText(step.columns);
        card->setData(ColumnsRole, columns);
        card->setData(Qt::AccessibleDescriptionRole, columns);
        card->setToolTip(QStringLiteral("%1\n%2").arg(text(step.text), columns));
    }
}

std::optional<std::size_t> StepCards::chosen() const
{
    const auto rows = selectedItems();
    if (rows.isEmpty()) return std::nullopt;
    return static_cast<std::size_t>(row(rows.front()));
}

/// A click on the chosen one, or beside the cards, goes back to the result.
void StepCards::mousePressEvent(QMouseEvent* event)
{
    const QListWidgetItem* card = itemAt(event->pos());
    if (!card || card->isSelected()) {
        clearSelection();
        setCurrentItem(nullptr);
        return;
    }
    QListWidget::mousePressEvent(event);
}

} // namespace spillway
