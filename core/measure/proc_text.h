#pragma once

#include "base/units.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reading the small text files of /proc and /sys.
namespace spillway {

/// The content of `name` below the directory descriptor `directory`, into `buffer`, whose capacity
/// is reused from call to call. False, and errno says why, when it cannot be opened or read.
bool readInto(int directory, const char* name, std::string& buffer);

/// Whether an errno means that the process is gone or may not be read. Anything else (no
/// descriptors, no memory) says nothing about the process.
bool isGone(int errnoValue);
bool isRefused(int errnoValue);

/// The content of a file of /proc or /sys, at most 64 MiB; empty when it cannot be read.
std::string readText(const std::string& path);
/// Its first line without white space at the ends.
std::string readLine(const std::string& path);

/// The number at the start of `text` after spaces, or nothing.
template <class T = std::int64_t>
std::optional<T> leadingNumber(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return std::nullopt;
    T value{};
    const auto [end, error] =
        std::from_chars(text.data() + begin, text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    return value;
}

/// The text after `key` at the start of a line, up to the end of the line: "MemTotal:" in
/// /proc/meminfo.
std::optional<std::string_view> afterKey(std::string_view text, std::string_view key);
/// The kB figure after `key`, in bytes; 0 when there is none.
Bytes kilobytes(std::string_view text, std::string_view key);
/// The plain number after `key`; 0 when there is none.
std::int64_t number(std::string_view text, std::string_view key);

std::vector<std::string_view> lines(std::string_view text);
/// The fields of a line, separated by spaces.
std::vector<std::string_view> words(std::string_view line);
std::string_view trimmed(std::string_view text);

} // namespace spillway
