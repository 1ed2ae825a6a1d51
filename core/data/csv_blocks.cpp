#include "data/csv_blocks.h"

#include "data/csv_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace spillway {
namespace {

std::vector<std::string> namesOf(const Schema& schema)
{
    std::vector<std::string> names;
    for (const Column& column : schema.columns)
        names.push_back(column.name);
    return names;
}

Result<void> checkHeader(const std::filesystem::path& path, const CsvHeader& header,
                         const Schema& schema)
{
    const auto expected = namesOf(schema);
    if (!schema.format.header || header.names == expected) return {};
    return unreadable(fmt::format("{} has the columns {} where {} are expected.", path.string(),
                                  fmt::join(header.names, ", "), fmt::join(expected, ", ")),
                      "All files of a dataset need the same header row.");
}

void appendBlocks(std::vector<Block>& blocks, std::int32_t file, Bytes dataBegin,
                  const FileStamp& stamp, Bytes size)
{
    for (Bytes begin = dataBegin; begin < stamp.size;) {
        const Bytes end = std::min((begin / size + 1) * size, stamp.size);
        blocks.push_back({.file = file,
                          .index = static_cast<std::int64_t>(blocks.size()),
                          .begin = begin,
                          .end = end,
                          .first = begin == dataBegin,
                          .stamp = stamp});
        begin = end;
    }
}

} // namespace

Result<std::vector<Block>> planBlocks(const Dataset& dataset, Bytes size)
{
    if (auto valid = dataset.schema.validate(); !valid) return valid.error();
    std::vector<Block> blocks;
    Bytes total = 0;
    for (std::size_t file = 0; file < dataset.paths.size(); ++file) {
        const auto& path = dataset.paths[file];
        const auto stamp = stampOf(path);
        if (!stamp) return stamp.error();
        const auto header = readHeader(path, dataset.schema.format);
        if (!header) return header.error();
        if (auto same = checkHeader(path, *header, dataset.schema); !same) return same.error();
        appendBlocks(blocks, static_cast<std::int32_t>(file), header->dataBegin, *stamp, size);
        total += stamp->size;
    }
    if (dataset.bytes != 0 && total != dataset.bytes)
        return unreadable(fmt::format("{} has {} bytes, but had {} when it was opened.",
                                      dataset.name, total, dataset.bytes),
                          "Open the dataset again.");
    return blocks;
}

std::vector<Partition> planPartitions(const std::vector<Block>& blocks, int workers, Bytes maxBytes)
{
    const auto wanted = static_cast<std::size_t>(4 * std::max(workers, 1));
    const std::size_t mostBlocks =
        std::clamp<std::size_t>(blocks.size() / wanted, 1, maxPartitionBlocks);
    std::vector<Partition> partitions;
    Bytes bytes = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const Bytes size = blocks[i].end - blocks[i].begin;
        // A file of several blocks begins a partition of its own.
        const bool large = blocks[i].first && i + 1 < blocks.size() && !blocks[i + 1].first;
        const bool fits = i > 0 && !large && bytes + size <= maxBytes &&
                          partitions.back().blockCount < mostBlocks;
        if (!fits) {
            partitions.push_back({.firstBlock = i});
            bytes = 0;
        }
        ++partitions.back().blockCount;
        bytes += size;
    }
    return partitions;
}

} // namespace spillway
