#include "ui/data/open_panel.h"

#include "host/parquet.h"
#include "ui/data/dialect_form.h"
#include "ui/data/preview_model.h"
#include "ui/data/question_row.h"
#include "ui/data/type_header.h"
#include "ui/parts/empty_state.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace spillway {
namespace {

/// Of CSV from the file, of Parquet from the rows that it has told. None where that fails: the
/// preview does without.
std::vector<ColumnFacts> openedFacts(const OpenedDataset& opened)
{
    const Dataset& dataset = opened.dataset;
    if (dataset.schema.files == FileFormat::Parquet)
        return columnFactsOf(opened.guess.preview, dataset.schema, dataset.rows);
    auto facts = columnFacts(dataset.paths.front(), dataset.schema);
    return facts ? std::move(*facts) : std::vector<ColumnFacts>();
}

/// A note without the option of the terminal: the field is beside it.
QString withoutOption(const std::string& note)
{
    static const QRegularExpression option(QStringLiteral(" \\(--[^)]*\\)$"));
    return windowWords(utf8(text(note).remove(option)));
}

} // namespace

OpenPanel::OpenPanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      path_(new QLineEdit),
      notice_(new NoticeBar),
      format_(new DialectForm),
      guesses_(mutedLabel({})),
      facts_(mutedLabel({})),
      model_(new PreviewModel(this)),
      table_(new QTableView),
      types_(new TypeHeader),
      stack_(new QStackedWidget),
      add_(new QPushButton(tr("Add to session"))),
      question_(new QuestionRow)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 14, 12, 0);
    layout->setSpacing(10);
    layout->addWidget(buildSource());
    layout->addWidget(notice_);
    layout->addWidget(format_);
    guesses_->setWordWrap(true);
    guesses_->setAccessibleName(tr("What was guessed"));
    layout->addWidget(guesses_);
    auto* empty = new EmptyState(QStringLiteral("table"), tr("Drop a file here"),
                                 tr("CSV or other delimited text, Parquet, a folder of parts, or a "
                                    "pattern such as parts/*.csv"),
                                 {});
    stack_->addWidget(empty);
    stack_->addWidget(buildPreview());
    layout->addWidget(stack_, 1);
    auto* footer = new QHBoxLayout;
    footer->setSpacing(12);
    footer->addWidget(facts_, 1);
    footer->addWidget(add_);
    layout->addWidget(question_);
    layout->addLayout(footer);
    add_->setObjectName(QStringLiteral("addDataset"));
    add_->setToolTip(tr("Add the dataset to the session (Ctrl+Return)"));
    add_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    connect(add_, &QPushButton::clicked, this, [this] {
        if (opened_) emit accepted(*opened_);
    });
    connect(question_, &QuestionRow::startRequested, this,
            [this](const QString& key, const QStringList& values) {
                if (opened_) emit startRequested(*opened_, key, values);
            });
    connect(format_, &DialectForm::corrected, this, [this](bool columnsChange) {
        if (columnsChange) givenTypes_.clear();
        inspectAgain();
    });
    showGuess();
}

QWidget* OpenPanel::buildSource()
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    path_->setPlaceholderText(tr("Path of a file, a folder or a pattern"));
    path_->setAccessibleName(tr("Path of the data"));
    path_->setClearButtonEnabled(true);
    auto* choose = new QPushButton(lineIcon(QStringLiteral("folder")), tr("Choose…"));
    choose->setToolTip(tr("Choose one or more files"));
    layout->addWidget(path_, 1);
    layout->addWidget(choose);
    connect(path_, &QLineEdit::returnPressed, this, [this] { inspect(path_->text()); });
    connect(choose, &QPushButton::clicked, this, &OpenPanel::browse);
    return row;
}

