#pragma once

#include "protocol/run_record.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What charts, tables and verdicts are told of an engine. Its manifest tells it.
struct EngineFacts {
    std::string id;
    std::string title;      ///< "Dask"; empty: its id
    bool deployable = true; ///< false: a reference, never recommended and on no frontier
    bool own = false;       ///< one of Spillway's own
    std::string colour;     ///< "#2b8bfd", as its manifest wants it; empty: any

    bool operator==(const EngineFacts&) const = default;
};

/// The engines that may stand on one chart. No two of them have the same title.
class EngineCatalogue {
public:
    EngineCatalogue() = default;
    explicit EngineCatalogue(const std::vector<EngineFacts>& engines);

    /// Takes in engines that only these runs know: those of a session from another machine.
    void include(const std::vector<RunRecord>& records);
    /// An engine that is not in it is called by its id and can be deployed.
    EngineFacts of(std::string_view id) const;
    const std::vector<EngineFacts>& engines() const { return engines_; }
    /// "Dask", "Dask naive", "Dask · blocksize=8MB": what tells one line of a chart from the
    /// others.
    std::string lineName(std::string_view id, std::string_view profile,
                         std::string_view parameters = {}) const;

private:
    void add(EngineFacts engine);

    std::vector<EngineFacts> engines_;
};

/// How an engine is called in sentences, legends and tables: "Object store" of those that come
/// with Spillway, whose titles elsewhere say more; else `title`, and without one the id.
std::string engineTitle(std::string_view id, std::string_view title = {});

/// "Dask naive · blocksize=8MB" of an engine called `title`.
std::string lineName(std::string_view title, std::string_view profile, std::string_view parameters);

} // namespace spillway
