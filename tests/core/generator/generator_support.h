#pragma once

#include "base/files.h"
#include "core/folder.h"
#include "generator/generator.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What the tests of generation share: a folder that is looked into, and a plain reader of our
/// rows.
namespace spillway::test {

inline std::string contentOf(const std::filesystem::path& path)
{
    return readFile(path).value();
}

struct PlainRow {
    std::int64_t id = 0;
    std::vector<double> features;
    std::string category;
};

inline std::vector<std::string_view> splitAt(std::string_view text, char mark)
{
    std::vector<std::string_view> pieces;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(mark, begin), text.size());
        pieces.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return pieces;
}

/// Rows of a text that ends with a line break, without a header.
inline std::vector<PlainRow> parseRows(std::string_view text)
{
    std::vector<PlainRow> rows;
    auto lines = splitAt(text, '\n');
    lines.pop_back();
    for (const std::string_view line : lines) {
        const auto fields = splitAt(line, ',');
        PlainRow row{.id = -1, .features = {}, .category = std::string(fields.back())};
        std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), row.id);
        for (std::size_t i = 1; i + 1 < fields.size(); ++i) {
            double value = -1;
            std::from_chars(fields[i].data(), fields[i].data() + fields[i].size(), value);
            row.features.push_back(value);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

/// The rows of a file after its header.
inline std::string rowsOf(const std::filesystem::path& path)
{
    const std::string text = contentOf(path);
    const auto header = std::ranges::find(text, '\n'); // gcc 12 warns of string::find() here
    return header == text.end() ? std::string() : std::string(header + 1, text.end());
}

inline GeneratorSpec specOfRows(std::int64_t rows)
{
    GeneratorSpec spec;
    spec.rows = rows;
    return spec;
}

/// A spec whose rows are slow to draw, so that there is time to do something in the middle. About
/// 35 MB, a second or more.
inline GeneratorSpec slowSpec()
{
    GeneratorSpec spec = specOfRows(700'000);
    spec.categories = 1000;
    spec.signal = 1;
    return spec;
}

} // namespace spillway::test
