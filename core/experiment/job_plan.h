#pragma once

#include "experiment/plan.h"
#include "host/engine_registry.h"

#include <compare>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

class WarmTools;

/// A step of a job in words, and the columns that come out of it.
struct JobStep {
    std::string place; ///< "step 3"
    std::string text;
    std::vector<std::pair<std::string, std::string>> columns; ///< name and type

    bool operator==(const JobStep&) const = default;
};

/// What an engine makes of a job.
struct JobProgram {
    std::string text; ///< the program that runs, and runs alone
    std::string hash; ///< of the text
    /// The step that the engine cannot do and why, as a sentence.
    std::optional<std::string> refusal;
};

/// An engine that a job is compiled for.
struct JobEngine {
    std::string id;
    std::string profile;
    int workers = 1;
    std::optional<Bytes> memory; ///< for the engine to manage

    auto operator<=>(const JobEngine&) const = default; // NOLINT(modernize-use-nullptr)
};

/// A job that the planner has read.
struct PlannedJob {
    Workload workload; ///< with the job in its canonical form
    std::vector<JobStep> steps;
    std::vector<std::pair<std::string, std::string>> columns; ///< of the result: name and type
    std::map<JobEngine, JobProgram> programs;
};

/// Asks the planner (host/python_tool.h) about one job on one dataset. InvalidArgument with the
/// place and the way out for a job that is wrong; NotFound when the planner is not set up.
Result<PlannedJob> planJob(const EngineRegistry& registry, const Workload& workload,
                           const Dataset& dataset, const std::vector<JobEngine>& engines,
                           std::stop_token stop, WarmTools* warm = nullptr);

/// The jobs of a plan, read and compiled before anything starts.
class JobPlans {
public:
    /// For every dataset and every workload whose kind is planned; the plan's workloads get their
    /// canonical form, so that the same job written differently falls into the same cells.
    /// `warm`: a planner that stays, for many questions.
    static Result<JobPlans> make(Plan& plan, const EngineRegistry& registry, std::stop_token stop,
                                 WarmTools* warm = nullptr);

    /// Nothing for a kind that is not planned.
    const PlannedJob* find(std::size_t dataset, const Workload& workload) const;
    /// Why the engine cannot do it; nothing when it can.
    std::optional<Error> refusal(std::size_t dataset, const Workload& workload,
                                 const EngineManifest& engine, const std::string& profile) const;
    /// The hash of the program that a cell runs, which its adapter has to make again; empty for a
    /// kind that is not planned.
    std::string programHash(std::size_t dataset, const Workload& workload,
                            const EngineManifest& engine, const std::string& profile, int workers,
                            std::optional<Bytes> limit) const;

private:
    std::map<std::pair<std::size_t, std::string>, PlannedJob> jobs_; ///< dataset, workload
};

/// The profile of an engine's runs of this workload: as chosen, else its first for the kind.
std::string profileOf(const EngineChoice& choice, const EngineInfo* engine,
                      const Workload& workload);

} // namespace spillway
