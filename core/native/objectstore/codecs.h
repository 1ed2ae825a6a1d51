#pragma once

#include "data/csv_scanner.h"
#include "native/blocks/labelled_tally.h"
#include "native/kernels/group_sums.h"
#include "native/logreg/softmax_passes.h"
#include "native/objectstore/byte_stream.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Arguments and results of tasks as bytes. Reading invalid bytes leaves the reader not ok, and the
/// result meaningless.

/// Arguments of every task that reads the dataset.
struct ScanArguments {
    std::optional<Bytes> begin; ///< where the first row starts, when that is known
    std::uint64_t expectedRows = 0;
    bool enoughDistinct = false;
    std::vector<Block> blocks;
};
void write(ByteWriter& writer, const ScanArguments& arguments);
ScanArguments readScanArguments(ByteReader& reader);

void write(ByteWriter& writer, const BlockScan& scan);
BlockScan readBlockScan(ByteReader& reader);

void write(ByteWriter& writer, const GroupSums& sums);
/// Groups that were read, in memory that is reused for the next.
class ReadGroups {
public:
    /// With `columns` value columns; nothing if the bytes are invalid.
    std::optional<GroupTotals> read(ByteReader& reader, std::size_t columns);

private:
    std::vector<char> text_;
    std::vector<std::size_t> ends_;
    std::vector<std::int64_t> counts_;
    std::vector<GroupCell> cells_;
};

void write(ByteWriter& writer, const KeyTable& keys);
KeyTable readKeys(ByteReader& reader);

void write(ByteWriter& writer, const LabelledFacts& facts);
/// For any number of labels and features.
LabelledFacts readFacts(ByteReader& reader);

void write(ByteWriter& writer, const FittedForm& form);
FittedForm readFittedForm(ByteReader& reader);

/// A linear model and its shape.
struct ModelArguments {
    SoftmaxShape shape;
    std::vector<double> parameters;
};
void write(ByteWriter& writer, const ModelArguments& model);
/// Not ok when the parameters do not fit the shape.
std::optional<ModelArguments> readModel(ByteReader& reader);

void write(ByteWriter& writer, const SoftmaxSums& sums);
SoftmaxSums readSoftmaxSums(ByteReader& reader);

/// The model that a gradient descent task updates, and its parameters.
struct ChainArguments {
    SgdChain chain;
    SgdSchedule schedule;
    SoftmaxShape shape;
};
void write(ByteWriter& writer, const ChainArguments& arguments);
std::optional<ChainArguments> readChain(ByteReader& reader);

} // namespace spillway
