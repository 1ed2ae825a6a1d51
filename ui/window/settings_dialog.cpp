#include "ui/window/settings_dialog.h"

#include "base/files.h"
#include "measure/machine.h"
#include "ui/engines/engine_buttons.h"
#include "ui/engines/engine_card.h"
#include "ui/manual/manual_place.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace spillway {
namespace {

/// What a folder's file system offers, gathered off the GUI thread.
struct FolderFacts {
    QString text;
    bool unsuitable = false; ///< scratch on memory
};

FolderFacts factsOf(std::filesystem::path folder, bool scratch)
{
    std::error_code ignored;
    while (!folder.empty() && !std::filesystem::exists(folder, ignored) &&
           folder != folder.parent_path())
        folder = folder.parent_path();
    const auto free = freeDiskSpace(folder);
    if (!free) return {windowWords(free.error()), true};
    QString facts =
        SettingsDialog::tr("%1 free · %2").arg(bytesText(*free), text(fileSystemName(folder)));
    const bool onMemory = scratch && isMemoryFileSystem(folder);
    if (onMemory) facts += SettingsDialog::tr(" · is in memory: choose a folder on a disk");
    return {facts, onMemory};
}

QLabel* explanation(const QString& words)
{
    auto* label = new QLabel(words);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setRole(label, "muted");
    return label;
}

QSpinBox* spinBox(int low, int high, int value, const QString& suffix, const QString& name)
{
    auto* box = new QSpinBox;
    box->setRange(low, high);
    box->setValue(value);
    box->setSuffix(suffix);
    box->setAccessibleName(name);
    return box;
}

} // namespace

SettingsDialog::SettingsDialog(Workbench& workbench, QWidget* parent)
    : QDialog(parent), workbench_(workbench)
{
    setWindowTitle(tr("Settings"));
    resize(640, 440);
    setManualPage(this, QStringLiteral("places"));
    auto* tabs = new QTabWidget;
    tabs->addTab(appearancePage(), tr("Appearance"));
    tabs->addTab(foldersPage(), tr("Folders"));
    tabs->addTab(enginesPage(), tr("Engines"));
    tabs->addTab(measurementPage(), tr("Measurement"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    setRole(buttons->button(QDialogButtonBox::Ok), "primary");
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        store();
        accept();
    });
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(tabs, 1);
    layout->addWidget(buttons);
}

QWidget* SettingsDialog::appearancePage()
{
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    appearance_ = new QComboBox;
    appearance_->setAccessibleName(tr("Appearance"));
    appearance_->addItem(tr("Follow the system"), static_cast<int>(Appearance::System));
    appearance_->addItem(tr("Light"), static_cast<int>(Appearance::Light));
    appearance_->addItem(tr("Dark"), static_cast<int>(Appearance::Dark));
    appearance_->addItem(tr("High contrast"), static_cast<int>(Appearance::HighContrast));
    appearance_->setCurrentIndex(static_cast<int>(workbench_.settings().appearance));
    form->addRow(tr("&Colours"), appearance_);
    alignLabels(form);
    form->addRow(QString(), explanation(tr("Charts follow. Exported charts are always light.")));
    return page;
}

QWidget* SettingsDialog::foldersPage()
{
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    const Settings& settings = workbench_.settings();
    dataFolder_ = addFolder(page, tr("&Datasets"), tr("Where generated files go"),
                            settings.dataFolder, false);
    sessionFolder_ = addFolder(page, tr("&Sessions"), tr("Where sessions without a name go"),
                               settings.sessionFolder, false);
    scratchFolder_ = addFolder(page, tr("S&cratch"), tr("Where engines spill; emptied after a run"),
                               settings.scratchFolder, true);
    alignLabels(form);
    return page;
}

QLineEdit* SettingsDialog::addFolder(QWidget* page, const QString& title, const QString& help,
                                     const std::filesystem::path& path, bool scratch)
{
    auto* edit = new QLineEdit(pathText(path));
    edit->setToolTip(help);
    edit->setAccessibleDescription(help);
    auto* browse = new QToolButton;
    browse->setIcon(lineIcon(QStringLiteral("folder")));
    browse->setAccessibleName(tr("Choose a folder: %1").arg(help));
    browse->setToolTip(tr("Choose a folder"));
    setRole(browse, "quiet");
    auto* field = new QWidget;
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins({});
    row->addWidget(edit, 1);
    row->addWidget(browse);
    auto* form = qobject_cast<QFormLayout*>(page->layout());
    auto* facts = explanation(help);
    form->addRow(title, field);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(field))) label->setBuddy(edit);
    form->addRow(QString(), facts);
    const FolderRow folder{edit, facts, scratch};
    connect(edit, &QLineEdit::textChanged, this, [this, folder] { refreshFacts(folder); });
    connect(browse, &QToolButton::clicked, this, [this, edit, help] {
        auto* dialog = new QFileDialog(this, help, edit->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        connect(dialog, &QFileDialog::fileSelected, edit, &QLineEdit::setText);
        dialog->open();
    });
    refreshFacts(folder);
    return edit;
}

