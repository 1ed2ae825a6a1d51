#include "ui/engines/trust_dialog.h"

#include "ui/manual/manual_place.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {
namespace {

QLabel* selectable(QLabel* label)
{
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

TrustDialog::TrustDialog(Workbench& workbench, std::filesystem::path file, QWidget* parent)
    : QDialog(parent),
      workbench_(workbench),
      file_(std::move(file)),
      heading_(headingLabel(pathText(file_.filename()))),
      facts_(selectable(mutedLabel(pathText(file_)))),
      content_(new QPlainTextEdit),
      error_(selectable(mutedLabel({}))),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel))
{
    setWindowTitle(tr("Trust your own engine"));
    resize(620, 460);
    setManualPage(this, QStringLiteral("own-engine"));
    content_->setReadOnly(true);
    content_->setLineWrapMode(QPlainTextEdit::NoWrap);
    content_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    content_->setAccessibleName(tr("Content of the file"));
    setRole(error_, "error");
    error_->hide();
    auto* ok = buttons_->button(QDialogButtonBox::Ok);
    ok->setText(tr("Trust it"));
    ok->setEnabled(false);
    setRole(ok, "primary");
    auto* meaning = new QLabel(
        tr("Spillway will start this program with your rights: it can read and change your files. "
           "Trust it only if you know what it does. Spillway asks again when the file changes."));
    meaning->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addWidget(heading_);
    layout->addWidget(facts_);
    layout->addWidget(content_, 1);
    layout->addWidget(meaning);
    layout->addWidget(error_);
    layout->addWidget(buttons_);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons_, &QDialogButtonBox::accepted, this, &TrustDialog::trust);
    read();
}

void TrustDialog::read()
{
    workbench_.jobs().start(
        this,
        [locations = workbench_.engineLocations(), file = file_](JobControl&) {
            return EngineRegistry(locations).question(file);
        },
        [this](const Result<TrustQuestion>& question) {
            if (question)
                showQuestion(*question);
            else
                showError(question.error());
        });
}

void TrustDialog::showQuestion(const TrustQuestion& question)
{
    QStringList command;
    for (const std::string& part : question.command)
        command << text(part);
    hash_ = question.hash;
    heading_->setText(text(question.title));
    facts_->setText(
        tr("File: %1\nStarts: %2\nContent hash: %3")
            .arg(pathText(question.file), command.join(QLatin1Char(' ')), text(question.hash)));
    content_->setPlainText(text(question.text));
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(true);
}

void TrustDialog::showError(const Error& error)
{
    error_->setText(windowWords(error));
    error_->show();
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(false);
}

void TrustDialog::trust()
{
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(false);
    workbench_.jobs().start(
        this,
        [locations = workbench_.engineLocations(), file = file_, hash = hash_](JobControl&) {
            return EngineRegistry(locations).trust(file, hash);
        },
        [this](const Result<std::string>& id) {
            if (!id) {
                showError(id.error());
                return;
            }
            workbench_.reloadEngines();
            accept();
        });
}

void askToTrust(Workbench& workbench, QWidget* parent, const std::filesystem::path& file)
{
    // The window, not the row: rows are rebuilt when engines change.
    auto* dialog = new TrustDialog(workbench, file, parent->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace spillway
