// A line of an engine is an event or a protocol error, and an event is written as it was read.

#include "memory_file.h"

#include "protocol/event.h"

using namespace spillway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto event = eventFromLine(fuzz::text({data, size}));
    if (!event) return 0;
    const std::string line = eventLine(*event);
    const auto again = eventFromLine(line);
    fuzz::require(again.has_value());
    fuzz::require(eventLine(*again) == line);
    return 0;
}
