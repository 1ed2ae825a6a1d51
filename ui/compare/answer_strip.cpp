#include "ui/compare/answer_strip.h"

#include "ui/compare/why_dialog.h"
#include "ui/parts/code_dialog.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int leastTileWidth = 104;
constexpr int mostTileWidth = 150;
constexpr int leastButtonsWidth = 144;
/// Of the room: the words have as much as four tiles; where that leaves them plenty, as three.
constexpr int wordsShare = 4;
constexpr int wordsShareWide = 3;
constexpr int wide = 1000;

} // namespace

AnswerStrip::AnswerStrip(QWidget* parent)
    : QFrame(parent),
      headline_(new CutLabel("answer")),
      context_(new CutLabel("muted")),
      pill_(new QLabel),
      more_(new QPushButton),
      copy_(new QPushButton(tr("Copy as Python…"))),
      why_(new QPushButton(tr("Why?")))
{
    setFixedHeight(height);
    headline_->setAccessibleName(tr("Verdict"));
    context_->setAccessibleName(tr("What the verdict is about"));
    pill_->setAccessibleName(tr("How sure the verdict is"));
    pill_->setTextFormat(Qt::PlainText);
    setRole(why_, "link");
    why_->setToolTip(
        tr("The evidence: every engine against the fastest, doubts, what to run next"));
    auto* below = new QHBoxLayout;
    below->setSpacing(8);
    below->addWidget(pill_);
    below->addWidget(context_, 1);
    below->addWidget(why_);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addStretch();
    words->addWidget(headline_);
    words->addLayout(below);
    words->addStretch();
    auto* row = row_ = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(12);
    row->addLayout(words, wordsShare);
    time_ = addTile(row, tr("Time"));
    memory_ = addTile(row, tr("Peak memory"));
    next_ = addTile(row, tr("Against the next one"));
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(4);
    buttons->addStretch();
    for (QPushButton* button : {more_, copy_}) {
        button->setMinimumWidth(std::max(leastButtonsWidth, copy_->sizeHint().width()));
        buttons->addWidget(button);
    }
    buttons->addStretch();
    row->addLayout(buttons);
    connect(why_, &QPushButton::clicked, this, &AnswerStrip::showWhy);
    connect(copy_, &QPushButton::clicked, this, &AnswerStrip::showProgram);
    connect(more_, &QPushButton::clicked, this,
            [this] { answer_.more > 0 ? emit moreRequested() : emit failedRequested(); });
    setRecommendation({}, {}, {});
}

void AnswerStrip::resizeEvent(QResizeEvent* event)
{
    row_->setStretch(0, width() < wide ? wordsShare : wordsShareWide);
    QFrame::resizeEvent(event);
}

AnswerStrip::Tile AnswerStrip::addTile(QHBoxLayout* row, const QString& name)
{
    auto* frame = new QFrame;
    setRole(frame, "tile");
    frame->setMinimumWidth(leastTileWidth);
    frame->setMaximumWidth(mostTileWidth);
    frame->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    const Tile tile{new QLabel, new CutLabel("muted")};
    setRole(tile.figure, "tile-figure");
    tile.figure->setAccessibleName(name);
    tile.figure->setTextFormat(Qt::PlainText);
    tile.figure->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    tile.caption->setAccessibleName(tr("%1, in words").arg(name));
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(10, 4, 6, 6);
    column->setSpacing(0);
    column->addStretch();
    column->addWidget(tile.figure);
    column->addWidget(tile.caption);
    column->addStretch();
    row->addWidget(frame, 1);
    return tile;
}

void AnswerStrip::setRecommendation(const Recommendation& recommendation, const QString& leftOut,
                                    const Snippet& snippet)
{
    recommendation_ = recommendation;
    leftOut_ = leftOut;
    answer_ = answerOf(recommendation);
    headline_->setWords(answer_.headline);
    context_->setWords(answer_.context);
    pill_->setText(answer_.pill);
    setRole(pill_, pillRole(answer_.state));
    const auto fill = [](const Tile& tile, const AnswerTile& words) {
        tile.figure->setText(words.figure.isEmpty() ? QStringLiteral("–") : words.figure);
        tile.caption->setWords(words.caption);
    };
    fill(time_, answer_.time);
    fill(memory_, answer_.memory);
    fill(next_, answer_.next);
    program_ = text(snippet.program);
    copy_->setEnabled(!program_.isEmpty());
    copy_->setToolTip(program_.isEmpty()
                          ? snippet.reason.empty() ? tr("There is no winner to copy")
                                                   : text(snippet.reason)
                          : tr("A Python program that does this with the winner's settings"));
    showMore();
}

void AnswerStrip::setObstacle(const QString& obstacle)
{
    obstacle_ = obstacle;
    showMore();
}

void AnswerStrip::setFailed(int runs)
{
    failed_ = runs;
    showMore();
}

/// Always there, so that nothing moves.
void AnswerStrip::showMore()
{
    const bool again = answer_.more == 0 && failed_ > 0;
    more_->setText(again              ? tr("Re-run %1 failed").arg(failed_)
                   : answer_.more > 0 ? tr("Run %1 more").arg(answer_.more)
                                      : tr("Run more"));
    more_->setEnabled((again || answer_.more > 0) && obstacle_.isEmpty());
    QString help = tr("More runs would change nothing");
    if (again)
        help = tr("Leaves out what failed, which can be undone, and runs it again");
    else if (answer_.more > 0)
        help = tr("Runs %1 further rounds of what is undecided").arg(answer_.more);
    more_->setToolTip((again || answer_.more > 0) && !obstacle_.isEmpty() ? obstacle_ : help);
}

void AnswerStrip::showWhy()
{
    auto* dialog = new WhyDialog(recommendation_, leftOut_, this);
    if (failed_ > 0 && obstacle_.isEmpty())
        connect(dialog->offerFailed(failed_), &QPushButton::clicked, this, [this, dialog] {
            dialog->accept();
            emit failedRequested();
        });
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void AnswerStrip::showProgram()
{
    auto* dialog = new CodeDialog(tr("%1 as Python").arg(answer_.headline), program_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace spillway
