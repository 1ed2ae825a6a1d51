#include "ui/data/dataset_panel.h"

#include "data/data_files.h"
#include "host/parquet.h"
#include "ui/data/dataset_model.h"
#include "ui/data/preview_model.h"
#include "ui/data/question_row.h"
#include "ui/data/type_header.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

/// Everything as the dataset has it: nothing is guessed again.
SchemaHints hintsOf(const Schema& schema)
{
    const CsvFormat& format = schema.format;
    SchemaHints hints{.delimiter = format.delimiter,
                      .quote = format.quote,
                      .header = format.header,
                      .comment = format.comment,
                      .skipRows = format.skipRows,
                      .decimal = format.decimal,
                      .encoding = format.encoding,
                      .missing = format.missing,
                      .types = {}};
    for (const Column& column : schema.columns)
        hints.types.emplace(column.name, column.type);
    return hints;
}

} // namespace

DatasetPanel::DatasetPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      name_(new CutLabel("title")),
      facts_(new CutLabel("muted")),
      state_(new QLabel),
      model_(new PreviewModel(this)),
      table_(new QTableView),
      types_(new TypeHeader),
      stack_(new QStackedWidget),
      empty_(new EmptyState(QStringLiteral("table"), tr("No dataset chosen"),
                            tr("Choose one on the left, open a file or generate one."), {})),
      question_(new QuestionRow)
{
    types_->setFixedTypes(true);
    table_->setHorizontalHeader(types_);
    table_->setModel(model_);
    table_->setObjectName(QStringLiteral("dataset-preview"));
    table_->setAccessibleName(tr("The first rows of the dataset"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->setDefaultSectionSize(24);
    table_->setWordWrap(false);
    connect(table_->horizontalScrollBar(), &QScrollBar::valueChanged, types_,
            &TypeHeader::placeChoosers);
    state_->setAccessibleName(tr("State of the files"));
    auto* head = new QHBoxLayout;
    head->addWidget(name_, 1);
    head->addWidget(state_);
    auto* sheet = new QWidget;
    auto* layout = new QVBoxLayout(sheet);
    layout->setContentsMargins(4, 12, 12, 0);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(facts_);
    layout->addWidget(table_, 1);
    layout->addWidget(question_);
    stack_->addWidget(empty_);
    stack_->addWidget(sheet);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(stack_);
    connect(&workbench_, &Workbench::datasetsChanged, this, [this] {
        if (!fingerprint_.isEmpty() && !dataset()) show({});
        showState();
    });
    connect(question_, &QuestionRow::startRequested, this,
            [this](const QString& key, const QStringList& values) {
                emit startRequested(fingerprint_, key, values);
            });
}

const Dataset* DatasetPanel::dataset() const
{
    const auto& all = workbench_.datasets();
    const auto found = std::ranges::find(all, utf8(fingerprint_), &Dataset::fingerprint);
    return found == all.end() ? nullptr : &*found;
}

void DatasetPanel::show(const QString& fingerprint)
{
    fingerprint_ = fingerprint;
    const Dataset* chosen = dataset();
    stack_->setCurrentIndex(chosen ? 1 : 0);
    if (job_) job_->abandon();
    model_->clear();
    types_->setTypes({});
    question_->clear();
    if (!chosen) return;
    name_->setWords(text(chosen->name));
    facts_->setWords(tr("Reading the first rows…"));
    showState();
    read(*chosen);
}

void DatasetPanel::showState()
{
    if (fingerprint_.isEmpty()) return;
    const DatasetState state = workbench_.datasetState(utf8(fingerprint_));
    const bool same = state == DatasetState::Unchanged;
    const bool gone = state == DatasetState::Missing;
    state_->setText(stateText(state));
    setRole(state_, same ? "good" : gone ? "error" : "warning");
}

void DatasetPanel::read(const Dataset& chosen)
{
    job_ = workbench_.jobs().start(
        this,
        [chosen, registry = workbench_.registry()](JobControl& control) -> Result<Read> {
            const Schema& schema =
                chosen.tables.empty() ? chosen.schema : chosen.tables.front().schema;
            if (schema.files == FileFormat::Parquet) {
                const auto parquet =
                    registry ? parquetReader(*registry, control.stop()) : ParquetReader();
                if (!parquet) return makeError(ErrorCode::NotFound, "Parquet is not set up.");
                auto guess = parquet(DataFiles{chosen.paths, FileFormat::Parquet, {}});
                if (!guess) return guess.error();
                auto facts = columnFactsOf(guess->preview, guess->schema, guess->rows);
                return Read{std::move(*guess), std::move(facts)};
            }
            auto guess = guessSchema(chosen.paths.front(), hintsOf(schema));
            if (!guess) return guess.error();
            auto facts = columnFacts(chosen.paths.front(), guess->schema);
            if (!facts) return facts.error();
            return Read{std::move(*guess), std::move(*facts)};
        },
        [this, chosen](Result<Read> found) { showRead(chosen, std::move(found)); });
}

void DatasetPanel::showRead(const Dataset& chosen, Result<Read> found)
{
    job_.clear();
    QStringList words{bytesText(chosen.bytes)};
    if (chosen.paths.size() > 1) words << tr("%1 files").arg(chosen.paths.size());
    if (chosen.rows) words << tr("%1 rows").arg(countText(*chosen.rows));
    if (!found) {
        facts_->setWords(windowWords(found.error()));
        return;
    }
    const auto columns = found->guess.schema.columns.size();
    words << (columns == 1 ? tr("1 column") : tr("%1 columns").arg(columns));
    if (!chosen.tables.empty())
        words
            << tr("table %1 of %2").arg(text(chosen.tables.front().name)).arg(chosen.tables.size());
    facts_->setWords(words.join(QStringLiteral(" · ")));
    types_->setTypes(found->guess.schema.columns);
    if (chosen.tables.empty())
        question_->setColumns(found->guess.schema, found->facts, found->guess.fault.has_value());
    model_->setGuess(std::move(found->guess), std::move(found->facts));
    types_->fitFacts();
}

} // namespace spillway
