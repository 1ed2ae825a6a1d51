#pragma once

#include "workloads/workload.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

class LoadDesign;
class ResultChecker;
class ResultForm;
struct DatasetManifest;
struct RunResult;

/// Columns that a kind of work reads for one purpose. Command line (`--group-by`), plan files, the
/// window's fields and JSON derive from it.
struct ColumnRole {
    std::string name;    ///< field of the JSON, with underscores; the option has dashes
    std::string title;   ///< noun, lower case: "group-by column"
    std::string meaning; ///< one phrase without a full stop: "column to group by"
    bool many = false;   ///< a list of numeric columns; else one column of any type
};

/// A setting of a workload kind. Its type is the type of its default.
struct Parameter {
    std::string name;    ///< field of the JSON, with underscores; `--param` takes dashes
    std::string title;   ///< in front of the window's field
    std::string meaning; ///< one sentence, with its full stop
    ParameterValue fallback;
    std::vector<std::string> choices; ///< for a text: the accepted values
    /// For a number; nothing: unbounded.
    std::optional<double> least;
    std::optional<double> most;
    bool aboveLeast = false; ///< `least` itself is excluded
    bool belowMost = false;  ///< `most` itself is excluded
    /// A text that its user writes, a query for instance: any, with an option of its own, which
    /// also takes the name of a file.
    bool written = false;
    bool json = false; ///< a written one is JSON and begins with {; others do not
    /// Goes into the JSON when the work is planned, and then is no part of its identity.
    bool intoJson = false;
    bool ownOption = false; ///< `--name VALUE` besides `--param name=VALUE`
    /// What its user calls the work, on one line: no part of its identity.
    bool label = false;
    static constexpr std::size_t longestLabel = 80;                  ///< bytes
    static constexpr std::size_t longestText = std::size_t(1) << 20; ///< bytes of a written one
};

/// A value that a measure is read against: a line across its chart.
struct MeasureLevel {
    std::string title;   ///< "majority class"
    std::string measure; ///< of the same results, that holds it; empty: the data tell it
    /// Of generated data, by their manifest.
    std::optional<double> (*ofData)(const DatasetManifest& manifest) = nullptr;
};

/// A figure in the kind's results, besides the time and memory that every run has. It has a column
/// in tables, may be among the kind's charts, by its name with dashes, and in remarks beside the
/// verdict.
struct Measure {
    std::string name;   ///< in JSON and tables; two kinds may share one, and then its meaning
    std::string title;  ///< of a column and an axis
    std::string unit;   ///< empty: a share or a count
    bool share = false; ///< 0 to 1, told in per cent
    bool moreIsBetter = true;
    int decimals = 4; ///< in tables
    /// By how much another engine's must be better than the fastest one's before that is told: of
    /// a share the difference, of others the ratio less 1; 0: never.
    double noticed = 0;
    std::vector<MeasureLevel> levels;
    bool aside = false; ///< a table without room leaves it out as it does efficiency
};

/// How evenly the workers shared the work: the busiest one's time ÷ the mean of all. Of kinds that
/// say nothing else, computed from the tasks that an engine reports (host/balance.h).
Measure balanceMeasure();

/// The Python program that does the same job as a run of an engine (analysis/snippet.h).
struct ExampleProgram {
    std::string engine;
    std::string profile;            ///< empty: any
    std::vector<std::string> parts; ///< files in resources/snippets, concatenated
};

