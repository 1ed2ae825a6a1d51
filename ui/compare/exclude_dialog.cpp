#include "ui/compare/exclude_dialog.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

ExcludeDialog::ExcludeDialog(const QString& run, QWidget* parent)
    : QDialog(parent), reason_(new QComboBox)
{
    setWindowTitle(tr("Exclude a run"));
    setMinimumWidth(460);
    reason_->setEditable(true);
    reason_->addItems({tr("Other programs were using the machine"), tr("The settings were wrong"),
                       tr("The machine was throttled")});
    reason_->setCurrentIndex(-1);
    reason_->setAccessibleName(tr("Reason"));
    reason_->lineEdit()->setPlaceholderText(tr("Why does it not count?"));
    reason_->lineEdit()->setMaxLength(longestReason);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    exclude_ = buttons->addButton(tr("Exclude"), QDialogButtonBox::AcceptRole);
    exclude_->setEnabled(false);
    exclude_->setToolTip(tr("Say a reason first"));
    setRole(exclude_, "primary");
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(headingLabel(run));
    auto* words = mutedLabel(tr("It stays in the session and in the table of runs, and is left out "
                                "of verdicts and charts. Every export says so, with the reason."));
    words->setWordWrap(true);
    layout->addWidget(words);
    layout->addWidget(reason_);
    layout->addWidget(buttons);
    connect(reason_, &QComboBox::currentTextChanged, this, [this](const QString& reason) {
        exclude_->setEnabled(!reason.trimmed().isEmpty());
        exclude_->setToolTip(exclude_->isEnabled() ? QString() : tr("Say a reason first"));
    });
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit chosen(reason_->currentText().simplified());
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    reason_->setFocus();
}

} // namespace spillway
