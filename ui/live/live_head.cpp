#include "ui/live/live_head.h"

#include "ui/parts/cut_label.h"
#include "ui/parts/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {
namespace {

/// "0.77 s (0.70–0.81) · 1.1 GB peak memory · 1.4× faster than Polars"
QString figuresOf(const Answer& answer)
{
    QStringList parts;
    for (const AnswerTile* tile : {&answer.time, &answer.memory, &answer.next})
        if (!tile->figure.isEmpty() && tile->figure != QStringLiteral("–"))
            parts << (tile == &answer.time ? tile->figure
                                           : tile->figure + QLatin1Char(' ') + tile->caption);
    return parts.isEmpty() ? answer.context : parts.join(QStringLiteral(" · "));
}

} // namespace

LiveHead::LiveHead(QWidget* parent)
    : QFrame(parent),
      headline_(new CutLabel("answer")),
      pill_(new QLabel),
      context_(new CutLabel("muted")),
      plan_(new QLabel),
      untilDecided_(new QPushButton(tr("Run until decided"))),
      rerun_(new QPushButton(tr("Re-run failed"))),
      resume_(new QPushButton(tr("Resume"))),
      compare_(new QPushButton(tr("Compare")))
{
    setRole(this, "bar");
    setFixedHeight(height);
    headline_->setAccessibleName(tr("Verdict so far"));
    pill_->setAccessibleName(tr("How sure the verdict is"));
    pill_->setTextFormat(Qt::PlainText);
    context_->setAccessibleName(tr("Figures of the verdict"));
    plan_->setTextFormat(Qt::PlainText);
    plan_->setAccessibleName(tr("How far the plan is"));
    setRole(plan_, "muted");
    untilDecided_->setObjectName(QStringLiteral("untilDecided"));
    rerun_->setObjectName(QStringLiteral("rerunFailed"));
    rerun_->setToolTip(tr("Runs that failed are run again; until then they stay as they are"));
    resume_->setObjectName(QStringLiteral("resume"));
    resume_->setToolTip(tr("Goes on where the plan was stopped"));
    compare_->setToolTip(tr("Charts and verdict over all runs of the session"));
    auto* below = new QHBoxLayout;
    below->setSpacing(8);
    below->addWidget(pill_);
    below->addWidget(context_, 1);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addStretch();
    words->addWidget(headline_);
    words->addLayout(below);
    words->addStretch();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, 4, 12, 4);
    row->setSpacing(8);
    row->addLayout(words, 1);
    row->addWidget(plan_);
    for (QPushButton* button : {untilDecided_, rerun_, resume_, compare_})
        row->addWidget(button);
    connect(untilDecided_, &QPushButton::clicked, this, &LiveHead::untilDecidedRequested);
    connect(rerun_, &QPushButton::clicked, this, &LiveHead::rerunFailedRequested);
    connect(resume_, &QPushButton::clicked, this, &LiveHead::resumeRequested);
    connect(compare_, &QPushButton::clicked, this, &LiveHead::compareRequested);
    show({});
}

void LiveHead::show(const HeadContent& content)
{
    headline_->setWords(content.answer ? content.answer->headline : content.instead);
    pill_->setText(content.answer ? content.answer->pill : tr("no verdict yet"));
    setRole(pill_, pillRole(content.answer ? content.answer->state : Answer::State::Nothing));
    context_->setWords(content.answer ? figuresOf(*content.answer) : QString());
    plan_->setText(content.plan);
    plan_->setToolTip(content.leftOut);
    const bool idle = !content.running;
    untilDecided_->setVisible(idle && content.undecided && content.left == 0);
    rerun_->setVisible(idle && content.failed > 0);
    rerun_->setText(tr("Re-run failed (%1)").arg(content.failed));
    resume_->setVisible(idle && content.left > 0);
    resume_->setText(tr("Resume (%1 left)").arg(content.left));
    compare_->setVisible(idle && content.comparable);
    const bool resumes = content.left > 0;
    setRole(resume_, "primary");
    setRole(compare_, resumes ? "" : "primary");
    for (QPushButton* button : {untilDecided_, rerun_, resume_})
        button->setEnabled(content.obstacle.isEmpty());
    untilDecided_->setToolTip(
        content.obstacle.isEmpty()
            ? tr("Repeats what is undecided until it is settled: looks after 5, 10, 20 and 40 "
                 "rounds")
            : content.obstacle);
}

} // namespace spillway
