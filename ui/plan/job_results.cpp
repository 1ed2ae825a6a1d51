#include "ui/plan/job_results.h"

#include "ui/parts/code_highlighter.h"
#include "ui/parts/icons.h"
#include "ui/parts/theme.h"
#include "ui/plan/first_rows.h"
#include "work/text.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr int resultsHeight = 250;
constexpr int copiedShown = 2000; // milliseconds

} // namespace

JobResults::JobResults(FirstRows& rows, QWidget* parent)
    : QWidget(parent),
      tabs_(new QTabBar),
      stack_(new QStackedWidget),
      code_(new QPlainTextEdit),
      colours_(new CodeHighlighter(code_->document(), CodeLanguage::PythonText, palette())),
      copy_(new QPushButton(tr("Copy")))
{
    tabs_->setObjectName(QStringLiteral("job-tabs"));
    tabs_->setAccessibleName(tr("First rows and programs"));
    tabs_->setExpanding(false);
    tabs_->setUsesScrollButtons(true);
    tabs_->addTab(tr("First rows"));
    code_->setReadOnly(true);
    code_->setObjectName(QStringLiteral("program"));
    code_->setAccessibleName(tr("Program"));
    code_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    code_->setLineWrapMode(QPlainTextEdit::NoWrap);
    code_->setTabChangesFocus(true);
    copy_->setObjectName(QStringLiteral("copy-program"));
    copy_->setIcon(lineIcon(QStringLiteral("copy")));
    auto* first = new QWidget;
    auto* around = new QVBoxLayout(first);
    around->setContentsMargins(0, 4, 0, 0);
    around->addWidget(&rows);
    around->addStretch();
    stack_->addWidget(first);
    stack_->addWidget(code_);
    auto* head = new QHBoxLayout;
    head->addWidget(tabs_, 1);
    head->addWidget(copy_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(stack_);
    setFixedHeight(resultsHeight); // nothing below moves while one types
    connect(tabs_, &QTabBar::currentChanged, this, &JobResults::showTab);
    connect(copy_, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(code_->toPlainText());
        copy_->setText(tr("Copied"));
        QTimer::singleShot(copiedShown, copy_, [this] { copy_->setText(tr("Copy")); });
    });
    showTab(0);
}

void JobResults::showPrograms(const PlannedJob& job, const EngineRegistry& registry)
{
    const QString open = tabs_->tabText(tabs_->currentIndex());
    programs_.clear();
    for (const auto& [engine, program] : job.programs) {
        const EngineInfo* info = registry.find(engine.id);
        QString title = info ? text(info->manifest.title) : text(engine.id);
        if (info && info->manifest.profiles().size() > 1)
            title += QStringLiteral(", ") + text(engine.profile);
        // Those for other worker counts and limits differ in these numbers alone.
        if (std::ranges::find(programs_, title, &Program::title) == programs_.end())
            programs_.push_back({title, program});
    }
    const QSignalBlocker quiet(tabs_);
    while (tabs_->count() > 1)
        tabs_->removeTab(1);
    int shown = 0;
    for (const Program& each : programs_) {
        const int tab = tabs_->addTab(each.title);
        if (each.program.refusal) {
            tabs_->setTabTextColor(tab, themeColors(palette()).muted);
            tabs_->setTabToolTip(tab, text(*each.program.refusal));
        }
        if (each.title == open) shown = tab;
    }
    tabs_->setCurrentIndex(shown);
    showTab(shown);
}

void JobResults::showTab(int tab)
{
    const bool code = tab > 0 && tab <= static_cast<int>(programs_.size());
    stack_->setCurrentIndex(code ? 1 : 0);
    copy_->setVisible(code);
    if (!code) return;
    const Program& shown = programs_[static_cast<std::size_t>(tab - 1)];
    copy_->setEnabled(!shown.program.refusal);
    copy_->setAccessibleName(tr("Copy the program of %1").arg(shown.title));
    const QString words =
        shown.program.refusal
            ? tr("# %1 cannot do it: %2").arg(shown.title, text(*shown.program.refusal))
            : text(shown.program.text);
    if (words != code_->toPlainText()) code_->setPlainText(words);
}

void JobResults::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colours_->setPalette(palette());
}

} // namespace spillway
