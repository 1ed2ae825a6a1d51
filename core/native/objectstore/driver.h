#pragma once

#include "native/objectstore/messages.h"
#include "native/objectstore/run_process.h"
#include "native/objectstore/store_connection.h"
#include "native/run/run_reporter.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace spillway {

struct DriverObject;
class Driver;

/// Reference to an object of the run: the store keeps it while one of these exists.
class ObjectRef {
public:
    ObjectRef() = default;
    ObjectRef(Driver& driver, std::shared_ptr<DriverObject> object);
    ObjectRef(const ObjectRef& other);
    ObjectRef(ObjectRef&& other) noexcept = default;
    ObjectRef& operator=(ObjectRef other) noexcept;
    ~ObjectRef();

    explicit operator bool() const { return object_ != nullptr; }
    const std::shared_ptr<DriverObject>& object() const { return object_; }

private:
    Driver* driver_ = nullptr;
    std::shared_ptr<DriverObject> object_;
};

/// Argument bytes for one task or for many.
struct TaskArgument {
    ByteBuffer bytes;
    std::shared_ptr<DriverObject> object; ///< holds them instead when they are large
};

/// What a task does; also used to reconstruct a lost object.
struct TaskSpec {
    std::string task;         ///< its name among those of its kind of work
    bool makesObject = false; ///< an object of columns, beside its result
    std::shared_ptr<DriverObject> input;
    TaskArgument own;
    TaskArgument shared;
};

/// The driver's record of an object, in the store or not.
struct DriverObject {
    ObjectId id = noObject;           ///< in the store; none: currently not there
    std::optional<TaskSpec> producer; ///< its lineage
    ByteBuffer literal;               ///< content of an object that no task produced
    int holds = 0;                    ///< references and tasks that need it
    int lastUser = -1;                ///< the executor that used it last, and may have it mapped
    int losses = 0;
    bool making = false;
};

/// Outcome of a task.
struct TaskOutcome {
    std::uint64_t ticket = 0;
    Result<ByteBuffer> result = ByteBuffer();
    ObjectRef output;
};

/// Assigns tasks to executors and collects their results. Two tasks are queued at each executor,
/// preferring those whose input it has mapped. An executor that dies is replaced and its task is
/// re-executed, at most three times per task; a lost object is reconstructed from its lineage, also
/// at most three times. Single-threaded.
class Driver {
public:
    Driver(Crew& crew, StoreConnection store, RunReporter& reporter, std::stop_token stop);
    ~Driver();

    TaskArgument argument(ByteBuffer bytes);
    /// Returns the ticket that the outcome will carry.
    std::uint64_t submit(TaskSpec spec);
    /// The next task that ended, in whatever order. Cancelled after a stop; EngineFailed when the
    /// store died.
    Result<TaskOutcome> next();

    /// Waits for the store's final usage figures, which otherwise arrive asynchronously.
    Result<void> askUsage();

    int workers() const { return crew_.workers(); }
    RunReporter& reporter() { return reporter_; }
    const std::stop_token& stop() const { return stop_; }

private:
    friend class ObjectRef;
    struct Pending {
        std::uint64_t ticket = 0; ///< 0: reconstructs a lost object
        TaskSpec spec;
        std::shared_ptr<DriverObject> output;
        std::uint64_t attempt = 0;
        int deaths = 0;
    };
    using PendingPtr = std::unique_ptr<Pending>;
    struct WorkerState {
        std::deque<PendingPtr> tasks; ///< in its connection; the first one is running
    };
    class StopWake;

    void hold(DriverObject& object) { ++object.holds; }
    void letGo(DriverObject& object);
    void forgetInStore(ObjectId id);
    template <class Visit>
    static void eachObject(const TaskSpec& spec, const Visit& visit)
    {
        for (const auto* object : {&spec.input, &spec.own.object, &spec.shared.object})
            if (*object) visit(*object);
    }

    Result<void> dispatch();
    Result<void> makeMissing();
    Result<void> make(const std::shared_ptr<DriverObject>& object);
    PendingPtr pick(int worker);
    static bool isReady(const Pending& task);
    void give(int worker, PendingPtr task);

    Result<void> wait();
    Result<void> hearStore();
    Result<void> noteUsage(std::span<const std::byte> bytes);
    Result<void> hearExecutor(int worker);
    Result<void> obey(int worker, std::span<const std::byte> bytes);
    Result<void> done(int worker, TaskAnswer answer);
    Result<void> failed(int worker, const TaskFailure& failure);
    Result<ByteBuffer> longResult(ObjectId id);
    void finish(PendingPtr task, Result<ByteBuffer> result);
    Result<void> died(int worker);
    PendingPtr takeTask(int worker, std::uint64_t attempt);
    void again(PendingPtr task);
    void dropAttempt(const Pending& task);

    Crew& crew_;
    StoreConnection store_;
    RunReporter& reporter_;
    std::stop_token stop_;
    std::unique_ptr<StopWake> wake_;
    std::vector<WorkerState> states_;
    std::deque<PendingPtr> ready_;
    std::deque<TaskOutcome> outcomes_;
    std::optional<Error> fatal_; ///< an error that no task caused
    std::uint64_t nextTicket_ = 1;
    std::uint64_t nextAttempt_ = 1;
};

} // namespace spillway
