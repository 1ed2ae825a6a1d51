#include "ui/plan/first_rows.h"

#include "ui/parts/form_parts.h"
#include "ui/parts/rows_view.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int mostShownRows = 6;

} // namespace

QString sampledText(const std::vector<SampledTable>& tables)
{
    std::vector<SampledTable> cut;
    for (const SampledTable& table : tables)
        if (!table.whole) cut.push_back(table);
    if (cut.empty()) return FirstRows::tr("from all rows");
    const bool alike = std::ranges::all_of(
        cut, [&](const SampledTable& table) { return table.rows == cut.front().rows; });
    const QString most = countText(std::ranges::max(cut, {}, &SampledTable::rows).rows);
    if (tables.size() == 1) return FirstRows::tr("from the first %1 rows").arg(most);
    if (cut.size() == 1)
        return FirstRows::tr("from the first %1 rows of %2").arg(most, text(cut.front().name));
    return alike ? FirstRows::tr("from the first %1 rows of each table").arg(most)
                 : FirstRows::tr("from at most the first %1 rows of each table").arg(most);
}

FirstRows::FirstRows(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel),
      words_(mutedLabel({})),
      setUp_(new QPushButton(tr("Set up"))),
      rows_(new RowsView(tr("First rows of the result")))
{
    title_->setTextFormat(Qt::PlainText);
    title_->setObjectName(QStringLiteral("first-rows-title"));
    words_->setObjectName(QStringLiteral("first-rows-words"));
    rows_->setObjectName(QStringLiteral("first-rows"));
    setUp_->setObjectName(QStringLiteral("first-rows-set-up"));
    setRole(setUp_, "link");
    auto* head = new QHBoxLayout;
    head->addWidget(title_);
    head->addWidget(words_, 1);
    head->addWidget(setUp_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(rows_);
    connect(setUp_, &QPushButton::clicked, this, &FirstRows::setUpRequested);
    clear();
}

QString FirstRows::whatText() const
{
    return step_.isEmpty() ? tr("First rows") : tr("After: %1").arg(step_);
}

void FirstRows::say(const QString& words, const char* role)
{
    setVisible(true);
    QString title = whatText();
    title_->setToolTip(title);
    if (title.size() > 48) title = title.left(47) + QChar(0x2026);
    title_->setText(title);
    words_->setText(words);
    words_->setToolTip(words);
    setRole(words_, role);
    setUp_->setVisible(false);
}

void FirstRows::clear()
{
    setVisible(false);
    rows_->setRows({});
    rows_->setVisible(false);
}

/// The rows of before stay until the new ones are there: nothing jumps while one types.
void FirstRows::showWorking(const QString& step)
{
    step_ = step;
    say(tr("working…"), "muted");
    rows_->setEnabled(false);
}

void FirstRows::showHeld()
{
    say(tr("not while a plan is running, which they would disturb"), "muted");
    rows_->setVisible(false);
}

void FirstRows::showSetUp(const EngineInfo& engine, bool isBeingSetUp)
{
    step_.clear();
    const QString title = text(engine.manifest.title);
    say(isBeingSetUp ? tr("%1 is being set up; it shows them.").arg(title)
                     : tr("%1 shows them once it is set up.").arg(title),
        "muted");
    rows_->setVisible(false);
    setUp_->setVisible(!isBeingSetUp);
    const Bytes need = engine.manifest.diskBytes.value_or(0);
    setUp_->setText(need > 0 ? tr("Set up %1, %2").arg(title, bytesText(need))
                             : tr("Set up %1").arg(title));
}

void FirstRows::show(const JobPreviewer::Outcome& outcome)
{
    if (!outcome.preview) {
        rows_->setVisible(false);
        say(windowWords(outcome.preview.error()), "error");
        return;
    }
    const JobPreview& preview = *outcome.preview;
    const QString sampled = sampledText(preview.tables);
    const auto count = static_cast<std::int64_t>(preview.table.rows());
    if (count == 0) {
        rows_->setVisible(false);
        const bool whole =
            std::ranges::all_of(preview.tables, [](const auto& table) { return table.whole; });
        say(whole ? tr("none: the result is empty")
                  : tr("none %1; all of them may give some").arg(sampled),
            "muted");
        return;
    }
    const QString number = count == 1 ? tr("1 row") : tr("%1 rows").arg(count);
    say(tr("%1 %2 · %3, %4")
            .arg(preview.more ? tr("%1 and more,").arg(number) : tr("%1,").arg(number), sampled,
                 text(preview.engine), durationText(outcome.took)),
        "muted");
    rows_->setRows(preview.table);
    rows_->setEnabled(true);
    rows_->setVisible(true);
    const int shown = static_cast<int>(std::min<std::int64_t>(count, mostShownRows));
    rows_->setFixedHeight(rows_->horizontalHeader()->sizeHint().height() +
                          shown * rows_->verticalHeader()->defaultSectionSize() +
                          rows_->horizontalScrollBar()->sizeHint().height() + 4);
}

} // namespace spillway
