#include "native/blocks/columns.h"

namespace spillway {

Bytes ColumnSet::bytes() const
{
    std::size_t total = ids.size() * sizeof(KeyTable::Id);
    for (const auto& column : columns)
        total += column.size() * sizeof(double);
    return static_cast<Bytes>(total);
}

Bytes BlockColumns::bytes() const
{
    return rows.bytes() + heldOut.bytes() + static_cast<Bytes>(keys.bytes());
}

} // namespace spillway
