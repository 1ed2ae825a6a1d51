#include "native/run/text_check.h"

#include "base/files.h"
#include "base/utf8.h"
#include "data/csv_rows.h"
#include "data/file_stamp.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <string>

namespace spillway {
namespace {

/// "FILE: byte 5, line 2" for the first place of `bytes` in one file; empty when they are not there
/// as they are.
std::string placeIn(const std::filesystem::path& path, std::string_view bytes)
{
    constexpr std::size_t piece = std::size_t(1) << 20;
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string window;
    std::int64_t lines = 1;
    for (Bytes offset = 0; fd;) {
        const std::size_t kept = window.size();
        window.resize(kept + piece);
        const auto read =
            readAt(fd.get(), std::span(window).subspan(kept), offset + static_cast<Bytes>(kept));
        if (!read || *read == 0) break;
        window.resize(kept + *read);
        const std::size_t found = window.find(bytes);
        const std::size_t passed =
            std::min(found, window.size() - std::min(window.size(), bytes.size() - 1));
        lines +=
            std::count(window.begin(), window.begin() + static_cast<std::ptrdiff_t>(passed), '\n');
        offset += static_cast<Bytes>(passed);
        if (found != std::string::npos)
            return fmt::format("{}: byte {}, line {}", path.string(), offset, lines);
        window.erase(0, passed);
    }
    return {};
}

} // namespace

Result<void> checkTexts(const Dataset& dataset, std::span<const std::string> texts)
{
    const auto bad = std::ranges::find_if_not(texts, isUtf8);
    if (bad == texts.end()) return {};
    std::string place = dataset.name;
    for (const auto& path : dataset.paths)
        if (auto found = placeIn(path, *bad); !found.empty()) {
            place = std::move(found);
            break;
        }
    return unreadable(fmt::format("{}: the text {} is not UTF-8.", place, quotedExcerpt(*bad)),
                      "Say what it is: --encoding latin-1 or --encoding windows-1252.");
}

} // namespace spillway
