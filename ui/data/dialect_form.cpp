#include "ui/data/dialect_form.h"

#include "base/name_list.h"
#include "ui/parts/form_parts.h"
#include "work/text.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QValidator>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace spillway {
namespace {

constexpr std::array delimiters{',', ';', '\t', '|', ' ', ':', '^', '~'};
constexpr std::array quotes{'"', '\'', '\0'};
constexpr std::array headers{true, false};
constexpr std::array decimals{'.', ','};
constexpr std::array comments{'\0', '#', '%', '!', ';', '*'};
constexpr std::array encodings{TextEncoding::Utf8, TextEncoding::Latin1, TextEncoding::Windows1252};

/// −1, which shows nothing, for a value that has no words.
template <class Values, class Value>
int positionOf(const Values& values, const Value& value)
{
    const auto found = std::ranges::find(values, value);
    return found == values.end() ? -1 : static_cast<int>(found - values.begin());
}

/// The character that stands for `typed`: an item of the list by its word, or itself. Only what is
/// one byte can stand between fields.
template <class Values>
std::optional<char> characterOf(const QComboBox& choice, const Values& values, const QString& typed)
{
    const int index = choice.findText(typed, Qt::MatchFixedString);
    if (index >= 0) return values[static_cast<std::size_t>(index)];
    const bool one = typed.size() == 1 && typed[0].unicode() < 0x80 &&
                     typed[0] != QLatin1Char('\n') && typed[0] != QLatin1Char('\r') &&
                     !typed[0].isNull();
    return one ? std::optional(static_cast<char>(typed[0].unicode())) : std::nullopt;
}

/// One character, or a word of the list and what may become one. What is left as half a word
/// becomes again what `shown` says.
class CharacterValidator : public QValidator {
public:
    CharacterValidator(QComboBox* choice, std::function<QString()> shown)
        : QValidator(choice), choice_(choice), shown_(std::move(shown))
    {
    }

    State validate(QString& typed, int&) const override
    {
        if (typed.isEmpty()) return Intermediate;
        if (typed.size() == 1) return typed[0].unicode() < 0x80 ? Acceptable : Invalid;
        for (int i = 0; i < choice_->count(); ++i) {
            if (choice_->itemText(i).compare(typed, Qt::CaseInsensitive) == 0) return Acceptable;
            if (choice_->itemText(i).startsWith(typed, Qt::CaseInsensitive)) return Intermediate;
        }
        return Invalid;
    }

    void fixup(QString& typed) const override { typed = shown_(); }

private:
    QComboBox* choice_;
    std::function<QString()> shown_;
};

void showCharacter(QComboBox* choice, int position, char character)
{
    choice->setCurrentIndex(position);
    if (position < 0) choice->setEditText(QString(QLatin1Char(character)));
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
    // These take any character, from the list or typed.
    const auto onCharacter = [this](QComboBox* choice, const auto& values, auto member,
                                    auto shown) {
        choice->setEditable(true);
        choice->setInsertPolicy(QComboBox::NoInsert);
        choice->setCompleter(nullptr); // would make a word of a letter
        choice->setValidator(new CharacterValidator(choice, [=, this] {
            const char now = (hints_.*member).value_or(this->*shown);
            const int position = positionOf(values, now);
            return position < 0 ? QString(QLatin1Char(now)) : choice->itemText(position);
        }));
        choice->lineEdit()->setAccessibleName(choice->accessibleName());
        const auto settle = [=, this](const QString& typed) {
            const char before = (hints_.*member).value_or(this->*shown);
            const auto now = characterOf(*choice, values, typed);
            showCharacter(choice, positionOf(values, now.value_or(before)), now.value_or(before));
            if (!now || *now == before) return;
            hints_.*member = *now;
            emit corrected(true);
        };
        connect(choice, &QComboBox::activated, this,
                [=](int index) { settle(choice->itemText(index)); });
        connect(choice->lineEdit(), &QLineEdit::editingFinished, this,
                [=] { settle(choice->currentText()); });
    };
    onCharacter(delimiter_, delimiters, &SchemaHints::delimiter, &DialectForm::shownDelimiter_);
    onCharacter(comment_, comments, &SchemaHints::comment, &DialectForm::shownComment_);
    onChoice(quote_, quotes, &SchemaHints::quote, false);
    onChoice(header_, headers, &SchemaHints::header, true);
    onChoice(decimal_, decimals, &SchemaHints::decimal, false);
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
                         {tr("none"), QStringLiteral("#"), QStringLiteral("%"), QStringLiteral("!"),
                          QStringLiteral(";"), QStringLiteral("*")});
    comment_->setToolTip(
        tr("Lines that begin with this character are skipped; type any character"));
    skipRows_ = makeSpinBox(0, 1'000'000, 0, tr("Lines to skip"),
                            tr("Number of lines to skip at the start of the file"));
    addField(layout, tr("S&kip lines"), skipRows_);
    encoding_ = addChoice(
        layout, tr("&Encoding"),
        {QStringLiteral("UTF-8"), QStringLiteral("Latin-1"), QStringLiteral("Windows-1252")});
    missing_ = new QLineEdit;
    missing_->setPlaceholderText(tr("NA, NaN, null …"));
    missing_->setAccessibleName(tr("Words for a missing value"));
    missing_->setToolTip(tr("Words for a missing value, separated by commas; they replace "
                            "the usual ones and also apply to unquoted text"));
    addField(layout, tr("M&issing values"), missing_);
}

void DialectForm::show(const CsvFormat& format)
{
    shownDelimiter_ = format.delimiter;
    shownComment_ = format.comment;
    showCharacter(delimiter_, positionOf(delimiters, format.delimiter), format.delimiter);
    quote_->setCurrentIndex(positionOf(quotes, format.quote));
    header_->setCurrentIndex(positionOf(headers, format.header));
    decimal_->setCurrentIndex(positionOf(decimals, format.decimal));
    showCharacter(comment_, positionOf(comments, format.comment), format.comment);
    encoding_->setCurrentIndex(positionOf(encodings, format.encoding));
    shownSkipRows_ = static_cast<int>(format.skipRows);
    const QSignalBlocker quiet(skipRows_);
    skipRows_->setValue(shownSkipRows_);
    missing_->setText(format.missing ? text(recordOfNames(*format.missing)) : QString());
}

} // namespace spillway
