#pragma once

#include "native/objectstore/byte_stream.h"
#include "workloads/logreg/native/labelled_tally.h"
#include "workloads/logreg/native/softmax_passes.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Arguments and results of its tasks as bytes, see native/objectstore/codecs.h.

void write(ByteWriter& writer, const LabelledFacts& facts);
/// Of as many labels and features as there are.
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

/// What a task of gradient descent changes, and what it needs to know.
struct ChainArguments {
    SgdChain chain;
    SgdSchedule schedule;
    SoftmaxShape shape;
};
void write(ByteWriter& writer, const ChainArguments& arguments);
std::optional<ChainArguments> readChain(ByteReader& reader);

} // namespace spillway
