/// scripted_engine lie|fail|hang|grow|spill|round|skip|tasks: speaks the run protocol and then
/// gives a wrong answer, reports an error, waits until it is stopped, appends to its dataset before
/// it answers, fills its scratch directory with 4 MB and waits, finds rounding where the sum of a
/// ledger is 0, or answers a regression that left out a row of a hundred. `tasks` does the tasks of
/// the seed 1, whatever it is asked for.

#include "base/json.h"
#include "protocol/event.h"
#include "protocol/run_spec.h"
#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg_result.h"
#include "workloads/tasks/tasks_oracle.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <string>

using namespace spillway;

namespace {

class Printer : public EventSink {
public:
    void deliver(Event event) override { std::cout << eventLine(event) << std::endl; }
};

EtlResult wrongAnswer(const RunSpec& spec)
{
    EtlResult result;
    result.values = EtlWorkload::of(spec.workload).values;
    result.groups = {{"A", 1, std::vector<double>(result.values.size(), 0.5)}};
    result.groupsCount = 1;
    result.groupsHash = groupsHash(result.groups);
    result.rows = 1;
    result.missing.assign(result.values.size(), 0);
    return result;
}

RunResult doneTasks()
{
    std::vector<std::string> names;
    std::vector<std::int64_t> counts;
    std::vector<std::string> sums;
    for (const auto& part : tasks::partsOf("quick", 1)) {
        names.push_back(part.name);
        counts.push_back(part.tasks);
        sums.push_back(fmt::format("{:016x}", part.checksum));
    }
    RunResult result{.kind = "tasks"};
    result.measures["balance"] = 1.25;
    result.tableRows = static_cast<std::int64_t>(names.size());
    result.table.columns = {{.name = "part", .values = std::move(names)},
                            {.name = "tasks", .values = std::move(counts)},
                            {.name = "checksum", .values = std::move(sums)}};
    result.tableHash = rowsHash(result.table);
    return result;
}

/// Of classes a and b by one feature.
LogregResult oneRowLess()
{
    LogregResult result;
    result.classes = {"a", "b"};
    result.coefficients = {{1.0}};
    result.intercepts = {-1.5};
    result.lossHistory = {0.6};
    result.loss = result.objective = 0.6;
    result.testLoss = 0.6;
    result.trainAccuracy = 0.9;
    result.testAccuracy = 0.9;
    result.majorityAccuracy = 0.5;
    result.iterations = result.dataPasses = 1;
    result.converged = true;
    result.rows = 99;
    result.trainRows = 79;
    return result;
}

} // namespace

int main(int argc, char** argv)
{
    const std::string mode = argc == 2 ? argv[1] : "";
    std::string line;
    std::getline(std::cin, line);
    const auto json = parseJson(line);
    const auto spec = json ? runSpecFromJson(*json) : Result<RunSpec>(json.error());
    if (!spec) return 2;
    Printer out;
    out.send(HelloEvent{"scripted", "1", {}, 0});
    out.send(ReadyEvent{});
    if (!std::getline(std::cin, line)) return 0;
    out.send(PhaseEvent{"load", true});
    if (mode == "spill") std::ofstream(spec->scratch / "part") << std::string(4'000'000, 's');
    if (mode == "hang" || mode == "spill")
        while (std::getline(std::cin, line)) {
        }
    if (mode == "fail") {
        out.send(ErrorEvent{{ErrorCode::EngineFailed, "It broke.", "load", ""}});
        out.send(ByeEvent{});
        return 1;
    }
    if (mode == "grow") std::ofstream(spec->dataset.paths.front(), std::ios::app) << "1,1,1,A\n";
    out.send(PhaseEvent{"load", false});
    out.send(DoneEvent{});
    if (mode == "skip") {
        out.send(ResultEvent{oneRowLess(), {}});
    } else if (mode == "tasks") {
        out.send(ResultEvent{doneTasks(), {}});
    } else {
        auto answer = wrongAnswer(*spec);
        if (mode == "round") {
            answer.groups = {{"ledger", 40, {9.95e-14}}};
            answer.rows = 40;
        }
        out.send(ResultEvent{std::move(answer), {}});
    }
    out.send(ByeEvent{});
}
