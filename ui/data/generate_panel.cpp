#include "ui/data/generate_panel.h"

#include "ui/data/generate_work.h"
#include "ui/parts/disclosure.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/theme.h"
#include "work/generate_parquet.h"
#include "work/text.h"
#include "work/window_words.h"
#include "work/workbench.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace spillway {
namespace {

enum class SizeUnit { Gigabytes, Megabytes, MillionRows, TimesRam };

/// "1" and "0.25", not "1.000" and "0.250".
class SizeBox : public QDoubleSpinBox {
public:
    QString textFromValue(double value) const override
    {
        return locale().toString(value, 'g', QLocale::FloatingPointShortest);
    }
};

constexpr int estimateDelay = 150; // milliseconds after the last key

/// Of the formats, in their order.
constexpr QLatin1String suffixes[] = {QLatin1String(".csv"), QLatin1String(".parquet")};
constexpr int parquetFormat = 1;

} // namespace

GeneratePanel::GeneratePanel(Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      workbench_(workbench),
      size_(new SizeBox),
      unit_(new QComboBox),
      format_(new QComboBox),
      folder_(new QLineEdit),
      name_(new QLineEdit),
      estimate_(mutedLabel({})),
      notice_(new NoticeBar),
      advanced_(new Disclosure(tr("Advanced"))),
      progress_(new QProgressBar),
      progressText_(new QLabel),
      cancel_(new QPushButton(tr("Cancel"))),
      generate_(new QPushButton(tr("Generate")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(scrolled(buildForm()), 1);
    layout->addWidget(buildFooter());
    setFolder(workbench_.settings().dataFolder);
    estimateTimer_.setSingleShot(true);
    estimateTimer_.setInterval(estimateDelay);
    connect(&estimateTimer_, &QTimer::timeout, this, &GeneratePanel::estimateNow);
    connect(generate_, &QPushButton::clicked, this, [this] { start(false); });
    connect(cancel_, &QPushButton::clicked, this, [this] {
        if (job_) job_->cancel();
        progressText_->setText(tr("Cancelling…"));
    });
    connect(name_, &QLineEdit::textEdited, this, [this] { nameEdited_ = true; });
    connect(size_, &QDoubleSpinBox::valueChanged, this, &GeneratePanel::onSpecEdited);
    connect(unit_, &QComboBox::currentIndexChanged, this, &GeneratePanel::onSpecEdited);
    connect(format_, &QComboBox::activated, this, &GeneratePanel::onFormatChosen);
    connect(name_, &QLineEdit::textChanged, this, &GeneratePanel::onNameChanged);
    for (QLineEdit* edit : {folder_, name_})
        connect(edit, &QLineEdit::textChanged, this, &GeneratePanel::estimateSoon);
    onSpecEdited();
    refreshButtons();
}

QWidget* GeneratePanel::buildForm()
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(4, 14, 12, 12);
    layout->setSpacing(12);
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    size_->setRange(0.001, 1e6);
    size_->setDecimals(3);
    size_->setValue(1);
    size_->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    size_->setAccessibleName(tr("Size"));
    size_->setMinimumWidth(110);
    unit_->addItems({tr("GB"), tr("MB"), tr("million rows"), tr("× RAM")});
    unit_->setAccessibleName(tr("Unit of the size"));
    auto* sizeRow = new QHBoxLayout;
    sizeRow->setSpacing(8);
    sizeRow->addWidget(size_);
    sizeRow->addWidget(unit_);
    sizeRow->addStretch();
    form->addRow(tr("&Size"), sizeRow);
    format_->addItems({tr("CSV"), tr("Parquet")});
    format_->setAccessibleName(tr("Format"));
    format_->setToolTip(tr("Parquet is made of CSV that is written first and then removed"));
    auto* formatRow = new QHBoxLayout;
    formatRow->addWidget(format_);
    formatRow->addStretch();
    form->addRow(tr("F&ormat"), formatRow);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(formatRow)))
        label->setBuddy(format_);
    folder_->setAccessibleName(tr("Folder"));
    name_->setAccessibleName(tr("File name"));
    form->addRow(tr("&Folder"), folderField(folder_, tr("Choose a folder for the file")));
    form->addRow(tr("File &name"), name_);
    auto* estimateLabel = new QLabel(tr("Estimate"));
    form->addRow(estimateLabel, estimate_);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(sizeRow))) label->setBuddy(size_);
    estimate_->setMinimumHeight(estimate_->fontMetrics().height() * 3 + 4);
    estimate_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    alignLabels(form);
    for (QLabel* label : {estimateLabel, estimate_}) {
        label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
        label->setContentsMargins(0, 6, 0, 0);
    }
    layout->addWidget(notice_);
    layout->addLayout(form);
    buildAdvanced();
    layout->addWidget(advanced_);
    layout->addStretch();
    return content;
}

