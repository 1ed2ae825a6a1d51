#include "ui/compare/verdict_panel.h"

#include "ui/parts/theme.h"
#include "work/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {
namespace {

/// Text that wraps and can be taken away.
QLabel* readable(const char* role, const QString& accessibleName)
{
    auto* label = new QLabel;
    setRole(label, role);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(accessibleName);
    return label;
}

QString joined(const std::vector<std::string>& sentences)
{
    QStringList all;
    for (const auto& line : sentences)
        all << text(line);
    return all.join(QLatin1Char(' '));
}

} // namespace

VerdictPanel::VerdictPanel(QWidget* parent)
    : QWidget(parent),
      verdict_(readable("title", tr("Verdict"))),
      remarks_(readable("muted", tr("Remarks on the verdict"))),
      next_(readable("action", tr("What to run next"))),
      copySettings_(new QPushButton(tr("Copy settings")))
{
    connect(copySettings_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(program_); });
    auto* head = new QHBoxLayout;
    head->addWidget(verdict_, 1);
    head->addWidget(copySettings_, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(head);
    layout->addWidget(remarks_);
    layout->addWidget(next_);
}

void VerdictPanel::setRecommendation(const Recommendation& recommendation, const QString& leftOut,
                                     const Snippet& snippet)
{
    verdict_->setText(text(sentence(recommendation)));
    QStringList said{joined(remarks(recommendation)), leftOut};
    said.removeAll(QString());
    remarks_->setText(said.join(QLatin1Char(' ')));
    remarks_->setVisible(!remarks_->text().isEmpty());
    const QString next = joined(nextRuns(recommendation));
    next_->setText(tr("Next: %1").arg(next));
    next_->setVisible(!next.isEmpty());
    program_ = text(snippet.program);
    copySettings_->setVisible(!program_.isEmpty() || !snippet.reason.empty());
    copySettings_->setEnabled(!program_.isEmpty());
    copySettings_->setToolTip(program_.isEmpty()
                                  ? text(snippet.reason)
                                  : tr("Copies a Python program that does this with the winner's "
                                       "settings"));
}

} // namespace spillway
