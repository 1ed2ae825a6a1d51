#pragma once

#include "data/csv_blocks.h"
#include "data/csv_scanner.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

/// An engine in miniature, for tests and fuzzing: scans the blocks of a dataset with several
/// threads and commits them in order.
namespace spillway::test {

inline Dataset datasetOf(const std::vector<std::filesystem::path>& paths,
                         const std::vector<std::string>& columns, const CsvFormat& format = {})
{
    Dataset dataset{.name = "test", .paths = paths, .schema = {.format = format}};
    for (const auto& name : columns)
        dataset.schema.columns.push_back({.name = name});
    return dataset;
}

/// Everything that was read, or why not.
struct Reading {
    std::vector<std::vector<double>> numeric;
    std::vector<std::string> text;
    std::vector<std::int64_t> missing;
    std::int64_t rows = 0;
    std::optional<Error> error;
    int rescans = 0; ///< differs between block sizes, so it is no part of ==

    bool operator==(const Reading& other) const
    {
        if (error || other.error) return error == other.error;
        const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
            return a.size() == b.size() &&
                   (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
        };
        return std::ranges::equal(numeric, other.numeric, same) && text == other.text &&
               missing == other.missing && rows == other.rows;
    }
};

/// Keeps the rows of one block.
class Keeper : public RowSink {
public:
    void onRows(const RowBatch& batch) override
    {
        numeric.resize(batch.numeric.size());
        for (std::size_t c = 0; c < batch.numeric.size(); ++c)
            numeric[c].insert(numeric[c].end(), batch.numeric[c], batch.numeric[c] + batch.rows);
        for (const auto view : batch.text)
            text.emplace_back(view);
        largest = std::max(largest, batch.rows);
    }
    std::vector<std::vector<double>> numeric;
    std::vector<std::string> text;
    std::size_t largest = 0;
};

struct BlockResult {
    Keeper rows;
    std::optional<Result<BlockScan>> scan;
};

inline std::vector<BlockResult> scanAll(const Dataset& dataset, const ColumnSelection& selection,
                                        const std::vector<Block>& blocks, int threads)
{
    std::vector<BlockResult> results(blocks.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        CsvScanner scanner(dataset, selection);
        for (std::size_t i = next++; i < blocks.size(); i = next++)
            results[i].scan = scanner.scan(blocks[i], {}, results[i].rows);
    };
    std::vector<std::jthread> workers;
    for (int i = 1; i < threads; ++i)
        workers.emplace_back(work);
    work();
    workers.clear();
    return results;
}

inline void append(Reading& reading, const BlockResult& block)
{
    for (std::size_t c = 0; c < block.rows.numeric.size(); ++c)
        reading.numeric[c].insert(reading.numeric[c].end(), block.rows.numeric[c].begin(),
                                  block.rows.numeric[c].end());
    reading.text.insert(reading.text.end(), block.rows.text.begin(), block.rows.text.end());
    for (std::size_t c = 0; c < reading.missing.size(); ++c)
        reading.missing[c] += (*block.scan)->missing[c];
}

/// Scans all blocks speculatively, then commits them in order, scanning again where that is asked
/// for.
inline Reading readAll(const Dataset& dataset, const ColumnSelection& selection,
                       Bytes blockSize = blockBytes, int threads = 1)
{
    Reading reading{.numeric = std::vector<std::vector<double>>(selection.numeric.size()),
                    .missing = std::vector<std::int64_t>(selection.numeric.size())};
    const auto blocks = planBlocks(dataset, blockSize);
    if (!blocks) return {.error = blocks.error()};
    auto results = scanAll(dataset, selection, *blocks, threads);
    BlockOrder order(dataset);
    std::optional<CsvScanner> again;
    for (std::size_t i = 0; i < blocks->size(); ++i) {
        if (!*results[i].scan) return {.error = results[i].scan->error()};
        auto stands = order.commit((*blocks)[i], **results[i].scan);
        if (stands && *stands == BlockOrder::Outcome::Rescan) {
            ++reading.rescans;
            results[i].rows = {};
            if (!again) again.emplace(dataset, selection);
            results[i].scan = again->scan((*blocks)[i], order.knownBegin(), results[i].rows);
            if (!*results[i].scan) return {.error = results[i].scan->error()};
            stands = order.commit((*blocks)[i], **results[i].scan);
            if (stands && *stands == BlockOrder::Outcome::Rescan)
                return {.error = Error{.message = "a second scan was not accepted"}};
        }
        if (!stands) return {.error = stands.error()};
        append(reading, results[i]);
    }
    reading.rows = order.rows();
    return reading;
}

} // namespace spillway::test
