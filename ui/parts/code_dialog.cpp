#include "ui/parts/code_dialog.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

CodeDialog::CodeDialog(const QString& title, const QString& program, QWidget* parent)
    : QDialog(parent), code_(new QPlainTextEdit(program)), said_(mutedLabel({}))
{
    setWindowTitle(title);
    resize(760, 520);
    code_->setReadOnly(true);
    code_->setObjectName(QStringLiteral("code"));
    code_->setAccessibleName(title);
    code_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    code_->setLineWrapMode(QPlainTextEdit::NoWrap);
    code_->setTabChangesFocus(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* copyAll = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    copyAll->setObjectName(QStringLiteral("copy-code"));
    copyAll->setIcon(lineIcon(QStringLiteral("copy"), IconTint::OnAccent));
    copyAll->setDefault(true);
    setRole(copyAll, "primary");
    connect(copyAll, &QPushButton::clicked, this, &CodeDialog::copy);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(said_, 1);
    bottom->addWidget(buttons);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(code_, 1);
    layout->addLayout(bottom);
    copyAll->setFocus();
}

void CodeDialog::copy()
{
    QGuiApplication::clipboard()->setText(code_->toPlainText());
    said_->setText(tr("%1 lines are on the clipboard.").arg(code_->blockCount()));
}

} // namespace spillway
