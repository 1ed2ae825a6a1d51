#pragma once

#include "analysis/table.h"
#include "base/error.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// One row of a table of the study that Spillway repeats (resources/reference/paper.json).
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
    std::string kind;   ///< of work, as a workload has it
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
    Printed,   ///< as the paper has it
    Recomputed ///< from the authors' logs, against each table's own baseline
};
/// In which forms the study's figures are shown, each once; none: not at all.
using PublishedForms = std::vector<PublishedAs>;
/// What a session of the preset "paper" is shown beside.
inline const PublishedForms bothForms{PublishedAs::Printed, PublishedAs::Recomputed};
bool shows(const PublishedForms& forms, PublishedAs form);
enum class PublishedFigure { SecondsPerMillionRows, Speedup, Efficiency, Accuracy, RssDeltaMB };

/// One curve of the study, drawn in a style of its own and never in one statistic with measured
/// runs: other machine, other data.
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

/// A row for each cell of the study's tables: where it stands, the figures as printed, those of the
/// authors' logs and what is computed from them. Of one workload, or of both when `kind` is
/// nothing.
Table publishedTable(const PublishedStudy& study, const PublishedForms& forms,
                     const std::optional<std::string>& kind = std::nullopt);

/// What does not fit together in the printed tables, a sentence each, found by computing.
std::vector<std::string> publishedInconsistencies(const PublishedStudy& study);

} // namespace spillway
