#include "ui/manual/manual_index.h"

#include "base/files.h"
#include "work/text.h"

#include <QRegularExpression>

#include <algorithm>

namespace spillway {
namespace {

QString contentOf(const std::filesystem::path& folder, const QString& page)
{
    const auto content = readFile(folder / (utf8(page) + ".md"));
    return content ? text(*content) : QString();
}

} // namespace

std::vector<ManualEntry> manualEntries(const std::filesystem::path& folder)
{
    const QString index = contentOf(folder, QStringLiteral("index"));
    if (index.isEmpty()) return {};
    std::vector<ManualEntry> entries{
        {QStringLiteral("index"), index.section(u'\n', 0, 0).remove(u'#').trimmed(), index}};
    static const QRegularExpression link(QStringLiteral(R"(\[([^\]]+)\]\(([a-z0-9-]+)\.md\))"));
    for (auto links = link.globalMatch(index); links.hasNext();) {
        const auto found = links.next();
        const auto page = found.captured(2);
        const bool known = std::ranges::any_of(
            entries, [&page](const ManualEntry& entry) { return entry.page == page; });
        if (!known) entries.push_back({page, found.captured(1), contentOf(folder, page)});
    }
    return entries;
}

bool mentions(const ManualEntry& entry, const QStringList& words)
{
    return std::ranges::all_of(words, [&entry](const QString& word) {
        return entry.title.contains(word, Qt::CaseInsensitive) ||
               entry.text.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace spillway
