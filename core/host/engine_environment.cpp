#include "host/engine_environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 26> heldBack{
    // interpreters and loaders; what the program itself needs for its libraries stays
    "PYTHON", "VIRTUAL_ENV", "CONDA_", "LD_", "GLIBC_TUNABLES", "GCONV_PATH",
    // Java
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "SPARK_", "PYSPARK_",
    // allocators and thread pools
    "MALLOC_", "MIMALLOC_", "TCMALLOC_", "OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "NUMEXPR_",
    // engines
    "RAY_", "DASK_", "POLARS_", "MODIN_", "ARROW_"};
/// Credentials for a user's own cluster, settings that all its members have to agree on (whether a
/// head may be reached by loopback alone), and the location of the program's libraries.
constexpr std::array<std::string_view, 4> handedOn{"LD_LIBRARY_PATH", "RAY_AUTH_",
                                                   "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER",
                                                   "DASK_DISTRIBUTED__COMM__"};

} // namespace

bool reachesEngines(std::string_view name)
{
    const auto starts = [&](std::string_view start) { return name.starts_with(start); };
    return std::ranges::any_of(handedOn, starts) || std::ranges::none_of(heldBack, starts);
}

std::vector<char*> engineEnvironment()
{
    std::vector<char*> variables;
    for (char** variable = environ; *variable; ++variable) {
        const std::string_view text(*variable);
        if (reachesEngines(text.substr(0, text.find('=')))) variables.push_back(*variable);
    }
    variables.push_back(nullptr);
    return variables;
}

} // namespace spillway
