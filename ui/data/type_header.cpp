#include "ui/data/type_header.h"

#include "ui/data/preview_model.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QComboBox>
#include <QPainter>

#include <algorithm>

namespace spillway {
namespace {

constexpr int chooserHeight = 26;
constexpr int nameHeight = 26;
constexpr int factHeight = 17;
constexpr int widestSection = 260;
constexpr int mostFitted = 200; ///< columns: a file may have thousands

} // namespace

TypeHeader::TypeHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent)
{
    connect(this, &QHeaderView::sectionResized, this, &TypeHeader::placeChoosers);
    setDefaultSectionSize(130);
    setMinimumSectionSize(96);
    setSectionsClickable(false);
}

void TypeHeader::setTypes(const std::vector<Column>& columns)
{
    qDeleteAll(choosers_);
    choosers_.clear();
    columns_ = columns;
    placeChoosers();
}

QSize TypeHeader::sizeHint() const
{
    return {QHeaderView::sizeHint().width(),
            nameHeight + chooserHeight + 6 + (facts_ ? 2 * factHeight + 4 : 0)};
}

void TypeHeader::fitFacts()
{
    facts_ = model() && count() > 0 &&
             model()->headerData(0, Qt::Horizontal, PreviewModel::FactsRole).isValid();
    const QFontMetrics metrics(font());
    for (int section = 0; section < std::min(count(), mostFitted); ++section) {
        int widest = defaultSectionSize();
        for (const QString& line :
             model()->headerData(section, Qt::Horizontal, PreviewModel::FactsRole).toStringList())
            widest = std::max(widest, metrics.horizontalAdvance(line) + 20);
        resizeSection(section, std::min(widest, widestSection));
    }
    updateGeometry();
    viewport()->update();
}

void TypeHeader::resizeEvent(QResizeEvent* event)
{
    QHeaderView::resizeEvent(event);
    placeChoosers();
}

void TypeHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const ThemeColors colors = themeColors(palette());
    painter->save();
    painter->fillRect(rect, colors.raised);
    painter->setPen(colors.border);
    painter->drawLine(rect.topRight(), rect.bottomRight());
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(colors.text);
    const QRect area(rect.left() + 8, rect.top() + 2, rect.width() - 16, nameHeight);
    const QString title = model()->headerData(section, Qt::Horizontal).toString();
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
                      QFontMetrics(bold).elidedText(title, Qt::ElideRight, area.width()));
    painter->setFont(font());
    painter->setPen(colors.muted);
    const QFontMetrics metrics(font());
    if (fixed_ && static_cast<std::size_t>(section) < columns_.size())
        painter->drawText(area.translated(0, nameHeight - 4), Qt::AlignVCenter | Qt::AlignLeft,
                          text(name(columns_[static_cast<std::size_t>(section)].type)));
    QRect line(area.left(), rect.top() + nameHeight + chooserHeight + 4, area.width(), factHeight);
    for (const QString& words :
         model()->headerData(section, Qt::Horizontal, PreviewModel::FactsRole).toStringList()) {
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                          metrics.elidedText(words, Qt::ElideRight, line.width()));
        line.translate(0, factHeight);
    }
    painter->restore();
}

void TypeHeader::placeChoosers()
{
    if (fixed_) return;
    for (QComboBox* box : std::as_const(choosers_))
        box->hide();
    const int last = static_cast<int>(columns_.size());
    for (int section = 0; section < qMin(count(), last); ++section) {
        const int left = sectionViewportPosition(section);
        const int width = sectionSize(section);
        if (left + width < 0) continue;
        if (left > viewport()->width()) break;
        QComboBox* box = chooser(section);
        box->setGeometry(left + 4, nameHeight + 2, width - 9, chooserHeight);
        box->show();
    }
}

QComboBox* TypeHeader::chooser(int section)
{
    if (QComboBox* known = choosers_.value(section)) return known;
    const Column& column = columns_[static_cast<std::size_t>(section)];
    auto* box = new QComboBox(viewport());
    box->addItems({tr("integer"), tr("real"), tr("text")});
    box->setCurrentIndex(static_cast<int>(column.type));
    box->setAccessibleName(tr("Type of column %1").arg(text(column.name)));
    box->setToolTip(tr("How the column is read: as numbers, or as text unchanged"));
    connect(box, &QComboBox::activated, this,
            [this, section](int type) { emit typeChosen(section, static_cast<ColumnType>(type)); });
    choosers_[section] = box;
    return box;
}

} // namespace spillway
