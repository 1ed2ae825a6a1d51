#include "ui/plan/query_editor.h"

#include "ui/parts/code_highlighter.h"
#include "ui/parts/theme.h"
#include "ui/plan/completion.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace spillway {
namespace {

constexpr int InsertRole = Qt::UserRole + 1;
constexpr int mostCompletions = 12;

/// The place of the n-th step of a job as JSON: of the n-th object within "steps". −1: none.
int placeOfStep(const QString& text, int wanted)
{
    const auto begin = text.indexOf(QLatin1String("\"steps\""));
    if (begin < 0) return -1;
    int depth = 0;
    int step = 0;
    bool quoted = false;
    for (auto i = text.indexOf(QLatin1Char('['), begin); i >= 0 && i < text.size(); ++i) {
        const QChar c = text[i];
        if (quoted && c == QLatin1Char('\\')) {
            ++i;
        } else if (c == QLatin1Char('"')) {
            quoted = !quoted;
        } else if (quoted) {
            continue;
        } else if (c == QLatin1Char('[') || c == QLatin1Char('{')) {
            if (++depth == 2 && c == QLatin1Char('{') && ++step == wanted)
                return static_cast<int>(i) + 1;
        } else if (c == QLatin1Char(']') || c == QLatin1Char('}')) {
            if (--depth == 0) return -1;
        }
    }
    return -1;
}

} // namespace

QueryEditor::QueryEditor(QWidget* parent)
    : QPlainTextEdit(parent),
      colours_(new CodeHighlighter(document(), CodeLanguage::QueryText, palette())),
      completer_(new QCompleter(this)),
      words_(new QStandardItemModel(this))
{
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setTabChangesFocus(true);
    completer_->setWidget(this);
    completer_->setModel(words_);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    completer_->setMaxVisibleItems(mostCompletions);
    completer_->popup()->setAccessibleName(tr("Completions"));
    connect(completer_, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            &QueryEditor::insert);
}

bool QueryEditor::isCompleting() const
{
    return completer_->popup()->isVisible();
}

void QueryEditor::replaceText(const QString& text)
{
    if (text == toPlainText()) return;
    QTextCursor all(document());
    all.select(QTextCursor::Document);
    all.insertText(text);
    moveCursor(QTextCursor::Start);
}

void QueryEditor::keyPressEvent(QKeyEvent* event)
{
    const int key = event->key();
    const bool takes = key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab ||
                       key == Qt::Key_Backtab || key == Qt::Key_Escape;
    if (isCompleting() && takes) {
        event->ignore(); // the list takes it
        return;
    }
    if (key == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        complete(true);
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
    const QString typed = event->text();
    const bool word =
        !typed.isEmpty() && (typed[0].isLetterOrNumber() || typed[0] == QLatin1Char('_') ||
                             typed[0] == QLatin1Char('.'));
    if (word || (isCompleting() && key == Qt::Key_Backspace))
        complete(false);
    else if (!typed.isEmpty())
        completer_->popup()->hide();
}

void QueryEditor::complete(bool asked)
{
    const QString text = toPlainText();
    const int position = textCursor().position();
    Completions found;
    if (!text.trimmed().startsWith(QLatin1Char('{')))
        found = completionsAt(text, position, tables_);
    const bool afterPoint = found.begin > 0 && text[found.begin - 1] == QLatin1Char('.');
    const int typed = position - found.begin;
    if (found.words.empty() || (!asked && ((typed < 2 && !afterPoint) || found.isWhole))) {
        completer_->popup()->hide();
        return;
    }
    wordBegin_ = found.begin;
    words_->clear();
    for (const Completion& word : found.words) {
        auto* item = new QStandardItem(word.detail.isEmpty()
                                           ? word.text
                                           : QStringLiteral("%1   %2").arg(word.text, word.detail));
        item->setData(word.text, InsertRole);
        words_->appendRow(item);
    }
    QRect place = cursorRect();
    place.setWidth(completer_->popup()->sizeHintForColumn(0) +
                   completer_->popup()->verticalScrollBar()->sizeHint().width() + 16);
    completer_->setCompletionPrefix({});
    completer_->complete(place);
    completer_->popup()->setCurrentIndex(completer_->completionModel()->index(0, 0));
}

void QueryEditor::insert(const QModelIndex& chosen)
{
    QTextCursor cursor = textCursor();
    cursor.setPosition(std::min(wordBegin_, cursor.position()), QTextCursor::KeepAnchor);
    cursor.insertText(chosen.data(InsertRole).toString());
    setTextCursor(cursor);
}

void QueryEditor::clearFault()
{
    fault_.clear();
    setExtraSelections({});
}

void QueryEditor::markFault(const QString& words)
{
    clearFault();
    static const QRegularExpression lineAndColumn(QStringLiteral("line (\\d+), column (\\d+)"));
    static const QRegularExpression step(QStringLiteral("step (\\d+)"));
    int place = -1;
    const bool json = toPlainText().trimmed().startsWith(QLatin1Char('{'));
    if (const auto found = lineAndColumn.match(words); found.hasMatch() && !json) {
        const QTextBlock block = document()->findBlockByNumber(found.captured(1).toInt() - 1);
        if (block.isValid())
            place =
                block.position() + std::clamp(found.captured(2).toInt() - 1, 0, block.length() - 1);
    } else if (const auto inJson = step.match(words); inJson.hasMatch() && json) {
        place = placeOfStep(toPlainText(), inJson.captured(1).toInt());
    }
    if (place < 0) return;
    fault_ = words;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(document());
    mark.cursor.setPosition(place);
    if (json) // the name of the step, in its quotes
        mark.cursor.movePosition(QTextCursor::NextCharacter);
    mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
    if (!mark.cursor.hasSelection())
        mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
    if (!mark.cursor.hasSelection()) // at the end of the text
        mark.cursor.movePosition(QTextCursor::PreviousWord, QTextCursor::KeepAnchor);
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(themeColors(palette()).danger);
    setExtraSelections({mark});
}

bool QueryEditor::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || extraSelections().isEmpty())
        return QPlainTextEdit::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QTextCursor mark = extraSelections().front().cursor;
    const QPoint place = viewport()->mapFromGlobal(help->globalPos());
    const int at = cursorForPosition(place).position();
    if (at < mark.selectionStart() || at > mark.selectionEnd()) return QPlainTextEdit::event(event);
    QToolTip::showText(help->globalPos(), fault_, this);
    return true;
}

void QueryEditor::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colours_->setPalette(palette());
}

} // namespace spillway
