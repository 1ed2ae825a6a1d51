#include "ui/data/dialect_form.h"

#include "base/name_list.h"
#include "ui/parts/form_parts.h"
#include "ui/work/text.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array delimiters{',', ';', '\t', '|', ' ', ':', '^', '~'};
constexpr std::array quotes{'"', '\'', '\0'};
constexpr std::array headers{true, false};
constexpr std::array decimals{'.', ','};
constexpr std::array comments{'\0', '#', '%', '!', ';', '*'};
constexpr std::array encodings{TextEncoding::Utf8, TextEncoding::Latin1,
                               TextEncoding::Windows1252};

/// −1, which shows nothing, for a value that has no words.
template <class Values, class Value>
int positionOf(const Values& values, const Value& value)
{
    const auto found = std::ranges::find(values, value);
    return found == values.end() ? -1 : static_cast<int>(found - values.begin());
}

/// Four fields side by side, each below its name: in a narrow window a name beside its field leaves
/// no room for either.
void addField(QGridLayout* layout, const QString& label, QWidget* field)
{
    constexpr int columns = 4;
    const int index = layout->count() / 2;
    const int row = index / columns * 2;
    const int column = index % columns;
    auto* name = new QLabel(label);
    name->setBuddy(field);
    layout->addWidget(name, row, column);
    layout->addWidget(field, row + 1, column);
    layout->setColumnStretch(column, 1);
}

QComboBox* addChoice(QGridLayout* layout, const QString& label, const QStringList& words)
{
    auto* choice = new QComboBox;
    choice->addItems(words);
    choice->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice->setMinimumContentsLength(6);
    choice->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addField(layout, label, choice);
    return choice;
}

} // namespace

DialectForm::DialectForm(QWidget* parent) : QWidget(parent)
{
    addFields();
    const auto onChoice = [this](QComboBox* choice, const auto& values, auto member,
                                 bool columnsChange) {
        connect(choice, &QComboBox::activated, this, [=, this](int index) {
            hints_.*member = values[static_cast<std::size_t>(index)];
            emit corrected(columnsChange);
        });
    };
    onChoice(delimiter_, delimiters, &SchemaHints::delimiter, true);
    onChoice(quote_, quotes, &SchemaHints::quote, false);
    onChoice(header_, headers, &SchemaHints::header, true);
    onChoice(decimal_, decimals, &SchemaHints::decimal, false);
    onChoice(comment_, comments, &SchemaHints::comment, true);
    onChoice(encoding_, encodings, &SchemaHints::encoding, true);
    connect(skipRows_, &QSpinBox::editingFinished, this, [this] {
        if (hints_.skipRows.value_or(shownSkipRows_) == skipRows_->value()) return;
        hints_.skipRows = skipRows_->value();
        emit corrected(true);
    });
    connect(missing_, &QLineEdit::editingFinished, this, [this] {
        const auto typed = utf8(missing_->text());
        auto words = namesOfRecord(typed);
        std::optional<std::vector<std::string>> wanted;
        if (words && !words->empty()) wanted = std::move(*words);
        if (wanted == hints_.missing) return;
        hints_.missing = std::move(wanted);
        emit corrected(false);
    });
}

void DialectForm::addFields()
{
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins({});
    layout->setHorizontalSpacing(8);
    layout->setVerticalSpacing(2);
    delimiter_ = addChoice(layout, tr("&Delimiter"),
                           {tr("comma"), tr("semicolon"), tr("tab"), tr("pipe"), tr("space"),
                            tr("colon"), QStringLiteral("^"), QStringLiteral("~")});
    quote_ = addChoice(layout, tr("&Quote"), {tr("double"), tr("single"), tr("none")});
    header_ = addChoice(layout, tr("First ro&w"), {tr("names"), tr("is data")});
    decimal_ = addChoice(layout, tr("Deci&mal"), {tr("point"), tr("comma")});
    comment_ = addChoice(layout, tr("C&omment lines"),
                         {tr("none"), QStringLiteral("#"), QStringLiteral("%"),
                          QStringLiteral("!"), QStringLiteral(";"), QStringLiteral("*")});
    comment_->setToolTip(tr("Lines that begin with this character are skipped"));
    skipRows_ = makeSpinBox(0, 1'000'000, 0, tr("Lines to skip"),
                            tr("Lines at the start of the file that are not looked at"));
    addField(layout, tr("S&kip lines"), skipRows_);
    encoding_ = addChoice(layout, tr("&Encoding"),
                          {QStringLiteral("UTF-8"), QStringLiteral("Latin-1"),
                           QStringLiteral("Windows-1252")});
    missing_ = new QLineEdit;
    missing_->setPlaceholderText(tr("NA, NaN, null …"));
    missing_->setAccessibleName(tr("Words for a missing value"));
    missing_->setToolTip(tr("Words for a missing value, separated by commas, in place of the usual "
                            "ones; they hold for text that is not in quotes, too"));
    addField(layout, tr("M&issing words"), missing_);
}

void DialectForm::show(const CsvFormat& format)
{
    delimiter_->setCurrentIndex(positionOf(delimiters, format.delimiter));
    quote_->setCurrentIndex(positionOf(quotes, format.quote));
    header_->setCurrentIndex(positionOf(headers, format.header));
    decimal_->setCurrentIndex(positionOf(decimals, format.decimal));
    comment_->setCurrentIndex(positionOf(comments, format.comment));
    encoding_->setCurrentIndex(positionOf(encodings, format.encoding));
    shownSkipRows_ = static_cast<int>(format.skipRows);
    const QSignalBlocker quiet(skipRows_);
    skipRows_->setValue(shownSkipRows_);
    missing_->setText(format.missing ? text(recordOfNames(*format.missing)) : QString());
}

} // namespace spillway
