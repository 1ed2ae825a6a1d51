#pragma once

#include <string>
#include <string_view>

namespace spillway {

/// How an engine is called in sentences, legends and tables: "Dask", "Object store". Engines
/// that Spillway does not know (a user's own) keep their id.
std::string engineTitle(std::string_view engineId);

/// "Dask", "Dask naive", "Dask · blocksize=8MB": what tells one line of a chart from the others.
std::string lineName(std::string_view engineId, std::string_view profile,
                     std::string_view parameters = {});

/// Whether the engine is one of Spillway's own: a reference line, never recommended.
bool isNativeTwin(std::string_view engineId);

} // namespace spillway
