#include "native/serve/text_check.h"

#include "base/files.h"
#include "base/utf8.h"
#include "data/csv_rows.h"
#include "data/file_stamp.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <functional>
#include <string>

namespace spillway {
namespace {

/// The first text of the result that is not UTF-8; null when there is none.
const std::string* badText(const WorkloadResult& result)
{
    const auto find = [](const auto& texts, auto projection) -> const std::string* {
        const auto bad = std::ranges::find_if_not(texts, isUtf8, projection);
        return bad == texts.end() ? nullptr : &std::invoke(projection, *bad);
    };
    if (const auto* etl = std::get_if<EtlResult>(&result))
        return find(etl->groups, &GroupMean::key);
    return find(std::get<LogregResult>(result).classes, std::identity());
}

/// "FILE: byte 5, line 2" for the first occurrence of `bytes` in one file; empty when they do not
/// occur.
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

Result<void> checkTexts(const RunSpec& spec, const WorkloadResult& result)
{
    const std::string* const bad = badText(result);
    if (!bad) return {};
    std::string place = spec.dataset.name;
    for (const auto& path : spec.dataset.paths)
        if (auto found = placeIn(path, *bad); !found.empty()) {
            place = std::move(found);
            break;
        }
    return unreadable(fmt::format("{}: the text {} is not UTF-8.", place, quotedExcerpt(*bad)),
                      "Say what it is: --encoding latin-1 or --encoding windows-1252.");
}

} // namespace spillway
