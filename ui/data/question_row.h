#pragma once

#include "data/question_guess.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace spillway {

/// The second step on the user's own data: group by what, average what, with the best guess chosen;
/// Start is the third.
class QuestionRow : public QWidget {
    Q_OBJECT
public:
    explicit QuestionRow(QWidget* parent = nullptr);

    /// Offers the columns of a dataset. `fault`: a malformed row, with which no engine may start.
    void setColumns(const Schema& schema, const std::vector<ColumnFacts>& facts, bool fault);
    void clear();
    QString key() const;
    QStringList values() const;
    /// Why nothing may start now; empty: it may.
    void setObstacle(const QString& obstacle);
    QPushButton* startButton() const { return start_; }

signals:
    void startRequested(const QString& key, const QStringList& values);

private:
    void showChoice();

    QComboBox* key_;
    QToolButton* values_;
    QMenu* menu_;
    QLabel* why_;
    QPushButton* start_;
    QString obstacle_;
    bool fault_ = false;
};

} // namespace spillway
