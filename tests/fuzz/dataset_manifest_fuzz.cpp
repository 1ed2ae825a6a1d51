// The manifest beside a file may have been made by anybody.

#include "base/json.h"
#include "memory_file.h"

#include "data/dataset_manifest.h"

using namespace spillway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto json = parseJson(fuzz::text({data, size}));
    if (!json) return 0;
    const auto manifest = datasetManifestFromJson(*json);
    if (!manifest) return 0;
    const auto again = datasetManifestFromJson(toJson(*manifest));
    fuzz::require(again.has_value());
    fuzz::require(toLine(toJson(*again)) == toLine(toJson(*manifest)));
    return 0;
}
