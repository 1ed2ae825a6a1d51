#include "ui/plan/job_panel.h"

#include "base/files.h"
#include "ui/manual/manual_place.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "ui/plan/program_dialog.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int editorLines = 8;
constexpr int mostStepRows = 6;

} // namespace

QString withoutExcerpt(const Error& error)
{
    const QString words = windowWords(error);
    const auto lines = words.split(QLatin1Char('\n'));
    return lines.size() < 2 ? words : lines.front() + QLatin1Char(' ') + lines.back().trimmed();
}

JobPanel::JobPanel(const WorkloadType& type, QWidget* parent)
    : QWidget(parent),
      type_(type),
      text_(new QPlainTextEdit),
      tables_(mutedLabel({})),
      verdict_(mutedLabel({})),
      steps_(new QTreeWidget),
      programs_(new QPushButton(tr("Programs of the engines…")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(6);
    text_->setObjectName(QStringLiteral("job-text"));
    text_->setAccessibleName(text(capitalised(type.title)));
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setTabChangesFocus(true);
    text_->setFixedHeight(text_->fontMetrics().lineSpacing() * editorLines + 16);
    steps_->setObjectName(QStringLiteral("job-steps"));
    steps_->setAccessibleName(tr("Steps of the query"));
    steps_->setHeaderLabels({tr("Step"), tr("Columns")});
    steps_->setRootIsDecorated(false);
    steps_->setUniformRowHeights(true);
    steps_->setVisible(false);
    programs_->setEnabled(false);
    programs_->setToolTip(tr("The code that each engine runs, to read and to copy"));
    auto* open = new QPushButton(tr("Open…"));
    open->setToolTip(tr("Read the query from a file of SQL or JSON"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(open);
    buttons->addWidget(programs_);
    buttons->addStretch();
    layout->addWidget(tables_);
    layout->addWidget(text_);
    layout->addWidget(verdict_);
    layout->addWidget(steps_);
    layout->addLayout(buttons);
    setManualPage(this, text(type.id)); // the manual has a page of each such kind
    connect(text_, &QPlainTextEdit::textChanged, this, &JobPanel::edited);
    connect(open, &QPushButton::clicked, this, &JobPanel::open);
    connect(programs_, &QPushButton::clicked, this, &JobPanel::showPrograms);
}

void JobPanel::writeTo(Workload& workload) const
{
    const auto written = utf8(text_->toPlainText());
    const Parameter* parameter = type_.parameterFor(written);
    // A text that is too long is refused by the plan, which says so.
    if (parameter && !written.empty()) workload.parameters[parameter->name] = written;
    // A name that no label can be is left out.
    if (!name_.empty()) (void)setLabel(workload, name_);
}

void JobPanel::show(const Workload& workload)
{
    for (const Parameter& parameter : type_.parameters)
        if (const auto written = parameterText(parameterOf(workload, parameter.name));
            parameter.written && !written.empty()) {
            text_->setPlainText(text(written));
            return;
        }
}

void JobPanel::showTables(const QStringList& tables)
{
    text_->setPlaceholderText(tr("SELECT … FROM %1, or the steps as JSON").arg(tables.front()));
    tables_->setText(tables.size() == 1 ? tr("Table: %1").arg(tables.front())
                                        : tr("Tables: %1").arg(tables.join(QStringLiteral(", "))));
}

void JobPanel::say(const QString& words, const char* role)
{
    text_->setExtraSelections({});
    verdict_->setText(words);
    setRole(verdict_, role);
}

void JobPanel::showReading()
{
    say(text_->toPlainText().trimmed().isEmpty() ? QString() : tr("Reading the query…"), "muted");
}

void JobPanel::showJob(const PlannedJob& job)
{
    job_ = job;
    const auto words = [](const auto& columns) {
        QStringList list;
        for (const auto& [name, type] : columns)
            list << QStringLiteral("%1 %2").arg(text(name), text(type));
        return list.join(QStringLiteral(", "));
    };
    steps_->clear();
    for (const JobStep& step : job.steps) {
        auto* row = new QTreeWidgetItem(steps_, {text(step.text), words(step.columns)});
        row->setToolTip(0, text(step.text));
        row->setToolTip(1, words(step.columns));
    }
    steps_->header()->setSectionResizeMode(0, QHeaderView::Interactive);
    steps_->setColumnWidth(0, std::max(160, steps_->width() / 2));
    const int rows = std::clamp(steps_->topLevelItemCount(), 1, mostStepRows);
    steps_->setFixedHeight(steps_->header()->sizeHint().height() +
                           rows * steps_->sizeHintForRow(0) + 6);
    steps_->setVisible(true);
    programs_->setEnabled(!job.programs.empty());
    say(tr("Result: %1").arg(words(job.columns)), "muted");
}

void JobPanel::showProblem(const Error& error)
{
    steps_->setVisible(false);
    programs_->setEnabled(false);
    const bool empty = text_->toPlainText().trimmed().isEmpty();
    say(empty ? QString() : withoutExcerpt(error), empty ? "muted" : "error");
    if (!empty) underline(windowWords(error));
}

void JobPanel::underline(const QString& words)
{
    static const QRegularExpression place(QStringLiteral("line (\\d+), column (\\d+)"));
    const auto found = place.match(words);
    if (!found.hasMatch()) return;
    const QTextBlock block = text_->document()->findBlockByNumber(found.captured(1).toInt() - 1);
    if (!block.isValid()) return;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(block);
    mark.cursor.setPosition(block.position() +
                            std::clamp(found.captured(2).toInt() - 1, 0, block.length() - 1));
    mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
    if (!mark.cursor.hasSelection())
        mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(verdict_->palette().color(QPalette::WindowText));
    text_->setExtraSelections({mark});
}

void JobPanel::open()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a query"), {}, tr("Queries (*.sql *.json *.txt);;All files (*)"));
    if (path.isEmpty()) return;
    const auto content = readFile(utf8(path), Bytes(Parameter::longestText));
    if (!content) {
        say(windowWords(content.error()), "error");
        return;
    }
    name_ = utf8(QFileInfo(path).completeBaseName());
    text_->setPlainText(text(*content));
}

void JobPanel::showPrograms()
{
    ProgramDialog(job_, this).exec();
}

} // namespace spillway
