#include "ui/plan/job_panel.h"

#include "base/files.h"
#include "base/json.h"
#include "ui/manual/manual_place.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "ui/plan/first_rows.h"
#include "ui/plan/program_dialog.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <fmt/format.h>

#include <QAbstractTextDocumentLayout>
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

constexpr int fewestLines = 4;
constexpr int mostLines = 12;
constexpr int mostStepRows = 6;

QString columnsText(const std::vector<std::pair<std::string, std::string>>& columns)
{
    QStringList list;
    for (const auto& [name, type] : columns)
        list << QStringLiteral("%1 %2").arg(text(name), text(type));
    return list.join(QStringLiteral(", "));
}

} // namespace

QString withoutExcerpt(const Error& error)
{
    const QString words = windowWords(error);
    const auto lines = words.split(QLatin1Char('\n'));
    return lines.size() < 2 ? words : lines.front() + QLatin1Char(' ') + lines.back().trimmed();
}

JobPanel::JobPanel(const WorkloadType& type, Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      type_(type),
      workbench_(workbench),
      text_(new QPlainTextEdit),
      tables_(mutedLabel({})),
      verdict_(mutedLabel({})),
      steps_(new QTreeWidget),
      rows_(new FirstRows),
      programs_(new QPushButton(tr("Programs of the engines…"))),
      previewer_(new JobPreviewer(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(6);
    text_->setObjectName(QStringLiteral("job-text"));
    text_->setAccessibleName(text(capitalised(type.title)));
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setTabChangesFocus(true);
    fitText();
    steps_->setObjectName(QStringLiteral("job-steps"));
    steps_->setAccessibleName(tr("Steps of the query"));
    steps_->setHeaderLabels({tr("Step"), tr("Columns")});
    steps_->setRootIsDecorated(false);
    steps_->setUniformRowHeights(true);
    steps_->setToolTip(tr("Choose a step to see the first rows that come out of it"));
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
    layout->addWidget(rows_);
    layout->addLayout(buttons);
    setManualPage(this, text(type.id)); // the manual has a page of each such kind
    connect(text_, &QPlainTextEdit::textChanged, this, &JobPanel::edited);
    connect(text_->document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged,
            this, &JobPanel::fitText);
    connect(open, &QPushButton::clicked, this, &JobPanel::open);
    connect(programs_, &QPushButton::clicked, this, &JobPanel::showPrograms);
    connect(steps_, &QTreeWidget::itemSelectionChanged, this, &JobPanel::preview);
    connect(previewer_, &JobPreviewer::ready, rows_, &FirstRows::show);
    connect(rows_, &FirstRows::setUpRequested, this, &JobPanel::setUpPreviewEngine);
    connect(&workbench, &Workbench::enginesChanged, this, &JobPanel::preview);
    connect(&workbench.engineSetup(), &EngineSetup::changed, this, &JobPanel::preview);
}

void JobPanel::fitText()
{
    // A plain text's height is in lines, wrapped ones as well.
    const auto lines = static_cast<int>(text_->document()->size().height());
    text_->setFixedHeight(
        text_->fontMetrics().lineSpacing() * std::clamp(lines + 1, fewestLines, mostLines) + 16);
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

void JobPanel::showJob(const PlannedJob& job, const Dataset& dataset, bool mayPreview)
{
    const bool sameSteps =
        job_.workload == job.workload && job_.steps == job.steps && steps_->topLevelItemCount() > 0;
    job_ = job;
    dataset_ = dataset;
    mayPreview_ = mayPreview;
    if (!sameSteps) showSteps();
    steps_->setVisible(true);
    programs_->setEnabled(!job.programs.empty());
    say(tr("Result: %1").arg(columnsText(job.columns)), "muted");
    preview();
}

/// None is chosen: the rows are the result's.
void JobPanel::showSteps()
{
    const QSignalBlocker quiet(steps_);
    steps_->clear();
    for (const JobStep& step : job_.steps) {
        auto* row = new QTreeWidgetItem(steps_, {text(step.text), columnsText(step.columns)});
        row->setToolTip(0, text(step.text));
        row->setToolTip(1, columnsText(step.columns));
    }
    steps_->header()->setSectionResizeMode(0, QHeaderView::Interactive);
    steps_->setColumnWidth(0, std::max(160, steps_->width() / 2));
    const int rows = std::clamp(steps_->topLevelItemCount(), 1, mostStepRows);
    steps_->setFixedHeight(steps_->header()->sizeHint().height() +
                           rows * steps_->sizeHintForRow(0) + 6);
}

void JobPanel::preview()
{
    const auto registry = workbench_.registry();
    if (job_.steps.empty() || !steps_->isVisibleTo(this) || !registry) return;
    const EngineInfo* engine = previewEngine(*registry, job_.workload);
    if (!engine) return;
    const auto chosen = steps_->selectedItems();
    std::optional<std::size_t> step;
    if (!chosen.isEmpty())
        step = static_cast<std::size_t>(steps_->indexOfTopLevelItem(chosen.front()));
    const std::string asked = fmt::format(
        "{} {} {} {}", identityOf(job_.workload), dataset_.fingerprint,
        step ? static_cast<std::int64_t>(*step) : -1, mayPreview_ ? name(engine->state) : "held");
    const auto stage = workbench_.engineSetup().status(engine->manifest.id).stage;
    if (engine->state != EngineState::Ready) {
        previewer_->forget();
        rows_->showSetUp(*engine, stage == EngineSetup::Stage::Waiting ||
                                      stage == EngineSetup::Stage::Working);
    } else if (!mayPreview_) {
        previewer_->forget();
        rows_->showHeld();
    } else if (asked != previewed_) {
        rows_->showWorking(step ? text(job_.steps[*step].text) : QString());
        previewer_->ask(job_, dataset_, step, registry);
    }
    previewed_ = asked;
}

void JobPanel::setUpPreviewEngine()
{
    const auto registry = workbench_.registry();
    const EngineInfo* engine = registry ? previewEngine(*registry, job_.workload) : nullptr;
    if (engine) workbench_.engineSetup().setUp(engine->manifest);
}

void JobPanel::showProblem(const Error& error)
{
    steps_->setVisible(false);
    previewer_->forget();
    previewed_.clear();
    rows_->clear();
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
