#include "data/dataset_manifest.h"
#include "workloads/logreg/logreg.h"
#include "workloads/logreg/logreg_check.h"
#include "workloads/logreg/logreg_result.h"
#include "workloads/workload_type.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 3> solverNames{"lbfgs", "sgd", "sgd-averaged"};

LogregWorkload::Solver solverNamed(std::string_view name)
{
    const auto found = std::ranges::find(solverNames, name);
    if (found == solverNames.end()) return LogregWorkload::Solver::Lbfgs;
    return static_cast<LogregWorkload::Solver>(found - solverNames.begin());
}

template <class T>
T valueOf(const Workload& workload, std::string_view name, T fallback)
{
    const auto value = parameterOf(workload, name);
    const auto* found = std::get_if<T>(&value);
    return found ? *found : fallback;
}

std::vector<Parameter> parameters()
{
    const LogregWorkload usual;
    return {{.name = "solver",
             .title = "Solver",
             .meaning = "How it is fitted.",
             .fallback = std::string(solverNames.front()),
             .choices = {solverNames.begin(), solverNames.end()}},
            {.name = "max_iterations",
             .title = "Iterations",
             .meaning = "Iterations of L-BFGS, or epochs of SGD.",
             .fallback = std::int64_t(usual.maxIterations),
             .least = 1,
             .most = 1e6},
            {.name = "tolerance",
             .title = "Tolerance",
             .meaning = "The fit ends when the largest component of the gradient is below it.",
             .fallback = usual.tolerance,
             .least = 0},
            {.name = "c",
             .title = "C",
             .meaning = "Inverse strength of the penalty: a larger value penalises less.",
             .fallback = usual.c,
             .least = 0,
             .aboveLeast = true},
            {.name = "standardise",
             .title = "Standardise",
             .meaning = "Whether features are first scaled to mean 0 and deviation 1.",
             .fallback = usual.standardise},
            {.name = "test_fraction",
             .title = "Test fraction",
             .meaning = "Share of the rows that accuracy is measured on; 0 is no split.",
             .fallback = usual.testFraction,
             .least = 0,
             .most = 1,
             .belowMost = true}};
}

/// Time matters little if the model is worse: told from one percentage point on.
Measure accuracy()
{
    return {.name = "accuracy",
            .title = "Accuracy",
            .unit = {},
            .share = true,
            .noticed = 0.01,
            .levels = {
                {.title = "majority class", .measure = "majority_accuracy"},
                {.title = "true weights",
                 .measure = {},
                 .ofData = [](const DatasetManifest& manifest) { return manifest.trueAccuracy; }}}};
}

} // namespace

LogregWorkload::operator Workload() const
{
    Workload workload{.kind = std::string(kind)};
    if (!label.empty()) workload.columns["label"] = {label};
    if (!features.empty()) workload.columns["features"] = features;
    const LogregWorkload usual;
    const auto keep = [&](const char* name, auto value, auto fallback) {
        if (value != fallback) workload.parameters[name] = value;
    };
    if (solver != usual.solver)
        workload.parameters["solver"] =
            std::string(solverNames.at(static_cast<std::size_t>(solver)));
    keep("max_iterations", std::int64_t(maxIterations), std::int64_t(usual.maxIterations));
    keep("tolerance", tolerance, usual.tolerance);
    keep("c", c, usual.c);
    keep("standardise", standardise, usual.standardise);
    keep("test_fraction", testFraction, usual.testFraction);
    return workload;
}

LogregWorkload LogregWorkload::of(const Workload& workload)
{
    LogregWorkload logreg;
    if (auto label = columnsFor(workload, "label"); !label.empty())
        logreg.label = std::move(label.front());
    logreg.features = columnsFor(workload, "features");
    logreg.solver = solverNamed(valueOf(workload, "solver", std::string(solverNames.front())));
    logreg.maxIterations =
        static_cast<int>(valueOf(workload, "max_iterations", std::int64_t(logreg.maxIterations)));
    logreg.tolerance = valueOf(workload, "tolerance", logreg.tolerance);
    logreg.c = valueOf(workload, "c", logreg.c);
    logreg.standardise = valueOf(workload, "standardise", logreg.standardise);
    logreg.testFraction = valueOf(workload, "test_fraction", logreg.testFraction);
    return logreg;
}

namespace logreg {

const WorkloadType& type()
{
    static const WorkloadType self{
        .id = std::string(LogregWorkload::kind),
        .title = "logistic regression",
        .shortName = "learning",
        .question = "A multinomial model that predicts the class of a row from its features.",
        .sentence = "%2 predicted from %1",
        .roles = {{.name = "label", .title = "label column", .meaning = "column with the classes"},
                  {.name = "features",
                   .title = "feature column",
                   .meaning = "numeric columns to learn from",
                   .many = true}},
        .parameters = parameters(),
        .measures = {accuracy(), balanceMeasure()},
        .form = &logregForm(),
        .checker = &logregChecker(),
        .ofFirstProtocol = true,
        .charts = {"peak-memory", "accuracy", "runtime", "balance", "trade-off"},
        .programs = {{"pandas", "", {"csv_options", "logreg/pandas"}},
                     {"dask",
                      "tuned",
                      {"dask_client", "csv_ranges", "logreg/softmax", "logreg/dask_tuned"}},
                     {"dask", "naive", {"dask_client", "csv_options", "logreg/dask_ml"}},
                     {"dask", "one-vs-rest", {"dask_client", "csv_options", "logreg/dask_ml"}},
                     {"ray",
                      "tuned",
                      {"ray_start", "csv_ranges", "logreg/softmax", "logreg/ray_tuned"}},
                     {"ray", "naive", {"ray_start", "ray_csv", "logreg/ray_naive"}},
                     {"pyspark", "", {"spark_csv", "logreg/pyspark"}}},
        .dropsIncompleteRows = true,
        .keepsColumns = [](const Workload&) { return true; }};
    return self;
}

} // namespace logreg
} // namespace spillway
