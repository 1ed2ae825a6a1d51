#pragma once

#include "analysis/table.h"
#include "base/error.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// One row of a table of the paper that Spillway repeats (resources/reference/paper.json).
struct PublishedRun {
    int workers = 2;
    // As printed:
    double seconds = 0;
    double rssDeltaMB = 0; ///< called peak memory there; the driver's memory after minus before
    std::optional<double> speedup;
    std::optional<double> efficiency;
    std::optional<double> accuracy; ///< 0 … 1
    // From the authors' logs:
    double loggedSeconds = 0;
    double loggedRssDeltaMB = 0;
    // Computed from the logged seconds of this table alone: T(2)/T(p), and that over p/2.
    double recomputedSpeedup = 1;
    double recomputedEfficiency = 1;
};

struct PublishedTable {
    std::string number; ///< roman: "III"
    std::string engine; ///< "dask", "ray"
    std::string kind;   ///< kind of workload
    bool half = false;  ///< of the smaller file
    std::int64_t rows = 0;
    std::vector<PublishedRun> runs; ///< in the order of the workers
};

struct PublishedStudy {
    std::string source;
    std::vector<PublishedTable> tables;
};

/// InvalidData names what is missing.
Result<PublishedStudy> publishedStudyFromJson(const Json& json);

enum class PublishedAs {
    Printed,   ///< as printed in the paper
    Recomputed ///< from the authors' logs, against each table's own baseline
};
/// The forms in which the paper's figures are shown, each at most once; empty: not shown.
using PublishedForms = std::vector<PublishedAs>;
/// The forms shown beside a session of the preset "paper".
inline const PublishedForms bothForms{PublishedAs::Printed, PublishedAs::Recomputed};
bool shows(const PublishedForms& forms, PublishedAs form);
enum class PublishedFigure { SecondsPerMillionRows, Speedup, Efficiency, Accuracy, RssDeltaMB };
/// The figure that the paper prints of a measure; nothing for those it does not know.
std::optional<PublishedFigure> publishedFigure(std::string_view measure);

/// One curve of the paper, drawn in its own style and never combined with measured runs: other
/// machine, other data.
struct PublishedLine {
    std::string engine;
    std::string title; ///< "Dask, Table I, published"
    PublishedAs as = PublishedAs::Printed;
    struct Point {
        int workers = 2;
        double value = 0;
    };
    std::vector<Point> points;
};

/// The curves of one workload; figures that a table does not print are left out.
std::vector<PublishedLine> publishedLines(const PublishedStudy& study, const std::string& kind,
                                          PublishedFigure figure, PublishedAs as);

/// A row for each cell of the paper's tables: its location, the figures as printed, those from the
/// authors' logs, and those recomputed from the logs. For one workload, or for both when `kind` is
/// nothing.
Table publishedTable(const PublishedStudy& study, const PublishedForms& forms,
                     const std::optional<std::string>& kind = std::nullopt);

/// Inconsistencies of the printed tables, one sentence each, found by recomputing them.
std::vector<std::string> publishedInconsistencies(const PublishedStudy& study);

} // namespace spillway
