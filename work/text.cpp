#include "work/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <cmath>

namespace spillway {
namespace {

struct WorkText {
    Q_DECLARE_TR_FUNCTIONS(spillway::Text)
};

} // namespace

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string utf8(const QString& string)
{
    return string.toStdString();
}

QString pathText(const std::filesystem::path& path)
{
    return QFile::decodeName(QByteArray::fromStdString(path.native()));
}

std::filesystem::path pathOf(const QString& string)
{
    return std::filesystem::path(QFile::encodeName(string).toStdString());
}

QString bytesText(Bytes bytes)
{
    return text(formatBytes(bytes));
}

QString durationText(Seconds duration)
{
    return text(formatDuration(duration));
}

QString countText(std::int64_t count)
{
    return text(formatCount(count));
}

QString workersText(int workers)
{
    return workers == 1 ? WorkText::tr("1 worker") : WorkText::tr("%1 workers").arg(workers);
}

QString runsText(std::int64_t runs)
{
    return runs == 1 ? WorkText::tr("1 run") : WorkText::tr("%1 runs").arg(countText(runs));
}

QString aboutText(Seconds duration)
{
    const double seconds = duration.count();
    if (seconds < 1) return WorkText::tr("less than 1 s");
    if (seconds < 90) return WorkText::tr("about %1 s").arg(std::lround(seconds));
    if (seconds < 5400) return WorkText::tr("about %1 min").arg(std::lround(seconds / 60));
    return WorkText::tr("about %1 h")
        .arg(QString::number(seconds / 3600, 'f', seconds < 36000 ? 1 : 0));
}

QString shortPath(const std::filesystem::path& path)
{
    QString whole = pathText(path);
    const QString home = QDir::homePath();
    if (home.size() > 1 && whole.startsWith(home + QLatin1Char('/')))
        return QLatin1Char('~') + whole.mid(home.size());
    return whole;
}

} // namespace spillway
