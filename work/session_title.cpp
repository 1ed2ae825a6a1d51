#include "work/session_title.h"

#include "work/text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace spillway {
namespace {

struct SessionTitleText {
    Q_DECLARE_TR_FUNCTIONS(SessionTitle)
};

/// In local time; the year where it is another one.
QString beganText(const std::string& began)
{
    const QDateTime at = QDateTime::fromString(text(began), Qt::ISODate).toLocalTime();
    if (!at.isValid()) return {};
    const bool thisYear = at.date().year() == QDate::currentDate().year();
    return QLocale::c().toString(at, thisYear ? QStringLiteral("d MMM HH:mm")
                                              : QStringLiteral("d MMM yyyy HH:mm"));
}

QString datasetsText(const std::vector<std::string>& names)
{
    if (names.empty()) return {};
    const QString first = text(names.front());
    return names.size() == 1
               ? first
               : SessionTitleText::tr("%1 and %2 more").arg(first).arg(names.size() - 1);
}

} // namespace

QString sessionTitle(const SessionBrief& brief)
{
    if (!brief.name.empty()) return text(brief.name);
    if (!isNamedByTime(brief.path)) return pathText(brief.path.stem());
    QStringList parts{beganText(brief.began), datasetsText(brief.datasets)};
    if (brief.engines > 0)
        parts << (brief.engines == 1 ? SessionTitleText::tr("1 engine")
                                     : SessionTitleText::tr("%1 engines").arg(brief.engines));
    parts.removeAll(QString());
    return parts.isEmpty() ? SessionTitleText::tr("New session")
                           : parts.join(QStringLiteral(" · "));
}

QString tagsText(const SessionBrief& brief)
{
    QStringList tags = text(brief.tags).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (QString& tag : tags)
        if (!tag.startsWith(QLatin1Char('#'))) tag.prepend(QLatin1Char('#'));
    return tags.join(QLatin1Char(' '));
}

} // namespace spillway
