#include "ui/parts/form_parts.h"

#include "ui/parts/icons.h"
#include "ui/parts/theme.h"

#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>

namespace spillway {

QLabel* mutedLabel(const QString& words)
{
    auto* label = new QLabel(words);
    label->setWordWrap(true);
    setRole(label, "muted");
    return label;
}

QLabel* headingLabel(const QString& words)
{
    auto* label = new QLabel(words);
    setRole(label, "heading");
    return label;
}

QSpinBox* makeSpinBox(int low, int high, int value, const QString& name, const QString& help)
{
    auto* box = new QSpinBox;
    box->setRange(low, high);
    box->setValue(value);
    box->setAccessibleName(name);
    box->setToolTip(help);
    box->setMinimumWidth(110);
    box->setGroupSeparatorShown(true);
    return box;
}

void alignLabels(QFormLayout* form)
{
    constexpr int fieldHeight = 28;
    for (int row = 0; row < form->rowCount(); ++row) {
        const QLayoutItem* item = form->itemAt(row, QFormLayout::LabelRole);
        auto* label = item ? qobject_cast<QLabel*>(item->widget()) : nullptr;
        if (!label) continue;
        label->setMinimumHeight(fieldHeight);
        label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    }
}

void keepWidthWhenOn(QPushButton* button, int padding)
{
    QFont strong = button->font();
    strong.setWeight(QFont::DemiBold);
    button->setMinimumWidth(QFontMetrics(strong).horizontalAdvance(button->text()) + padding);
}

QWidget* folderField(QLineEdit* edit, const QString& title)
{
    auto* field = new QWidget;
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins({});
    row->setSpacing(4);
    auto* browse = new QToolButton;
    browse->setIcon(lineIcon(QStringLiteral("folder")));
    browse->setToolTip(title);
    browse->setAccessibleName(title);
    setRole(browse, "quiet");
    row->addWidget(edit, 1);
    row->addWidget(browse);
    field->setFocusProxy(edit);
    QObject::connect(browse, &QToolButton::clicked, edit, [edit, title] {
        auto* dialog = new QFileDialog(edit, title, edit->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        QObject::connect(dialog, &QFileDialog::fileSelected, edit, &QLineEdit::setText);
        dialog->open();
    });
    return field;
}

QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    setRole(content, "sheet");
    area->setWidget(content);
    return area;
}

} // namespace spillway
