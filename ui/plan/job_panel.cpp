#include "ui/plan/job_panel.h"

#include "base/files.h"
#include "base/json.h"
#include "host/python_tool.h"
#include "ui/manual/manual_place.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "ui/plan/first_rows.h"
#include "ui/plan/job_menu.h"
#include "ui/plan/job_results.h"
#include "ui/plan/query_editor.h"
#include "ui/plan/step_cards.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <fmt/format.h>

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {
namespace {

constexpr int editorLines = 9;

/// What the work is called; empty: nothing.
std::string labelOf(const Workload& workload)
{
    for (const Parameter& parameter : typeOf(workload).parameters)
        if (parameter.label) return parameterText(parameterOf(workload, parameter.name));
    return {};
}

} // namespace

QString withoutExcerpt(const Error& error)
{
    const QString words = windowWords(error);
    const auto lines = words.split(QLatin1Char('\n'));
    return lines.size() < 2 ? words : lines.front() + QLatin1Char(' ') + lines.back().trimmed();
}

JobPanel::JobPanel(const WorkloadType& type, Workbench& workbench,
                   const std::shared_ptr<WarmTools>& warm, QWidget* parent)
    : QWidget(parent),
      type_(type),
      workbench_(workbench),
      text_(new QueryEditor),
      tables_(new CutLabel("muted")),
      verdict_(mutedLabel({})),
      setUp_(new QPushButton(tr("Set up"))),
      steps_(new StepCards),
      rows_(new FirstRows),
      results_(new JobResults(*rows_)),
      previewer_(new JobPreviewer(warm, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(6);
    text_->setObjectName(QStringLiteral("job-text"));
    text_->setAccessibleName(text(capitalised(type.title)));
    const int height = text_->fontMetrics().lineSpacing() * editorLines + 16;
    text_->setFixedHeight(height);
    steps_->setFixedHeight(height);
    steps_->setToolTip(tr("Choose a step to see the first rows that come out of it"));
    tables_->setObjectName(QStringLiteral("job-tables"));
    verdict_->setObjectName(QStringLiteral("job-verdict"));
    verdict_->setMinimumHeight(fontMetrics().lineSpacing() + 2);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(10);
    columns->addWidget(text_, 3);
    columns->addWidget(steps_, 2);
    layout->addWidget(buildTools());
    layout->addLayout(columns);
    auto* below = new QHBoxLayout;
    below->addWidget(verdict_, 1);
    below->addWidget(setUp_, 0, Qt::AlignTop);
    setUp_->setObjectName(QStringLiteral("set-up-planner"));
    setRole(setUp_, "link");
    setUp_->hide();
    layout->addLayout(below);
    layout->addWidget(results_);
    setManualPage(this, text(type.id)); // the manual has a page of each such kind
    connect(text_, &QPlainTextEdit::textChanged, this, &JobPanel::edited);
    connect(steps_, &StepCards::choiceChanged, this, &JobPanel::preview);
    connect(previewer_, &JobPreviewer::ready, rows_, &FirstRows::show);
    connect(rows_, &FirstRows::setUpRequested, this, &JobPanel::setUpPreviewEngine);
    connect(setUp_, &QPushButton::clicked, this,
            [this] { workbench_.engineSetup().setUp(plannerTool().manifest); });
    connect(&workbench, &Workbench::enginesChanged, this, &JobPanel::preview);
    connect(&workbench.engineSetup(), &EngineSetup::changed, this, &JobPanel::preview);
}

QWidget* JobPanel::buildTools()
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    const auto tool = [&](const QString& title, const QString& help) {
        auto* button = new QPushButton(title);
        button->setToolTip(help);
        layout->addWidget(button);
        return button;
    };
    auto* jobs = tool(tr("Jobs"), tr("Jobs that ran lately, and jobs that ship with Spillway"));
    jobs->setObjectName(QStringLiteral("job-menu"));
    auto* menu = new JobMenu(type_, workbench_, this);
    jobs->setMenu(menu);
    auto* open = tool(tr("Open…"), tr("Read the query from a file of SQL or JSON"));
    auto* undo = tool(tr("Undo"), tr("Take back the last change of the text (Ctrl+Z)"));
    auto* redo = tool(tr("Redo"), tr("Make it again (Ctrl+Shift+Z)"));
    layout->addSpacing(8);
    layout->addWidget(tables_, 1);
    undo->setEnabled(false);
    redo->setEnabled(false);
    connect(menu, &JobMenu::chosen, this,
            [this](const QString& job, const QString& name) { showNamed(job, utf8(name)); });
    connect(open, &QPushButton::clicked, this, &JobPanel::open);
    connect(undo, &QPushButton::clicked, text_, &QPlainTextEdit::undo);
    connect(redo, &QPushButton::clicked, text_, &QPlainTextEdit::redo);
    connect(text_, &QPlainTextEdit::undoAvailable, undo, &QPushButton::setEnabled);
    connect(text_, &QPlainTextEdit::redoAvailable, redo, &QPushButton::setEnabled);
    return row;
}

void JobPanel::writeTo(Workload& workload) const
{
    const auto written = utf8(text_->toPlainText());
    const Parameter* parameter = type_.parameterFor(written);
    // A text that is too long is refused by the plan, which says so.
    if (parameter && !written.empty()) workload.parameters[parameter->name] = written;
    // A name that no label can be is left out.
    if (!name_.empty() && text_->toPlainText() == named_) (void)setLabel(workload, name_);
}

void JobPanel::show(const Workload& workload)
{
    for (const Parameter& parameter : type_.parameters)
        if (const auto written = parameterText(parameterOf(workload, parameter.name));
            parameter.written && !written.empty()) {
            showNamed(parameter.json ? stepPerLine(written) : text(written), labelOf(workload));
            return;
        }
}

void JobPanel::showNamed(const QString& job, const std::string& name)
{
    text_->replaceText(job);
    name_ = name;
    named_ = text_->toPlainText();
    emit edited(); // also when only the name is another
}

QWidget* JobPanel::editor() const
{
    return text_;
}

QString JobPanel::written() const
{
    return text_->toPlainText();
}

void JobPanel::showTables(const std::vector<NamedTable>& tables)
{
    text_->setTables(tables);
    QStringList names;
    for (const auto& [name, table] : tables) {
        QStringList columns;
        for (const Column& column : table.schema.columns)
            columns << text(column.name);
        names << (columns.isEmpty() ? text(name)
                                    : QStringLiteral("%1 (%2)").arg(
                                          text(name), columns.join(QStringLiteral(", "))));
    }
    const QString first = tables.empty() ? QStringLiteral("data") : text(tables.front().first);
    text_->setPlaceholderText(tr("SELECT … FROM %1, or the steps as JSON").arg(first));
    tables_->setWords(names.size() == 1 ? tr("Table: %1").arg(names.front())
                                        : tr("Tables: %1").arg(names.join(QStringLiteral(", "))));
}

void JobPanel::say(const QString& words, const char* role)
{
    text_->clearFault();
    setUp_->hide();
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
        job_.workload == job.workload && job_.steps == job.steps && steps_->count() > 0;
    job_ = job;
    dataset_ = dataset;
    mayPreview_ = mayPreview;
    if (!sameSteps) steps_->show(job_.steps);
    steps_->setEnabled(true);
    if (const auto registry = workbench_.registry()) results_->showPrograms(job_, *registry);
    say(tr("Result: %1").arg(columnsText(job.columns)), "muted");
    preview();
}

void JobPanel::preview()
{
    const auto registry = workbench_.registry();
    if (job_.steps.empty() || steps_->count() == 0 || !steps_->isEnabled() || !registry) return;
    const EngineInfo* engine = previewEngine(*registry, job_.workload);
    if (!engine) return;
    const auto step = steps_->chosen();
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
    const bool empty = text_->toPlainText().trimmed().isEmpty();
    if (empty) steps_->show({});
    steps_->setEnabled(false); // those of before, so that nothing jumps while one types
    previewer_->forget();
    previewed_.clear();
    rows_->clear();
    say(empty ? tr("Write a query, or choose one under Jobs.") : withoutExcerpt(error),
        empty ? "muted" : "error");
    if (empty) return;
    text_->markFault(windowWords(error));
    if (error.code != ErrorCode::NotFound) return;
    const EngineManifest& planner = plannerTool().manifest;
    const auto stage = workbench_.engineSetup().status(planner.id).stage;
    const bool busy = stage == EngineSetup::Stage::Waiting || stage == EngineSetup::Stage::Working;
    setUp_->setText(busy ? tr("It is being set up")
                         : tr("Set it up, %1").arg(bytesText(planner.diskBytes.value_or(0))));
    setUp_->setEnabled(!busy);
    setUp_->show();
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
    showNamed(text(*content), utf8(QFileInfo(path).completeBaseName()));
}

} // namespace spillway
