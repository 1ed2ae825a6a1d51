#pragma once

#include "base/json.h"
#include "data/csv_header.h"
#include "native/engine.h"
#include "workloads/logreg/logreg.h"

#include <fmt/format.h>

#include <QString>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace spillway::testing {

inline const LogregWorkload regression{.label = "category", .features = {"x", "y"}};

/// Equal when two answers are, to the last bit.
inline std::string bits(const RunResult& result)
{
    return toLine(toJson(result)) + result.tableHash;
}

/// Numbers that look random and are the same everywhere.
class Sequence {
public:
    explicit Sequence(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next()
    {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return state_ >> 33;
    }
    double unit() { return static_cast<double>(next()) / 2147483648.0; }

private:
    std::uint64_t state_;
};

inline std::filesystem::path writeText(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

/// A dataset over `paths` whose columns are the names in their header; those in `text` are text.
inline Dataset datasetOf(const std::vector<std::filesystem::path>& paths,
                         const std::vector<std::string>& text)
{
    Dataset dataset{.name = "data", .paths = paths};
    const auto header = readHeader(paths.front(), dataset.schema.format);
    for (const auto& name : header->names) {
        const bool isText = std::find(text.begin(), text.end(), name) != text.end();
        dataset.schema.columns.push_back(
            {.name = name, .type = isText ? ColumnType::Text : ColumnType::Real});
    }
    for (const auto& path : paths)
        dataset.bytes += static_cast<Bytes>(std::filesystem::file_size(path));
    return dataset;
}

/// `rows` rows "id,x,y,category" with one of `categories` labels that x and y tell a little about.
inline std::string plainRows(std::int64_t rows, int categories, std::uint64_t seed)
{
    Sequence random(seed);
    std::string text = "id,x,y,category\n";
    for (std::int64_t i = 0; i < rows; ++i) {
        const double x = random.unit();
        const double y = random.unit();
        const auto label =
            static_cast<int>((0.6 * x + 0.4 * random.unit()) * categories) % categories;
        text += fmt::format("{},{},{},{}\n", i, x, y, static_cast<char>('A' + label));
    }
    return text;
}

/// Keeps every event.
class EventLog : public EventSink {
public:
    void deliver(Event event) override { events.push_back(std::move(event)); }

    template <class Body>
    std::vector<Body> all() const
    {
        std::vector<Body> found;
        for (const Event& event : events)
            if (const auto* body = std::get_if<Body>(&event.body)) found.push_back(*body);
        return found;
    }
    std::vector<Event> events;
};

} // namespace spillway::testing
