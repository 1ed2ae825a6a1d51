#include "workloads/logreg/native/logreg_codecs.h"

namespace spillway {

void write(ByteWriter& writer, const LabelledFacts& facts)
{
    writer.putAll(facts.trainCounts);
    writer.putAll(facts.testCounts);
    writer.putAll(facts.moments);
    writer.put(facts.dropped);
    writer.put<std::uint8_t>(facts.infinite.has_value());
    const auto infinite = facts.infinite.value_or(InfiniteValue{});
    writer.put(infinite.feature);
    writer.put(infinite.row);
    writer.putAll(std::vector<std::uint64_t>(facts.distinct.begin(), facts.distinct.end()));
}

LabelledFacts readFacts(ByteReader& reader)
{
    LabelledFacts facts;
    facts.trainCounts = reader.getAll<std::int64_t>();
    facts.testCounts = reader.getAll<std::int64_t>();
    facts.moments = reader.getAll<Moments>();
    facts.dropped = reader.get<std::int64_t>();
    const bool infinite = reader.get<std::uint8_t>() != 0;
    const auto feature = reader.get<std::uint64_t>();
    const auto row = reader.get<std::uint64_t>();
    if (infinite) facts.infinite = {.feature = feature, .row = row};
    const auto distinct = reader.getAll<std::uint64_t>();
    facts.distinct.insert(distinct.begin(), distinct.end());
    return facts;
}

void write(ByteWriter& writer, const FittedForm& form)
{
    writer.put<std::uint64_t>(form.classes.size());
    for (const std::string& text : form.classes)
        writer.putText(text);
    writer.putAll(form.scales);
}

FittedForm readFittedForm(ByteReader& reader)
{
    FittedForm form;
    for (std::size_t left = reader.getCount(); left > 0 && reader.ok(); --left)
        form.classes.push_back(reader.getText());
    form.scales = reader.getAll<FeatureScale>();
    return form;
}

void write(ByteWriter& writer, const ModelArguments& model)
{
    writer.put(model.shape);
    writer.putAll(model.parameters);
}

std::optional<ModelArguments> readModel(ByteReader& reader)
{
    ModelArguments model;
    model.shape = reader.get<SoftmaxShape>();
    model.parameters = reader.getAll<double>();
    if (!reader.ok() || model.parameters.size() != model.shape.parameters()) return {};
    return model;
}

void write(ByteWriter& writer, const SoftmaxSums& sums)
{
    writer.put(sums.loss);
    writer.putAll(sums.gradient);
}

SoftmaxSums readSoftmaxSums(ByteReader& reader)
{
    SoftmaxSums sums;
    sums.loss = reader.get<CompensatedSum>();
    sums.gradient = reader.getAll<CompensatedSum>();
    return sums;
}

void write(ByteWriter& writer, const ChainArguments& arguments)
{
    const SgdChain& chain = arguments.chain;
    writer.put<std::uint64_t>(chain.begin);
    writer.put<std::uint64_t>(chain.end);
    writer.put(chain.rows);
    writer.put(chain.steps);
    writer.put(chain.stepsAnEpoch);
    writer.putAll(spanOf(chain.model));
    writer.put(arguments.schedule);
    writer.put(arguments.shape);
}

std::optional<ChainArguments> readChain(ByteReader& reader)
{
    ChainArguments arguments;
    SgdChain& chain = arguments.chain;
    chain.begin = reader.get<std::uint64_t>();
    chain.end = reader.get<std::uint64_t>();
    chain.rows = reader.get<std::int64_t>();
    chain.steps = reader.get<std::int64_t>();
    chain.stepsAnEpoch = reader.get<double>();
    const auto model = reader.getAll<double>();
    chain.model =
        Eigen::Map<const Eigen::VectorXd>(model.data(), static_cast<Eigen::Index>(model.size()));
    arguments.schedule = reader.get<SgdSchedule>();
    arguments.shape = reader.get<SoftmaxShape>();
    if (!reader.ok() || model.size() != arguments.shape.parameters()) return {};
    return arguments;
}

} // namespace spillway
