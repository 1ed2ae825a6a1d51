#include "native/blocks/partition_scan.h"

#include <utility>

namespace spillway {
namespace {

BlockScan unread(const Block& block)
{
    BlockScan scan;
    scan.begin = scan.end = block.end;
    scan.undecided = true;
    return scan;
}

} // namespace

Result<ScannedBlock> scanBlock(CsvScanner& scanner, const Block& block, std::optional<Bytes> begin,
                               const MakePart& make, const std::stop_token& stop)
{
    auto part = make();
    auto scan = scanner.scan(block, begin, *part, stop);
    if (!scan) return scan.error();
    part->finish();
    return ScannedBlock{.scan = std::move(*scan), .part = std::move(part)};
}

Result<std::vector<ScannedBlock>> scanPartition(CsvScanner& scanner, std::span<const Block> blocks,
                                                std::optional<Bytes> begin, const MakePart& make,
                                                const std::stop_token& stop,
                                                const std::function<void(const Block&)>& scanned)
{
    std::vector<ScannedBlock> parts;
    bool faulty = false;
    for (const Block& block : blocks) {
        if (faulty) {
            parts.push_back({.scan = unread(block), .part = nullptr});
            continue;
        }
        if (block.first) begin.reset(); // what comes before is another file
        auto one = scanBlock(scanner, block, begin, make, stop);
        if (!one) return one.error();
        faulty = one->scan.fault.has_value();
        begin.reset();
        if (!one->scan.undecided) begin = one->scan.end;
        scanned(block);
        parts.push_back(std::move(*one));
    }
    return parts;
}

} // namespace spillway
