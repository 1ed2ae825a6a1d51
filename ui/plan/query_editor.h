#pragma once

#include "data/table_set.h"

#include <QPlainTextEdit>

#include <vector>

class QCompleter;
class QStandardItemModel;

namespace spillway {

class CodeHighlighter;

/// The text of a query, as SQL or as JSON: coloured, with completion of columns, tables, functions
/// and keywords while one types SQL (Ctrl+Space asks for it), and a mark at the place of a fault.
/// Everything that changes the text can be undone, also what was put there from a file.
class QueryEditor : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit QueryEditor(QWidget* parent = nullptr);

    void setTables(std::vector<NamedTable> tables) { tables_ = std::move(tables); }
    /// In place of what is there, undoable.
    void replaceText(const QString& text);
    /// Underlines the word at a place that the planner names, "line 2, column 5" or "step 3" of a
    /// job as JSON, and says `words` when the mouse is on it. Without such a place nothing.
    void markFault(const QString& words);
    void clearFault();
    bool isCompleting() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// `asked`: also for a word that has not begun.
    void complete(bool asked);
    void insert(const QModelIndex& chosen);

    std::vector<NamedTable> tables_;
    CodeHighlighter* colours_;
    QCompleter* completer_;
    QStandardItemModel* words_;
    int wordBegin_ = 0;
    QString fault_;
};

} // namespace spillway
