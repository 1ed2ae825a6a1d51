#include "ui/compare/why_dialog.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/table_model.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {
namespace {

/// Text that wraps and can be taken away.
QLabel* readable(const char* role, const QString& accessibleName, const QString& words)
{
    auto* label = new QLabel(words);
    setRole(label, role);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(accessibleName);
    label->setVisible(!words.isEmpty());
    return label;
}

/// A sentence a line.
QString bullets(const std::vector<std::string>& sentences, const QString& further = {})
{
    QStringList lines;
    for (const auto& line : sentences)
        lines << QStringLiteral("• ") + text(line);
    if (!further.isEmpty()) lines << QStringLiteral("• ") + further;
    return lines.join('\n');
}

} // namespace

WhyDialog::WhyDialog(const Recommendation& recommendation, const QString& leftOut, QWidget* parent)
    : QDialog(parent), buttons_(new QDialogButtonBox(QDialogButtonBox::Close))
{
    setWindowTitle(tr("Why?"));
    resize(820, 520);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(readable("heading", tr("Verdict in full"), text(sentence(recommendation))));
    layout->addWidget(
        readable("", tr("Remarks on the verdict"), bullets(remarks(recommendation), leftOut)));
    if (const auto next = nextRuns(recommendation); !next.empty()) {
        layout->addWidget(headingLabel(tr("What to run next")));
        layout->addWidget(readable("", tr("What to run next"), bullets(next)));
    }
    layout->addWidget(headingLabel(tr("Every engine against the fastest")));
    auto* table = new TableView(tr("Every engine against the fastest"));
    table->setTable(recommendationTable(recommendation));
    layout->addWidget(table, 1);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons_);
}

QPushButton* WhyDialog::offerFailed(int runs)
{
    auto* button =
        buttons_->addButton(tr("Re-run %1 failed").arg(runs), QDialogButtonBox::ActionRole);
    button->setObjectName(QStringLiteral("rerun-failed"));
    button->setToolTip(tr("Leaves out what failed, which can be undone, and runs it again"));
    return button;
}

} // namespace spillway
