#pragma once

#include "native/objectstore/byte_stream.h"
#include "workloads/etl/native/group_sums.h"

#include <optional>
#include <vector>

namespace spillway {

/// Arguments and results of its tasks as bytes, see native/objectstore/codecs.h.

void write(ByteWriter& writer, const GroupSums& sums);
/// What was read, in memory that serves again for the next.
class ReadGroups {
public:
    /// Of `columns` value columns; nothing where what is read is no such thing.
    std::optional<GroupTotals> read(ByteReader& reader, std::size_t columns);

private:
    std::vector<char> text_;
    std::vector<std::size_t> ends_;
    std::vector<std::int64_t> counts_;
    std::vector<GroupCell> cells_;
};

} // namespace spillway
