#include "ui/data/dialect_form.h"

#include "base/name_list.h"
#include "ui/parts/form_parts.h"
#include "ui/work/text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

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

QHBoxLayout* rowLayout(QWidget* row)
{
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    return layout;
}

} // namespace

DialectForm::DialectForm(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(buildFirstRow());
    layout->addWidget(buildSecondRow());
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

QWidget* DialectForm::buildFirstRow()
{
    auto* row = new QWidget;
    auto* layout = rowLayout(row);
    delimiter_ = addChoice(layout, tr("&Delimiter"),
                           {tr("comma"), tr("semicolon"), tr("tab"), tr("pipe"), tr("space"),
                            tr("colon"), QStringLiteral("^"), QStringLiteral("~")});
    quote_ = addChoice(layout, tr("&Quote"), {tr("double"), tr("single"), tr("none")});
    header_ =
        addChoice(layout, tr("First ro&w"), {tr("names the columns"), tr("is data")});
    decimal_ = addChoice(layout, tr("Deci&mal"), {tr("point"), tr("comma")});
    layout->addStretch();
    return row;
}

QWidget* DialectForm::buildSecondRow()
{
    auto* row = new QWidget;
    auto* layout = rowLayout(row);
    comment_ = addChoice(layout, tr("C&omment lines"),
                         {tr("none"), QStringLiteral("#"), QStringLiteral("%"),
                          QStringLiteral("!"), QStringLiteral(";"), QStringLiteral("*")});
    comment_->setToolTip(tr("Lines that begin with this character are skipped"));
    skipRows_ = makeSpinBox(0, 1'000'000, 0, tr("Lines to skip"),
                            tr("Lines at the start of the file that are not looked at"));
    auto* skipLabel = new QLabel(tr("S&kip lines"));
    skipLabel->setBuddy(skipRows_);
    layout->addWidget(skipLabel);
    layout->addWidget(skipRows_);
    encoding_ = addChoice(layout, tr("&Encoding"),
                          {QStringLiteral("UTF-8"), QStringLiteral("Latin-1"),
                           QStringLiteral("Windows-1252")});
    missing_ = new QLineEdit;
    missing_->setPlaceholderText(tr("NA, NaN, null, None …"));
    missing_->setAccessibleName(tr("Words for a missing value"));
    missing_->setToolTip(tr("Words for a missing value, separated by commas, in place of the usual "
                            "ones; they hold for text that is not in quotes, too"));
    auto* missingLabel = new QLabel(tr("M&issing"));
    missingLabel->setBuddy(missing_);
    layout->addWidget(missingLabel);
    layout->addWidget(missing_, 1);
    return row;
}

QComboBox* DialectForm::addChoice(QHBoxLayout* row, const QString& label, const QStringList& words)
{
    auto* choice = new QComboBox;
    choice->addItems(words);
    choice->setAccessibleName(QString(label).remove(QLatin1Char('&')));
    auto* shown = new QLabel(label);
    shown->setBuddy(choice);
    row->addWidget(shown);
    row->addWidget(choice);
    row->addSpacing(4);
    return choice;
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