void GeneratePanel::buildAdvanced()
{
    seed_ = makeSpinBox(0, std::numeric_limits<int>::max(), 1, tr("Seed"),
                        tr("The same seed gives the same bytes on every machine"));
    categories_ = makeSpinBox(1, 10'000'000, 4, tr("Categories"),
                              tr("Groups of the group-by and classes of the regression"));
    features_ = makeSpinBox(1, 1000, 2, tr("Features"), tr("Numeric columns x, y, z, x4…"));
    split_ = makeSpinBox(0, 10'000, 0, tr("Parts"),
                         tr("Also write the rows as this many files of equal length"));
    split_->setObjectName(QStringLiteral("parts"));
    split_->setSpecialValueText(tr("none"));
    signal_ = new QDoubleSpinBox;
    signal_->setRange(0, 1000);
    signal_->setValue(4);
    signal_->setMinimumWidth(110);
    signal_->setAccessibleName(tr("Signal"));
    signal_->setToolTip(tr("0: labels are random, as in the paper. 4: clearly learnable"));
    QFormLayout* form = advanced_->form();
    form->addRow(tr("S&eed"), seed_);
    form->addRow(tr("&Categories"), categories_);
    form->addRow(tr("Fea&tures"), features_);
    form->addRow(tr("Si&gnal"), signal_);
    form->addRow(QString(), mutedLabel(tr("How strongly the category depends on the features: 0 is "
                                          "random, as in the paper; 4 is clearly learnable.")));
    form->addRow(tr("Split into &parts"), split_);
    alignLabels(form);
    for (QSpinBox* box : {seed_, categories_, features_, split_}) {
        box->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        box->setMinimumWidth(150);
        connect(box, &QSpinBox::valueChanged, this, &GeneratePanel::onSpecEdited);
    }
    signal_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    signal_->setMinimumWidth(150);
    connect(signal_, &QDoubleSpinBox::valueChanged, this, &GeneratePanel::onSpecEdited);
}

QWidget* GeneratePanel::buildFooter()
{
    auto* footer = new QWidget;
    auto* layout = new QHBoxLayout(footer);
    layout->setContentsMargins(4, 10, 12, 0);
    layout->setSpacing(12);
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the generation"));
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(progressText_);
    column->addWidget(progress_);
    generate_->setObjectName(QStringLiteral("generate"));
    generate_->setToolTip(tr("Write the file (Ctrl+Return)"));
    generate_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    setRole(generate_, "primary");
    layout->addLayout(column, 1);
    layout->addWidget(cancel_);
    layout->addWidget(generate_);
    return footer;
}

void GeneratePanel::setSpec(const GeneratorSpec& spec)
{
    if (spec.rows) {
        unit_->setCurrentIndex(static_cast<int>(SizeUnit::MillionRows));
        size_->setValue(static_cast<double>(*spec.rows) / 1e6);
    } else if (spec.ramFactor) {
        unit_->setCurrentIndex(static_cast<int>(SizeUnit::TimesRam));
        size_->setValue(*spec.ramFactor);
    } else if (spec.bytes) {
        const bool small = *spec.bytes < 1'000'000'000;
        unit_->setCurrentIndex(static_cast<int>(small ? SizeUnit::Megabytes : SizeUnit::Gigabytes));
        size_->setValue(static_cast<double>(*spec.bytes) / (small ? 1e6 : 1e9));
    }
    seed_->setValue(static_cast<int>(spec.seed));
    categories_->setValue(static_cast<int>(spec.categories));
    features_->setValue(spec.features);
    signal_->setValue(spec.signal);
    split_->setValue(spec.split);
    format_->setCurrentIndex(0);
    nameEdited_ = false;
    onSpecEdited();
}

GeneratorSpec GeneratePanel::spec() const
{
    GeneratorSpec spec;
    switch (static_cast<SizeUnit>(unit_->currentIndex())) {
    case SizeUnit::Gigabytes:
        spec.bytes = std::llround(size_->value() * 1e9);
        break;
    case SizeUnit::Megabytes:
        spec.bytes = std::llround(size_->value() * 1e6);
        break;
    case SizeUnit::MillionRows:
        spec.rows = std::llround(size_->value() * 1e6);
        break;
    case SizeUnit::TimesRam:
        spec.ramFactor = size_->value();
        break;
    }
    spec.seed = static_cast<std::uint64_t>(seed_->value());
    spec.categories = categories_->value();
    spec.features = features_->value();
    spec.signal = signal_->value();
    spec.split = isParquet() ? 0 : split_->value();
    return spec;
}

std::filesystem::path GeneratePanel::output() const
{
    return pathOf(folder_->text()) / pathOf(name_->text());
}

void GeneratePanel::setFolder(const std::filesystem::path& folder)
{
    folder_->setText(pathText(folder));
}

