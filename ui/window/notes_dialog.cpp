#include "ui/window/notes_dialog.h"

#include "ui/manual/manual_place.h"

#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace spillway {

NotesDialog::NotesDialog(const QString& notes, const QString& tags, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Notes of this session"));
    setManualPage(this, QStringLiteral("sessions"));
    resize(520, 360);
    auto* layout = new QVBoxLayout(this);
    auto* edit = new QPlainTextEdit(notes);
    edit->setAccessibleName(tr("Notes"));
    edit->setPlaceholderText(tr("What was measured, and why"));
    edit->setTabChangesFocus(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* words = new QLineEdit(tags);
    words->setAccessibleName(tr("Tags"));
    words->setPlaceholderText(tr("Tags, such as: taxi nightly"));
    words->setToolTip(tr("Words that are shown with the session in every list"));
    words->setMaxLength(200);
    connect(buttons, &QDialogButtonBox::accepted, this, [this, edit, words] {
        emit edited(edit->toPlainText(), words->text());
        accept();
    });
    layout->addWidget(edit, 1);
    layout->addWidget(words);
    layout->addWidget(buttons);
}

} // namespace spillway
