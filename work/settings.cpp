#include "work/settings.h"

#include "base/files.h"
#include "session/session_store.h"
#include "work/text.h"

#include <QSettings>
#include <QStringList>

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t maxRecent = 10;

QString appearanceName(Appearance appearance)
{
    switch (appearance) {
    case Appearance::Light:
        return QStringLiteral("light");
    case Appearance::Dark:
        return QStringLiteral("dark");
    case Appearance::HighContrast:
        return QStringLiteral("high-contrast");
    case Appearance::System:
        break;
    }
    return QStringLiteral("system");
}

Appearance appearanceFromName(const QString& name)
{
    if (name == QLatin1String("light")) return Appearance::Light;
    if (name == QLatin1String("dark")) return Appearance::Dark;
    if (name == QLatin1String("high-contrast")) return Appearance::HighContrast;
    return Appearance::System;
}

std::filesystem::path folder(QSettings& source, const char* key,
                             const std::filesystem::path& fallback)
{
    const QString stored = source.value(QLatin1String(key)).toString();
    return stored.isEmpty() ? fallback : pathOf(stored);
}

MeasurementDefaults loadMeasurement(QSettings& source)
{
    MeasurementDefaults result;
    result.repeats =
        std::clamp(source.value("measurement/repeats", result.repeats).toInt(), 1, 100);
    result.warmup = std::clamp(source.value("measurement/warmup", result.warmup).toInt(), 0, 10);
    const double seconds = source.value("measurement/timeout", result.timeout.count()).toDouble();
    result.timeout = Seconds(std::clamp(seconds, 1.0, 7.0 * 86400));
    const double share = source.value("measurement/memoryShare", result.memoryShare).toDouble();
    result.memoryShare = std::clamp(share, 0.0, 1.0);
    const auto cache = cacheStateFromName(utf8(source.value("measurement/cache").toString()));
    if (cache) result.cache = *cache;
    return result;
}

} // namespace

Settings defaultSettings()
{
    Settings settings;
    settings.dataFolder = dataDirectory() / "datasets";
    settings.sessionFolder = sessionDirectory();
    settings.scratchFolder = cacheDirectory() / "scratch";
    return settings;
}

Settings loadSettings(QSettings& source)
{
    Settings settings = defaultSettings();
    settings.appearance = appearanceFromName(source.value("appearance").toString());
    settings.dataFolder = folder(source, "folders/data", settings.dataFolder);
    settings.sessionFolder = folder(source, "folders/sessions", settings.sessionFolder);
    settings.scratchFolder = folder(source, "folders/scratch", settings.scratchFolder);
    settings.measurement = loadMeasurement(source);
    for (const QString& path : source.value("recentSessions").toStringList())
        if (settings.recentSessions.size() < maxRecent)
            settings.recentSessions.push_back(pathOf(path));
    settings.recentJobs = source.value("recentJobs").toStringList();
    settings.geometry = source.value("window/geometry").toByteArray();
    source.beginGroup("splitters");
    for (const QString& name : source.childKeys())
        settings.splitters[name] = source.value(name).toByteArray();
    source.endGroup();
    settings.welcomed = source.value("window/welcomed").toBool();
    return settings;
}

void storeSettings(const Settings& settings, QSettings& target)
{
    target.setValue("appearance", appearanceName(settings.appearance));
    target.setValue("folders/data", pathText(settings.dataFolder));
    target.setValue("folders/sessions", pathText(settings.sessionFolder));
    target.setValue("folders/scratch", pathText(settings.scratchFolder));
    target.setValue("measurement/repeats", settings.measurement.repeats);
    target.setValue("measurement/warmup", settings.measurement.warmup);
    target.setValue("measurement/timeout", settings.measurement.timeout.count());
    target.setValue("measurement/memoryShare", settings.measurement.memoryShare);
    target.setValue("measurement/cache", text(name(settings.measurement.cache)));
    QStringList recent;
    for (const auto& path : settings.recentSessions)
        recent << pathText(path);
    target.setValue("recentSessions", recent);
    target.setValue("recentJobs", settings.recentJobs);
    target.setValue("window/geometry", settings.geometry);
    target.remove("splitters");
    for (const auto& [name, state] : settings.splitters)
        target.setValue(QStringLiteral("splitters/") + name, state);
    target.setValue("window/welcomed", settings.welcomed);
}

std::vector<std::filesystem::path> withRecent(std::vector<std::filesystem::path> recent,
                                              const std::filesystem::path& path)
{
    std::erase(recent, path);
    recent.insert(recent.begin(), path);
    if (recent.size() > maxRecent) recent.resize(maxRecent);
    return recent;
}

} // namespace spillway
