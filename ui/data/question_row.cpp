#include "ui/data/question_row.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace spillway {

QuestionRow::QuestionRow(QWidget* parent)
    : QWidget(parent),
      key_(new QComboBox),
      values_(new QToolButton),
      menu_(new QMenu(this)),
      why_(mutedLabel({})),
      start_(new QPushButton(tr("Start")))
{
    key_->setObjectName(QStringLiteral("question-key"));
    key_->setAccessibleName(tr("Group by"));
    key_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    key_->setMinimumContentsLength(10);
    values_->setObjectName(QStringLiteral("question-values"));
    values_->setAccessibleName(tr("Average of"));
    setRole(values_, "field");
    values_->setPopupMode(QToolButton::InstantPopup);
    values_->setMenu(menu_);
    values_->setFocusPolicy(Qt::StrongFocus);
    start_->setObjectName(QStringLiteral("question-start"));
    start_->setIcon(lineIcon(QStringLiteral("play"), IconTint::OnAccent));
    setRole(start_, "primary");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(headingLabel(tr("Group by")));
    layout->addWidget(key_, 1);
    layout->addWidget(headingLabel(tr("average")));
    layout->addWidget(values_);
    layout->addWidget(why_, 2);
    layout->addWidget(start_);
    connect(key_, &QComboBox::currentIndexChanged, this, &QuestionRow::showChoice);
    connect(start_, &QPushButton::clicked, this, [this] { emit startRequested(key(), values()); });
    clear();
}

void QuestionRow::clear()
{
    fault_ = false;
    key_->clear();
    menu_->clear();
    showChoice();
}

void QuestionRow::setColumns(const Schema& schema, const std::vector<ColumnFacts>& facts,
                             bool fault)
{
    fault_ = fault;
    const QuestionGuess guess = guessQuestion(schema, facts);
    menu_->clear();
    for (const Column& column : schema.columns) {
        if (!isNumber(column.type)) continue;
        auto* action = menu_->addAction(text(column.name));
        action->setCheckable(true);
        action->setChecked(std::ranges::find(guess.values, column.name) != guess.values.end());
        connect(action, &QAction::toggled, this, &QuestionRow::showChoice);
    }
    {
        const QSignalBlocker quiet(key_);
        key_->clear();
        for (const auto& name : guess.keys)
            key_->addItem(text(name));
    }
    showChoice();
}

QString QuestionRow::key() const
{
    return key_->currentText();
}

QStringList QuestionRow::values() const
{
    QStringList names;
    for (const QAction* action : menu_->actions())
        if (action->isChecked() && action->text() != key()) names << action->text();
    return names;
}

void QuestionRow::setObstacle(const QString& obstacle)
{
    obstacle_ = obstacle;
    showChoice();
}

void QuestionRow::showChoice()
{
    const QStringList chosen = values();
    values_->setText(chosen.isEmpty()     ? tr("choose…")
                     : chosen.size() == 1 ? chosen.front()
                                          : tr("%1 columns ▾").arg(chosen.size()));
    values_->setToolTip(chosen.join(QStringLiteral(", ")));
    values_->setEnabled(!menu_->isEmpty());
    QString problem = obstacle_;
    if (problem.isEmpty() && fault_) problem = tr("A row is malformed: no engine may start");
    if (problem.isEmpty() && key_->count() == 0) problem = tr("No column to group by");
    if (problem.isEmpty() && menu_->isEmpty()) problem = tr("No column of numbers");
    if (problem.isEmpty() && chosen.isEmpty()) problem = tr("Choose what to average");
    why_->setText(problem);
    start_->setEnabled(problem.isEmpty());
    start_->setToolTip(problem.isEmpty() ? tr("Compares all engines that are ready, as the preset "
                                              "Quick does")
                                         : problem);
}

} // namespace spillway
