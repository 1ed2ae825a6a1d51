#include "ui/plan/column_fields.h"

#include "data/open_dataset.h"
#include "ui/parts/field_note.h"
#include "ui/parts/form_parts.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>

#include <algorithm>

namespace spillway {
namespace {

constexpr int oneRow = 34; ///< of ticks, in pixels
constexpr int twoRows = 58;
constexpr int mostInOneRow = 5;
constexpr int tickWidth = 36;

/// Those that every dataset has, in the first one's order.
std::vector<Column> commonColumns(const std::vector<Dataset>& datasets)
{
    std::vector<Column> result;
    if (datasets.empty()) return result;
    for (const Column& column : datasets.front().schema.columns)
        if (std::ranges::all_of(datasets, [&](const Dataset& dataset) {
                return dataset.schema.find(column.name).has_value();
            }))
            result.push_back(column);
    return result;
}

QString listOf(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 6;
    QStringList list;
    for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
        list << text(names[i]);
    if (names.size() > most) list << ColumnFields::tr("%1 more").arg(names.size() - most);
    return list.join(QStringLiteral(", "));
}

} // namespace

QWidget* ColumnFields::Field::widget() const
{
    return one ? static_cast<QWidget*>(one) : many;
}

ColumnFields::ColumnFields(const WorkloadType& type, QWidget* parent)
    : QWidget(parent), type_(type), meaning_(mutedLabel({}))
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(6);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    for (const ColumnRole& role : type.roles) {
        Field field{.role = &role};
        const QString name = QStringLiteral("column-%1-%2").arg(text(type.id), text(role.name));
        if (role.many) {
            field.many = new QListWidget;
            field.many->setFlow(QListView::LeftToRight);
            field.many->setWrapping(true);
            field.many->setResizeMode(QListView::Adjust);
            field.many->setSpacing(2);
            field.many->setFixedHeight(oneRow);
            connect(field.many, &QListWidget::itemChanged, this, &ColumnFields::edited);
        } else {
            field.one = new QComboBox;
            field.one->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
            field.one->setMinimumContentsLength(24);
            field.one->addItem(tr("Automatic"));
            connect(field.one, &QComboBox::currentIndexChanged, this, &ColumnFields::edited);
        }
        QWidget* widget = field.widget();
        widget->setObjectName(name);
        const QString title =
            text(capitalised(role.title)) + (role.many ? QStringLiteral("s") : QString());
        widget->setAccessibleName(title);
        widget->setToolTip(text(capitalised(role.meaning)) +
                           (role.many ? tr("; none ticked: chosen by type") : QString()));
        field.note = new FieldNote(widget);
        form->addRow(title, widget);
        form->addRow(field.note); // a row of its own has room for a sentence
        fields_.push_back(field);
    }
    meaning_->setObjectName(QStringLiteral("meaning-") + text(type.id));
    form->addRow(meaning_);
    alignLabels(form);
}

void ColumnFields::setData(const std::vector<Dataset>& datasets,
                           const std::optional<DatasetManifest>& manifestOfFirst)
{
    datasets_ = datasets;
    manifest_ = manifestOfFirst;
    const auto columns = commonColumns(datasets);
    if (columns == columns_) return;
    columns_ = columns;
    for (Field& field : fields_) {
        const auto before = chosen(field);
        fill(field, columns_);
        choose(field, before);
    }
}

void ColumnFields::fill(Field& field, const std::vector<Column>& columns)
{
    const QSignalBlocker quiet(field.widget());
    if (field.one) {
        field.one->clear();
        field.one->addItem(tr("Automatic"));
        for (const Column& column : columns)
            field.one->addItem(text(column.name));
        return;
    }
    field.many->clear();
    for (const Column& column : columns) {
        if (!isNumber(column.type)) continue;
        auto* item = new QListWidgetItem(text(column.name), field.many);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        item->setCheckState(Qt::Unchecked);
        field.many->setFixedHeight(field.many->count() > mostInOneRow ? twoRows : oneRow);
        item->setSizeHint(QSize(fontMetrics().horizontalAdvance(item->text()) + tickWidth, 22));
    }
}

std::vector<std::string> ColumnFields::chosen(const Field& field)
{
    if (field.one)
        return field.one->currentIndex() > 0
                   ? std::vector<std::string>{utf8(field.one->currentText())}
                   : std::vector<std::string>();
    std::vector<std::string> names;
    for (int i = 0; i < field.many->count(); ++i)
        if (field.many->item(i)->checkState() == Qt::Checked)
            names.push_back(utf8(field.many->item(i)->text()));
    return names;
}

void ColumnFields::choose(Field& field, const std::vector<std::string>& columns)
{
    const QSignalBlocker quiet(field.widget());
    if (field.one) {
        const int at = columns.empty() ? -1 : field.one->findText(text(columns.front()));
        field.one->setCurrentIndex(std::max(0, at));
        return;
    }
    for (int i = 0; i < field.many->count(); ++i) {
        auto* item = field.many->item(i);
        const bool on = std::ranges::find(columns, utf8(item->text())) != columns.end();
        item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    }
}

QWidget* ColumnFields::writeTo(Workload& workload)
{
    std::string key;
    std::vector<std::string> values;
    Field* one = nullptr;
    Field* many = nullptr;
    for (Field& field : fields_) {
        auto columns = chosen(field);
        field.note->say({});
        (field.one ? one : many) = &field;
        if (!columns.empty()) workload.columns[field.role->name] = columns;
        if (field.many)
            values = std::move(columns);
        else if (!columns.empty())
            key = columns.front();
    }
    meaning_->clear();
    if (datasets_.empty() || fields_.empty()) return nullptr;
    const OpenedDataset opened{
        .dataset = datasets_.front(), .manifest = manifest_, .standing = {}, .guess = {}};
    const auto choice = chooseColumns(opened, key, values);
    if (!choice) {
        // Without a key its field mends it; with one it is about the values.
        Field* field = one && (key.empty() || !many) ? one : many;
        if (values.empty() && one && !key.empty()) field = many ? many : one;
        field->note->say(windowWords(choice.error()));
        return field->widget();
    }
    // One dataset: the manifest may know better than the types, so the columns are said.
    if (datasets_.size() == 1)
        for (const Field& field : fields_)
            workload.columns[field.role->name] =
                field.many ? choice->values : std::vector{choice->key};
    const bool asGiven = !key.empty() && !values.empty();
    const QString words = type_.sentence.empty() ? QStringLiteral("%2: %1") : text(type_.sentence);
    meaning_->setText(words.arg(listOf(choice->values), text(choice->key)) +
                      (asGiven     ? QString()
                       : manifest_ ? tr(" (from the file)")
                                   : tr(" (chosen by type)")));
    return nullptr;
}

void ColumnFields::show(const Workload& workload)
{
    for (Field& field : fields_)
        choose(field, columnsFor(workload, field.role->name));
}

} // namespace spillway
