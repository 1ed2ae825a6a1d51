#include "ui/text.h"

#include <QDir>
#include <QFile>

namespace spillway {

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

QString shortPath(const std::filesystem::path& path)
{
    const QString whole = pathText(path);
    const QString home = QDir::homePath();
    if (home.size() > 1 && whole.startsWith(home + QLatin1Char('/')))
        return QLatin1Char('~') + whole.mid(home.size());
    return whole;
}

} // namespace spillway
