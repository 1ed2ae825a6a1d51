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

} // namespace spillway
