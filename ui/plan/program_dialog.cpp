#include "ui/plan/program_dialog.h"

#include "ui/parts/icons.h"
#include "work/text.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

ProgramDialog::ProgramDialog(const PlannedJob& job, QWidget* parent)
    : QDialog(parent), engines_(new QListWidget), code_(new QPlainTextEdit)
{
    setWindowTitle(tr("Programs"));
    resize(860, 560);
    for (const auto& [engine, program] : job.programs) {
        QString name = text(engine.id);
        if (engine.profile != "default") name += QStringLiteral(":") + text(engine.profile);
        // Those for other worker counts and limits differ in these numbers alone.
        if (!engines_->findItems(name, Qt::MatchExactly).isEmpty()) continue;
        programs_.push_back(program);
        auto* item = new QListWidgetItem(name, engines_);
        if (program.refusal) item->setForeground(palette().placeholderText());
    }
    engines_->setAccessibleName(tr("Engines"));
    engines_->setMaximumWidth(180);
    code_->setReadOnly(true);
    code_->setObjectName(QStringLiteral("program"));
    code_->setAccessibleName(tr("Program"));
    code_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    code_->setLineWrapMode(QPlainTextEdit::NoWrap);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    copy->setIcon(lineIcon(QStringLiteral("copy")));
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(code_->toPlainText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(engines_, &QListWidget::currentRowChanged, this, &ProgramDialog::showProgram);
    auto* columns = new QHBoxLayout;
    columns->addWidget(engines_);
    columns->addWidget(code_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    layout->addWidget(buttons);
    engines_->setCurrentRow(0);
}

void ProgramDialog::showProgram(int row)
{
    if (row < 0) return;
    const JobProgram& program = programs_[static_cast<std::size_t>(row)];
    code_->setPlainText(program.refusal
                            ? tr("This engine cannot do it.\n\n%1").arg(text(*program.refusal))
                            : text(program.text));
}

} // namespace spillway
