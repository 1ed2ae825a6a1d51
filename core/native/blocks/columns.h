#pragma once

#include "base/units.h"
#include "native/kernels/key_table.h"

#include <cstddef>
#include <vector>

namespace spillway {

/// Rows in memory, column by column.
struct ColumnSet {
    std::vector<std::vector<double>> columns; ///< columns[c][row]; NaN where missing
    std::vector<KeyTable::Id> ids;            ///< of each row's key or label

    std::size_t rows() const { return ids.size(); }
    Bytes bytes() const;
};

/// The decoded columns of one block, the unit of arithmetic.
struct BlockColumns {
    ColumnSet rows;    ///< all rows, or those to train on
    ColumnSet heldOut; ///< rows to test on
    KeyTable keys;     ///< the texts that ids refer to

    Bytes bytes() const;
};

} // namespace spillway
