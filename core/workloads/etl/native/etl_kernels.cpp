#include "workloads/etl/native/etl_kernels.h"

#include "native/objectstore/columns_object.h"
#include "workloads/etl/native/etl_codecs.h"

namespace spillway {

Result<void> EtlKernels::scan(std::string_view task, const ScanArguments& arguments,
                              TaskPlace& place, ByteWriter& result)
{
    if (task == scanSums) return sums(arguments, place, result);
    if (task == loadColumns) return load(arguments, place, result);
    return badMessage();
}

Result<void> EtlKernels::sums(const ScanArguments& arguments, TaskPlace& place, ByteWriter& result)
{
    auto blocks = place.scan(arguments, [&] { return summed_.take(); });
    if (!blocks) return blocks.error();
    writeScans(*blocks, result);
    for (ScannedBlock& block : *blocks) {
        std::unique_ptr<SummedBlock> part(static_cast<SummedBlock*>(block.part.release()));
        if (!part) part = summed_.take();
        write(result, part->sums);
        summed_.giveBack(std::move(part));
    }
    return {};
}

Result<void> EtlKernels::load(const ScanArguments& arguments, TaskPlace& place, ByteWriter& result)
{
    const auto blocks = place.scan(arguments, [&] {
        return std::make_unique<KeptBlock>(place.columns(), arguments.expectedRows);
    });
    if (!blocks) return blocks.error();
    static const BlockColumns nothing;
    std::vector<const BlockColumns*> columns;
    writeScans(*blocks, result);
    for (const ScannedBlock& block : *blocks) {
        const auto* const part = static_cast<const KeptBlock*>(block.part.get());
        columns.push_back(part ? &part->kept : &nothing);
        result.put<std::uint64_t>(columns.back()->rows.rows());
    }
    return place.store(columns);
}

Result<void> EtlKernels::compute(std::string_view task, std::span<const std::byte> object,
                                 ByteReader& own, ByteReader& shared, ByteWriter& result)
{
    if (task != aggregateBlocks || !own.complete() || !shared.complete()) return badMessage();
    const auto layout = ColumnsLayout::read(object);
    if (!layout) return layout.error();
    result.put<std::uint64_t>(layout->blocks().size());
    for (std::size_t i = 0; i < layout->blocks().size(); ++i) {
        const ReadRows rows = layout->rows(object.data(), i);
        GroupSums sums(layout->columns());
        sums.add(layout->keys(object.data(), i), {rows.ids, rows.rows}, rows.columns);
        write(result, sums);
    }
    return {};
}

} // namespace spillway
