// A plan file is data from anybody: it is refused or it means one thing.

#include "base/json.h"
#include "memory_file.h"

#include "experiment/expand.h"
#include "experiment/plan.h"

using namespace spillway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto json = parseJson(fuzz::text({data, size}));
    if (!json) return 0;
    const auto plan = planFromJson(*json);
    if (!plan) return 0;
    const auto again = planFromJson(toJson(*plan));
    fuzz::require(again.has_value());
    fuzz::require(toLine(toJson(*again)) == toLine(toJson(*plan)));
    if (!plan->validate()) return 0;
    fuzz::require(!commandLineOf(*plan).empty());
    if (limitsOf(*plan).size() * plan->workers.size() * plan->engines.size() < 1000 &&
        plan->repeats + plan->warmup < 100)
        expand(*plan, {});
    return 0;
}