QWidget* OpenPanel::buildPreview()
{
    table_->setHorizontalHeader(types_);
    table_->setModel(model_);
    table_->setAccessibleName(tr("The first rows of the file"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->setDefaultSectionSize(24);
    table_->setWordWrap(false);
    connect(table_->horizontalScrollBar(), &QScrollBar::valueChanged, types_,
            &TypeHeader::placeChoosers);
    connect(types_, &TypeHeader::typeChosen, this, [this](int column, ColumnType type) {
        givenTypes_[model_->schema().columns[static_cast<std::size_t>(column)].name] = type;
        inspectAgain();
    });
    return table_;
}

void OpenPanel::browse()
{
    auto* dialog = new QFileDialog(this, tr("Open data"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Tables (*.csv *.tsv *.txt *.parquet)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &OpenPanel::inspect);
    dialog->open();
}

void OpenPanel::inspect(const QString& source)
{
    path_->setText(source);
    format_->clearHints();
    givenTypes_.clear();
    inspectAgain();
}

void OpenPanel::inspectAgain()
{
    if (path_->text().isEmpty()) return;
    if (job_) job_->abandon();
    facts_->setText(tr("Reading the first rows…"));
    add_->setEnabled(false);
    SchemaHints hints = format_->hints();
    hints.types = givenTypes_;
    job_ = workbench_.jobs().start(
        this,
        [source = utf8(path_->text()), hints = std::move(hints),
         registry = workbench_.registry()](JobControl& control) {
            const auto parquet =
                registry ? parquetReader(*registry, control.stop()) : ParquetReader();
            auto opened = openDataset(source, hints, parquet);
            std::vector<ColumnFacts> facts;
            if (opened) facts = openedFacts(*opened);
            return std::pair(std::move(opened), std::move(facts));
        },
        [this](std::pair<Result<OpenedDataset>, std::vector<ColumnFacts>> read) {
            show(std::move(read.first), std::move(read.second));
        });
}

void OpenPanel::show(Result<OpenedDataset> opened, std::vector<ColumnFacts> facts)
{
    job_.clear();
    columnFacts_ = std::move(facts);
    notice_->clear();
    if (opened) {
        opened_ = std::move(*opened);
    } else {
        opened_.reset();
        notice_->show(opened.error());
    }
    showGuess();
}

/// A Parquet file says itself how it is read; any other that could not be read as guessed can still
/// be corrected.
bool OpenPanel::canBeCorrected() const
{
    if (opened_) return opened_->dataset.schema.files == FileFormat::Csv;
    return notice_->isVisibleTo(this);
}

void OpenPanel::showGuess()
{
    stack_->setCurrentIndex(opened_ ? 1 : 0);
    add_->setEnabled(opened_.has_value());
    question_->setVisible(opened_.has_value());
    format_->setVisible(canBeCorrected());
    if (!opened_) {
        model_->clear();
        facts_->clear();
        guesses_->clear();
        return;
    }
    const Dataset& dataset = opened_->dataset;
    SchemaGuess guess = opened_->guess;
    guess.schema = dataset.schema;
    model_->setGuess(guess, columnFacts_);
    types_->setFixedTypes(!canBeCorrected());
    types_->setTypes(dataset.schema.columns);
    types_->fitFacts();
    question_->setColumns(dataset.schema, columnFacts_, opened_->guess.fault.has_value());
    format_->show(dataset.schema.format);
    QStringList facts;
    facts << bytesText(dataset.bytes);
    if (dataset.paths.size() > 1) facts << tr("%1 files").arg(dataset.paths.size());
    if (dataset.rows) facts << tr("%1 rows").arg(countText(*dataset.rows));
    const std::size_t columns = dataset.schema.columns.size();
    facts << (columns == 1 ? tr("1 column") : tr("%1 columns").arg(columns));
    const bool made = opened_->manifest && opened_->standing != ManifestStanding::Refuted;
    facts << (made               ? tr("made by Spillway")
              : canBeCorrected() ? tr("types guessed")
                                 : tr("types of the file"));
    facts_->setText(facts.join(QStringLiteral(" · ")));
    QStringList notes;
    for (const std::string& note : opened_->guess.notes)
        notes << withoutOption(note);
    guesses_->setText(notes.join(QStringLiteral(" · ")));
}

} // namespace spillway
