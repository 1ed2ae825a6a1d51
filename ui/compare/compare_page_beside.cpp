#include "analysis/session_ratio.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/notice_bar.h"
#include "work/text.h"

/// The session that stands beside the open one.
namespace spillway {

const Comparison* ComparePage::counterpartOf(const Comparison& comparison) const
{
    return beside_ ? counterpart(comparison, beside_->comparisons) : nullptr;
}

void ComparePage::showBesideNotice(const Comparison& comparison)
{
    const Comparison* other = counterpartOf(comparison);
    if (!other) {
        besideNotice_->clear();
        return;
    }
    const QString what =
        tr("On the right: %1 (%2), measured on %3.")
            .arg(pathText(beside_->path.stem()), comparisonTitle(*other),
                 other->key.machine.empty() ? tr("an unknown machine") : text(other->key.machine));
    QStringList reasons;
    for (const auto& reason : ratioObstacles(comparison, *other))
        reasons << text(reason);
    if (reasons.isEmpty())
        besideNotice_->show(NoticeBar::Kind::Info,
                            what + ' ' + tr("Their ratios are in the table."));
    else
        besideNotice_->show(
            NoticeBar::Kind::Warning,
            what + ' ' +
                tr("No ratio: %1. Shown side by side.").arg(reasons.join(QStringLiteral(", "))));
}

void ComparePage::compareWith(const std::filesystem::path& path)
{
    workbench().jobs().start(
        this,
        [path, baseline = bar_->baseline(), time = bar_->time()](JobControl&) {
            return openSessionView(path, baseline, time);
        },
        [this, path](Result<SessionView> view) {
            if (view && view->comparisons.empty())
                view = makeError(ErrorCode::NotFound,
                                 utf8(tr("%1 holds no finished runs yet.").arg(pathText(path))));
            if (!view) {
                emit workbench().failed(view.error());
                return;
            }
            beside_ = std::make_shared<const SessionView>(std::move(*view));
            refreshView();
        });
}

void ComparePage::openDrawerBeside(const CellKey& cell)
{
    drawer_->showCell(cell, beside_);
    drawer_->show();
    drawer_->setFocus();
}

} // namespace spillway
