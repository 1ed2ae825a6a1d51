#include "native/objectstore/codecs.h"

namespace spillway {

void write(ByteWriter& writer, const ScanArguments& arguments)
{
    writer.put<std::uint8_t>(arguments.begin.has_value());
    writer.put(arguments.begin.value_or(0));
    writer.put(arguments.expectedRows);
    writer.put<std::uint8_t>(arguments.enoughDistinct);
    writer.putAll(arguments.blocks);
}

ScanArguments readScanArguments(ByteReader& reader)
{
    ScanArguments arguments;
    const bool known = reader.get<std::uint8_t>() != 0;
    const auto begin = reader.get<Bytes>();
    if (known) arguments.begin = begin;
    arguments.expectedRows = reader.get<std::uint64_t>();
    arguments.enoughDistinct = reader.get<std::uint8_t>() != 0;
    arguments.blocks = reader.getAll<Block>();
    return arguments;
}

void write(ByteWriter& writer, const BlockScan& scan)
{
    writer.put(scan.begin);
    writer.put(scan.end);
    writer.put(scan.rows);
    writer.put(scan.lines);
    writer.putAll(scan.missing);
    writer.put<std::uint8_t>(scan.sawQuote);
    writer.put<std::uint8_t>(scan.undecided);
    writer.put<std::uint8_t>(scan.fault.has_value());
    const CsvFault fault = scan.fault.value_or(CsvFault{});
    writer.put(fault.offset);
    writer.put(fault.line);
    writer.put(fault.column);
    writer.putText(fault.expectation);
}

BlockScan readBlockScan(ByteReader& reader)
{
    BlockScan scan;
    scan.begin = reader.get<Bytes>();
    scan.end = reader.get<Bytes>();
    scan.rows = reader.get<std::int64_t>();
    scan.lines = reader.get<std::int64_t>();
    scan.missing = reader.getAll<std::int64_t>();
    scan.sawQuote = reader.get<std::uint8_t>() != 0;
    scan.undecided = reader.get<std::uint8_t>() != 0;
    const bool faulty = reader.get<std::uint8_t>() != 0;
    CsvFault fault;
    fault.offset = reader.get<Bytes>();
    fault.line = reader.get<std::int64_t>();
    fault.column = reader.get<std::size_t>();
    fault.expectation = reader.getText();
    if (faulty) scan.fault = std::move(fault);
    return scan;
}

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

void write(ByteWriter& writer, const KeyTable& keys)
{
    writer.put<std::uint64_t>(keys.size());
    for (KeyTable::Id id = 0; id < keys.size(); ++id)
        writer.putText(keys.key(id));
}

KeyTable readKeys(ByteReader& reader)
{
    KeyTable keys;
    for (std::size_t left = reader.getCount(); left > 0 && reader.ok(); --left)
        keys.idOf(reader.getText());
    return keys;
}

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
