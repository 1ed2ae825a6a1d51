#include "analysis/engine_names.h"

#include <array>
#include <utility>

namespace spillway {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> titles{
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

std::string engineTitle(std::string_view engineId)
{
    for (const auto& [id, title] : titles)
        if (id == engineId) return std::string(title);
    return std::string(engineId);
}

std::string lineName(std::string_view engineId, std::string_view profile,
                     std::string_view parameters)
{
    std::string text = engineTitle(engineId);
    if (!profile.empty() && profile != "default") text += " " + std::string(profile);
    if (!parameters.empty()) text += " · " + std::string(parameters);
    return text;
}

bool isNativeTwin(std::string_view engineId)
{
    return engineId == "chunked" || engineId == "objectstore";
}

} // namespace spillway
