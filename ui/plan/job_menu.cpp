#include "ui/plan/job_menu.h"

#include "experiment/presets.h"
#include "work/text.h"
#include "work/workbench.h"
#include "workloads/shipped_jobs.h"
#include "workloads/workload_type.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr int longestTitle = 70;
constexpr int mostRecent = 10;
constexpr int longestKept = 20'000; ///< letters: settings are a small file
constexpr int brokenDepth = 2;      ///< of brackets, within which each part has its line

QString menuTitleOf(const QString& job)
{
    QString line = job.simplified();
    if (line.size() > longestTitle) line = line.left(longestTitle - 1) + QChar(0x2026);
    return line.replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

QString stepPerLine(const std::string& json)
{
    QString result;
    int depth = 0;
    bool quoted = false;
    const QString source = text(json);
    const auto newLine = [&] {
        result += QLatin1Char('\n') + QString(2 * depth, QLatin1Char(' '));
    };
    for (int i = 0; i < source.size(); ++i) {
        const QChar c = source[i];
        if (quoted) {
            result += c;
            if (c == QLatin1Char('\\') && i + 1 < source.size()) result += source[++i];
            if (c == QLatin1Char('"')) quoted = false;
        } else if (c == QLatin1Char('"')) {
            quoted = true;
            result += c;
        } else if (c == QLatin1Char('{') || c == QLatin1Char('[')) {
            result += c;
            if (++depth <= brokenDepth) newLine();
        } else if (c == QLatin1Char('}') || c == QLatin1Char(']')) {
            if (--depth < brokenDepth) newLine();
            result += c;
        } else if (c == QLatin1Char(',')) {
            result += c;
            if (depth <= brokenDepth)
                newLine();
            else
                result += QLatin1Char(' ');
        } else if (c == QLatin1Char(':')) {
            result += QStringLiteral(": ");
        } else if (!c.isSpace()) {
            result += c;
        }
    }
    return result;
}

QStringList withRecentJob(QStringList recent, const QString& job)
{
    if (job.trimmed().isEmpty() || job.size() > longestKept) return recent;
    recent.removeAll(job);
    recent.prepend(job);
    while (recent.size() > mostRecent)
        recent.removeLast();
    return recent;
}

JobMenu::JobMenu(const WorkloadType& type, Workbench& workbench, QWidget* parent)
    : QMenu(parent), type_(type), workbench_(workbench)
{
    connect(this, &QMenu::aboutToShow, this, &JobMenu::fill);
}

void JobMenu::fill()
{
    clear();
    addSection(tr("Recent"));
    const QStringList& recent = workbench_.settings().recentJobs;
    for (const QString& job : recent) {
        QAction* action = addAction(menuTitleOf(job));
        action->setToolTip(job);
        connect(action, &QAction::triggered, this, [this, job] { emit chosen(job, {}); });
    }
    if (recent.isEmpty()) addAction(tr("None yet"))->setEnabled(false);
    addSection(tr("Shipped, on tables of their own"));
    for (const std::string& suite : shippedSuites()) {
        const auto jobs = shippedJobs(suite);
        if (jobs.empty() || jobs.front().kind != type_.id) continue;
        QMenu* menu = addMenu(text(presetTitle(suite)));
        menu->setToolTipsVisible(true);
        for (const ShippedJob& job : jobs) {
            QAction* action = menu->addAction(
                QStringLiteral("%1: %2").arg(text(job.name), menuTitleOf(text(job.title))));
            action->setToolTip(text(job.shows));
            connect(action, &QAction::triggered, this,
                    [this, job] { emit chosen(stepPerLine(job.pipeline), text(job.name)); });
        }
    }
}

} // namespace spillway
