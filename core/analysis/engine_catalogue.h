#pragma once

#include "protocol/run_record.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What charts, tables and verdicts know about an engine, from its manifest.
struct EngineFacts {
    std::string id;
    std::string title;      ///< "Dask"; empty: its id
    bool deployable = true; ///< false: a reference, never recommended and on no frontier
    bool own = false;       ///< one of Spillway's own
    std::string colour;     ///< "#2b8bfd", as its manifest wants it; empty: any

    bool operator==(const EngineFacts&) const = default;
};

/// The engines that can appear on one chart. No two of them have the same title.
class EngineCatalogue {
public:
    EngineCatalogue() = default;
    explicit EngineCatalogue(const std::vector<EngineFacts>& engines);

    /// Adds engines known only from these runs, for instance from another machine's session.
    void include(const std::vector<RunRecord>& records);
    /// An engine that is not in the catalogue is titled by its id and deployable.
    EngineFacts of(std::string_view id) const;
    const std::vector<EngineFacts>& engines() const { return engines_; }
    /// "Dask", "Dask naive": the name of one line of a chart.
    std::string lineName(std::string_view id, std::string_view profile,
                         FileFormat format = FileFormat::Csv) const;

private:
    void add(EngineFacts engine);

    std::vector<EngineFacts> engines_;
};

/// An engine's title in sentences, legends and tables: for Spillway's own engines a short one such
/// as "Object store", for others `title`, or the id without one.
std::string engineTitle(std::string_view id, std::string_view title = {});

/// "Dask naive" for an engine with the title "Dask"; "Dask naive, Parquet".
std::string lineName(std::string_view title, std::string_view profile,
                     FileFormat format = FileFormat::Csv);

} // namespace spillway