void SettingsDialog::refreshFacts(const FolderRow& row)
{
    const QString asked = row.edit->text();
    workbench_.jobs().start(
        row.facts,
        [path = pathOf(asked), scratch = row.scratch](JobControl&) {
            return factsOf(path, scratch);
        },
        [row, asked](const FolderFacts& facts) {
            if (row.edit->text() != asked) return; // a newer query is in progress
            row.facts->setText(facts.text);
            setRole(row.facts, facts.unsuitable ? "warning" : "muted");
        });
}

QWidget* SettingsDialog::enginesPage()
{
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 8, 6, 0);
    engines_ = new QVBoxLayout;
    engines_->setSpacing(6);
    layout->addLayout(engines_);
    layout->addWidget(new EngineButtons(workbench_));
    layout->addStretch();
    connect(&workbench_, &Workbench::enginesChanged, this, &SettingsDialog::fillEngines);
    fillEngines();
    return scrolled(page);
}

void SettingsDialog::fillEngines()
{
    while (QLayoutItem* item = engines_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const EngineInfo& engine : workbench_.engines())
        engines_->addWidget(engineCard(engine));
    if (const auto registry = workbench_.registry())
        for (const std::string& problem : registry->problems()) {
            auto* label = explanation(text(problem));
            setRole(label, "error");
            engines_->addWidget(label);
        }
}

QWidget* SettingsDialog::engineCard(const EngineInfo& engine)
{
    const EngineManifest& manifest = engine.manifest;
    auto* card = new EngineCard(workbench_, engine, new QLabel(text(manifest.title)));
    if (!engine.detail.empty()) card->addBelow(explanation(text(engine.detail)));
    if (engine.state != EngineState::Ready || manifest.requirements.empty()) return card;
    auto* remove = new QPushButton(tr("Remove"));
    setRole(remove, "quiet");
    remove->setAccessibleName(tr("Remove the environment of %1").arg(text(manifest.title)));
    remove->setToolTip(
        manifest.diskBytes
            ? tr("Frees %1; it can be set up again").arg(bytesText(*manifest.diskBytes))
            : tr("It can be set up again"));
    connect(remove, &QPushButton::clicked, this,
            [this, manifest] { workbench_.engineSetup().remove(manifest); });
    card->addFact(remove);
    return card;
}

QWidget* SettingsDialog::measurementPage()
{
    const MeasurementDefaults& defaults = workbench_.settings().measurement;
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->addRow(explanation(tr("What a new plan starts with.")));
    repeats_ = spinBox(1, 100, defaults.repeats, {}, tr("Repeats"));
    warmup_ = spinBox(0, 10, defaults.warmup, {}, tr("Warm-up runs"));
    timeout_ = spinBox(1, 10000, static_cast<int>(defaults.timeout.count() / 60), tr(" min"),
                       tr("Time-out"));
    memoryShare_ = spinBox(0, 100, static_cast<int>(std::lround(defaults.memoryShare * 100)),
                           tr(" %"), tr("Memory limit as a share of total RAM"));
    memoryShare_->setSpecialValueText(tr("no limit"));
    cache_ = new QComboBox;
    cache_->setAccessibleName(tr("Page cache before a run"));
    cache_->addItem(tr("Warm: the file is in memory"), static_cast<int>(CacheState::Warm));
    cache_->addItem(tr("Cold: the file is on disk"), static_cast<int>(CacheState::Cold));
    cache_->addItem(tr("As it is"), static_cast<int>(CacheState::AsIs));
    cache_->setCurrentIndex(static_cast<int>(defaults.cache));
    form->addRow(tr("&Repeats"), repeats_);
    form->addRow(tr("&Warm-up runs"), warmup_);
    form->addRow(tr("&Time-out"), timeout_);
    form->addRow(tr("&Memory limit, share of RAM"), memoryShare_);
    form->addRow(tr("Page &cache"), cache_);
    alignLabels(form);
    return page;
}

void SettingsDialog::store()
{
    Settings settings = workbench_.settings();
    settings.appearance = static_cast<Appearance>(appearance_->currentData().toInt());
    settings.dataFolder = pathOf(dataFolder_->text());
    settings.sessionFolder = pathOf(sessionFolder_->text());
    settings.scratchFolder = pathOf(scratchFolder_->text());
    settings.measurement = {.repeats = repeats_->value(),
                            .warmup = warmup_->value(),
                            .timeout = Seconds(timeout_->value() * 60.0),
                            .memoryShare = memoryShare_->value() / 100.0,
                            .cache = static_cast<CacheState>(cache_->currentData().toInt())};
    workbench_.setSettings(settings);
}

} // namespace spillway
