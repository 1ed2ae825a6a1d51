#pragma once

#include "base/units.h"

#include <QString>

#include <filesystem>
#include <string>
#include <string_view>

/// The only place where values of the core are converted to the window's text and back.
namespace spillway {

/// UTF-8 of the core as a QString. Bytes that are not UTF-8 are replaced, never dropped silently.
QString text(std::string_view utf8);
std::string utf8(const QString& string);
QString pathText(const std::filesystem::path& path);
std::filesystem::path pathOf(const QString& string);

QString bytesText(Bytes bytes);
QString durationText(Seconds duration);
QString countText(std::int64_t count);
/// "1 worker", "4 workers".
QString workersText(int workers);
/// "1 run", "36 runs".
QString runsText(std::int64_t runs);
/// An estimate without false precision: "less than 1 s", "about 4 s", "about 6 min".
QString aboutText(Seconds duration);

/// The home directory shortened to ~, for labels.
QString shortPath(const std::filesystem::path& path);

} // namespace spillway
