#include "analysis/engine_catalogue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace spillway {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> shortTitles{
    {{"dask", "Dask"},
     {"ray", "Ray"},
     {"polars", "Polars"},
     {"duckdb", "DuckDB"},
     {"pandas", "pandas"},
     {"modin", "Modin"},
     {"pyspark", "PySpark"},
     {"chunked", "Chunked"},
     {"objectstore", "Object store"}}};

} // namespace

std::string engineTitle(std::string_view id, std::string_view title)
{
    for (const auto& [known, shortTitle] : shortTitles)
        if (id == known) return std::string(shortTitle);
    return std::string(title.empty() ? id : title);
}

std::string lineName(std::string_view title, std::string_view profile, FileFormat format)
{
    std::string text(title);
    if (!profile.empty() && profile != "default") text += " " + std::string(profile);
    if (format == FileFormat::Parquet) text += ", Parquet";
    return text;
}

EngineCatalogue::EngineCatalogue(const std::vector<EngineFacts>& engines)
{
    for (const auto& engine : engines)
        add(engine);
}

void EngineCatalogue::include(const std::vector<RunRecord>& records)
{
    for (const auto& record : records)
        if (std::ranges::find(engines_, record.cell.engine, &EngineFacts::id) == engines_.end())
            add({.id = record.cell.engine});
}

void EngineCatalogue::add(EngineFacts engine)
{
    engine.title = engineTitle(engine.id, engine.title);
    const bool taken =
        std::ranges::any_of(engines_,
                            [&](const auto& other) { return other.title == engine.title; }) ||
        std::ranges::any_of(shortTitles, [&](const auto& known) {
            return known.first != engine.id && known.second == engine.title;
        });
    if (taken) engine.title += " (" + engine.id + ")";
    engines_.push_back(std::move(engine));
}

EngineFacts EngineCatalogue::of(std::string_view id) const
{
    const auto found = std::ranges::find(engines_, id, &EngineFacts::id);
    if (found != engines_.end()) return *found;
    return {.id = std::string(id), .title = engineTitle(id)};
}

std::string EngineCatalogue::lineName(std::string_view id, std::string_view profile,
                                      FileFormat format) const
{
    return spillway::lineName(of(id).title, profile, format);
}

} // namespace spillway