QString GeneratePanel::defaultName() const
{
    const char* units[] = {"GB", "MB", "Mrows", "xRAM"};
    QString result =
        QStringLiteral("spillway-%1%2")
            .arg(QString::number(size_->value()), QLatin1String(units[unit_->currentIndex()]));
    if (seed_->value() != 1) result += QStringLiteral("-seed%1").arg(seed_->value());
    if (categories_->value() != 4) result += QStringLiteral("-%1groups").arg(categories_->value());
    if (features_->value() != 2) result += QStringLiteral("-%1features").arg(features_->value());
    if (signal_->value() > 0) result += QStringLiteral("-signal%1").arg(signal_->value());
    return result + suffixes[format_->currentIndex()];
}

bool GeneratePanel::isParquet() const
{
    return format_->currentIndex() == parquetFormat;
}

/// The name follows, also one that the user gave.
void GeneratePanel::onFormatChosen()
{
    QString name = name_->text();
    for (const QLatin1String suffix : suffixes)
        if (name.endsWith(suffix)) name.chop(suffix.size());
    name_->setText(name + suffixes[format_->currentIndex()]);
}

void GeneratePanel::onNameChanged()
{
    format_->setCurrentIndex(isParquetName(output()) ? parquetFormat : 0);
    split_->setEnabled(!isParquet());
}

void GeneratePanel::onSpecEdited()
{
    if (!nameEdited_) name_->setText(defaultName());
    estimateSoon();
}

void GeneratePanel::estimateSoon()
{
    estimate_->setText(tr("Estimating…"));
    setRole(estimate_, "muted");
    estimateTimer_.start();
}

void GeneratePanel::estimateNow()
{
    if (estimateJob_) estimateJob_->abandon();
    estimateJob_ = workbench_.jobs().start(
        this,
        [spec = spec(), output = output(), cores = workbench_.usableCores()](JobControl&) {
            return forecastGeneration(spec, output, cores);
        },
        [this](Result<GenerationForecast> forecast) {
            possible_ = forecast.has_value();
            refreshButtons();
            if (!forecast) {
                estimate_->setText(windowWords(forecast.error()));
                setRole(estimate_, "error");
                return;
            }
            const GenerateEstimate& size = forecast->size;
            const bool tooLarge = size.diskNeeded > size.diskFree;
            possible_ = !tooLarge;
            refreshButtons();
            const QString time =
                forecast->duration ? aboutText(*forecast->duration) : tr("time unknown");
            QString words = tr("%1 rows · %2 on disk · %3 to write · %4 free")
                                .arg(countText(size.rows), bytesText(size.diskNeeded), time,
                                     bytesText(size.diskFree));
            if (tooLarge)
                words += tr("\nNot enough disk space: choose a smaller size or another folder.");
            if (forecast->exists && !job_) words += tr("\nA file with this name already exists.");
            estimate_->setText(words);
            setRole(estimate_, tooLarge ? "error" : "muted");
        });
}

void GeneratePanel::generateNow()
{
    start(false);
}

void GeneratePanel::start(bool force)
{
    if (job_) return;
    notice_->clear();
    progress_->setValue(0);
    progressText_->setText(tr("Starting…"));
    job_ = workbench_.jobs().start(
        this,
        [this, spec = spec(), output = output(), force,
         registry = workbench_.registry()](JobControl& control) {
            // `this` is used inside deliver() only, which runs while this panel lives.
            const auto report = [this, &control](const GenerateProgress& progress) {
                control.deliver([this, progress] { onProgress(progress); });
            };
            return generateAndOpen(registry, spec, output, force, report, control.stop());
        },
        [this](Result<OpenedDataset> opened) { onEnded(std::move(opened)); });
    refreshButtons();
}

void GeneratePanel::onProgress(const GenerateProgress& progress)
{
    progress_->setValue(static_cast<int>(progress.fraction * 1000));
    if (progress.stage == convertingStage)
        return progressText_->setText(tr("Making Parquet of the rows…"));
    const QString left = progress.remaining ? tr("%1 left").arg(aboutText(*progress.remaining))
                                            : tr("time not known yet");
    progressText_->setText(tr("%1 written · %2").arg(bytesText(progress.bytes), left));
}

void GeneratePanel::onEnded(Result<OpenedDataset> opened)
{
    job_.clear();
    refreshButtons();
    estimateSoon();
    if (opened) {
        emit generated(*opened);
        return;
    }
    emit notGenerated(opened.error());
    if (opened.error().code == ErrorCode::Cancelled) {
        notice_->show(NoticeBar::Kind::Info, tr("Cancelled. The unfinished file was removed."));
        return;
    }
    notice_->show(opened.error());
    if (opened.error().code == ErrorCode::AlreadyExists) {
        QPushButton* replace = notice_->addAction(tr("Replace it"));
        connect(replace, &QPushButton::clicked, this, [this] { start(true); });
    }
}

void GeneratePanel::refreshButtons()
{
    const bool busy = !job_.isNull();
    generate_->setEnabled(!busy && possible_);
    generate_->setVisible(!busy);
    cancel_->setVisible(busy);
    progress_->setVisible(busy);
    progressText_->setVisible(busy);
}

} // namespace spillway
