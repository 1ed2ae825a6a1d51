#include "native/serve/libraries.h"

#include <Eigen/Core>
#include <fmt/format.h>
#include <hwy/highway.h>
#include <oneapi/tbb/version.h>
#include <xxhash.h>

namespace spillway {

std::map<std::string, std::string> nativeLibraries()
{
    return {{"oneTBB", TBB_VERSION_STRING},
            {"Eigen", fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION,
                                  EIGEN_MINOR_VERSION)},
            {"Highway", fmt::format("{}.{}.{}", HWY_MAJOR, HWY_MINOR, HWY_PATCH)},
            {"xxHash",
             fmt::format("{}.{}.{}", XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE)}};
}

} // namespace spillway
