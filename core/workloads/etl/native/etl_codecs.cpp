#include "workloads/etl/native/etl_codecs.h"

#include <algorithm>

namespace spillway {

void write(ByteWriter& writer, const GroupSums& sums)
{
    const GroupTotals totals = sums.totals();
    writer.putAll(totals.text);
    writer.putAll(totals.ends);
    writer.putAll(totals.counts);
    writer.putAll(totals.cells);
}

std::optional<GroupTotals> ReadGroups::read(ByteReader& reader, std::size_t columns)
{
    reader.getAll(text_);
    reader.getAll(ends_);
    reader.getAll(counts_);
    reader.getAll(cells_);
    const bool keys = std::is_sorted(ends_.begin(), ends_.end()) &&
                      text_.size() == (ends_.empty() ? 0 : ends_.back());
    const bool fits = counts_.size() == ends_.size() && cells_.size() == ends_.size() * columns;
    if (!reader.ok() || !keys || !fits) return std::nullopt;
    return GroupTotals{text_, ends_, counts_, cells_};
}

} // namespace spillway