/// A workload kind: everything about it in command line, window, plan files, JSON, tables and
/// charts is derived from here.
struct WorkloadType {
    std::string id;        ///< "etl": what it is called wherever it is stored or typed
    std::string title;     ///< noun phrase, lower case: "group-by mean"
    std::string shortName; ///< where room is scarce, within a sentence: "ETL", "learning"
    std::string question;  ///< one sentence: what a result answers
    /// What columns come to, %1 for those of the role of many and %2 for the other one: "Mean of %1
    /// by %2". For a kind that has both roles.
    std::string sentence;
    std::vector<ColumnRole> roles;
    std::vector<Parameter> parameters; ///< the first one distinguishes comparisons of the same data
    std::vector<Measure> measures;
    const ResultForm* form = nullptr;       ///< workloads/result_form.h; nothing: the general one
    const ResultChecker* checker = nullptr; ///< workloads/result_checker.h
    /// Of a kind whose engines serve (workloads/load.h): the host puts them under load.
    const LoadDesign* load = nullptr;
    /// Of a kind whose runs take as long whatever the engine: the seconds by which engines are
    /// compared instead, of a result; nothing when it does not tell. `comparedTime` says what they
    /// are, as a noun phrase.
    std::optional<double> (*secondsOf)(const RunResult& result) = nullptr;
    std::string comparedTime;
    /// Whether it reads a dataset. Work that reads none runs once, beside whatever data a plan has
    /// (data/dataset.h, noData()); its engines get no inputs, and no cache is warmed.
    bool takesData = true;
    /// Whether its jobs are read and compiled by the planner (host/python_tool.h), which refuses
    /// what is wrong with one, and what an engine cannot do of it, before anything starts.
    bool planned = false;
    /// Whether version 1 of the run protocol carries it.
    bool ofFirstProtocol = false;
    /// Ids of charts (charts/chart_spec.h) and measures, in the order of a page.
    std::vector<std::string> charts;
    std::vector<ExampleProgram> programs;
    /// Whether a row with a missing value is left out; otherwise only that value is.
    bool dropsIncompleteRows = false;
    /// Whether it keeps the columns that it has read, and so may have to spill them; false when it
    /// streams.
    bool (*keepsColumns)(const Workload& workload) = nullptr;

    const ColumnRole* findRole(std::string_view name) const;
    const Parameter* findParameter(std::string_view name) const;
    const Measure* findMeasure(std::string_view name) const;
    /// The written parameter that takes `text`, by how it begins; nothing when there is none.
    const Parameter* parameterFor(std::string_view text) const;
};

/// Every kind, sorted by id: one for each folder below core/workloads (its CMakeLists.txt finds
/// them).
std::span<const WorkloadType* const> workloadTypes();
/// Nothing for an unknown id.
const WorkloadType* findWorkloadType(std::string_view id);
/// The workload's type; for an unknown kind, a type without id, roles and parameters.
const WorkloadType& typeOf(const Workload& workload);
/// What its user calls it; of a kind without a label nothing changes. InvalidArgument for a text
/// that no label can be.
Result<void> setLabel(Workload& workload, const std::string& label);
/// What tells it from others of its kind on the same data: its label, else the beginning of its
/// text, else its first parameter and others that are set ("loaded, n 300"); empty without any.
std::string distinctionOf(const Workload& workload);
/// "etl", "query q1": its kind and, where it has one, its label.
std::string nameOf(const Workload& workload);
/// "etl, logreg or query".
std::string workloadNames();

/// "Group-by mean" of "group-by mean": ASCII letters only.
std::string capitalised(std::string phrase);
/// "group-by" of the role group_by, "max-iterations" of the parameter max_iterations.
std::string dashed(std::string_view name);
/// "solver, max-iterations, tolerance"
std::string parameterNames(const WorkloadType& type);
/// "\"lbfgs\", \"sgd\" or \"sgd-averaged\""
std::string quotedChoices(const std::vector<std::string>& choices);
/// Over a column or at an axis: "Latency, ms".
std::string titleOf(const Measure& measure);
/// "97.4 %", "12.3 ms", "4381".
std::string valueText(const Measure& measure, double value);
/// The values that a parameter accepts, as text: "a whole number from 1 to 1000000".
std::string formOf(const Parameter& parameter);
/// As given to `--param`: "streamed", "true", "0.0001".
std::string parameterText(const ParameterValue& value);

} // namespace spillway
