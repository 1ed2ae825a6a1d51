#include "native/objectstore/driver.h"

#include "native/objectstore/driver_wake.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t queueDepth = 2;

Error stopped()
{
    return makeError(ErrorCode::Cancelled, "The run was stopped.");
}

} // namespace

ObjectRef::ObjectRef(Driver& driver, std::shared_ptr<DriverObject> object)
    : driver_(&driver), object_(std::move(object))
{
    if (object_) driver_->hold(*object_);
}

ObjectRef::ObjectRef(const ObjectRef& other) : driver_(other.driver_), object_(other.object_)
{
    if (object_) driver_->hold(*object_);
}

ObjectRef& ObjectRef::operator=(ObjectRef other) noexcept
{
    std::swap(driver_, other.driver_);
    std::swap(object_, other.object_);
    return *this;
}

ObjectRef::~ObjectRef()
{
    if (object_) driver_->letGo(*object_);
}

Driver::Driver(Crew& crew, StoreConnection store, RunReporter& reporter, std::stop_token stop)
    : crew_(crew),
      store_(std::move(store)),
      reporter_(reporter),
      stop_(std::move(stop)),
      wake_(std::make_unique<StopWake>(stop_)),
      states_(static_cast<std::size_t>(crew.workers()))
{
    reporter_.setObjects({});
}

Driver::~Driver() = default;

void Driver::letGo(DriverObject& object)
{
    if (--object.holds == 0 && object.id != noObject)
        forgetInStore(std::exchange(object.id, noObject));
}

/// A dead store is noticed when the driver reads from it.
void Driver::forgetInStore(ObjectId id)
{
    static_cast<void>(crew_.store().send(message(MessageType::Free, id)));
}

TaskArgument Driver::argument(ByteBuffer bytes)
{
    if (bytes.size() <= inlineArguments) return {.bytes = std::move(bytes), .object = nullptr};
    auto object = std::make_shared<DriverObject>();
    object->literal = std::move(bytes);
    return {.bytes = {}, .object = std::move(object)};
}

std::uint64_t Driver::submit(TaskSpec spec)
{
    auto task = std::make_unique<Pending>();
    task->ticket = nextTicket_++;
    if (spec.makesObject) {
        task->output = std::make_shared<DriverObject>();
        task->output->producer = spec;
        task->output->making = true;
        hold(*task->output);
    }
    task->spec = std::move(spec);
    eachObject(task->spec, [&](const auto& object) { hold(*object); });
    const std::uint64_t ticket = task->ticket;
    ready_.push_back(std::move(task));
    return ticket;
}

Result<TaskOutcome> Driver::next()
{
    for (;;) {
        if (stop_.stop_requested()) return stopped();
        if (auto ok = dispatch(); !ok) return ok.error();
        if (fatal_) return *fatal_;
        if (!outcomes_.empty()) break;
        if (auto ok = wait(); !ok) return ok.error();
    }
    TaskOutcome outcome = std::move(outcomes_.front());
    outcomes_.pop_front();
    return outcome;
}

Result<void> Driver::dispatch()
{
    if (auto ok = makeMissing(); !ok) return ok;
    // All get a first task before any gets a second; the last tasks of a pass do not queue up.
    for (std::size_t depth = 1; depth <= queueDepth; ++depth)
        for (int worker = 0; worker < crew_.workers(); ++worker) {
            if (depth > 1 && ready_.size() < states_.size()) break;
            if (states_[static_cast<std::size_t>(worker)].tasks.size() >= depth) continue;
            if (auto task = pick(worker)) give(worker, std::move(task));
        }
    reporter_.setQueued(static_cast<std::int64_t>(ready_.size()));
    return {};
}

/// Objects that tasks need and no task is producing: literals are put into the store and lost
/// objects reconstructed, before the tasks that need them.
Result<void> Driver::makeMissing()
{
    std::vector<std::shared_ptr<DriverObject>> missing;
    do {
        missing.clear();
        for (const auto& task : ready_)
            eachObject(task->spec, [&](const auto& object) {
                if (object->id == noObject && !object->making) missing.push_back(object);
            });
        for (const auto& object : missing)
            if (auto ok = make(object); !ok) return ok;
    } while (!missing.empty());
    return {};
}

Result<void> Driver::make(const std::shared_ptr<DriverObject>& object)
{
    if (object->id != noObject || object->making) return {};
    if (!object->producer) {
        const ObjectId id = 2 * nextAttempt_++;
        if (auto put = store_.put(id, object->literal); !put) return put;
        object->id = id;
        return {};
    }
    auto task = std::make_unique<Pending>();
    task->spec = *object->producer;
    task->output = object;
    object->making = true;
    hold(*object);
    eachObject(task->spec, [&](const auto& input) { hold(*input); });
    ready_.push_front(std::move(task));
    return {};
}

bool Driver::isReady(const Pending& task)
{
    bool all = true;
    eachObject(task.spec, [&](const auto& object) { all = all && object->id != noObject; });
    return all;
}

/// The first task whose objects are all there; better one whose input this executor has mapped.
Driver::PendingPtr Driver::pick(int worker)
{
    const auto mapped = [&](const PendingPtr& task) {
        return !task->spec.input || task->spec.input->lastUser == worker;
    };
    auto best = std::ranges::find_if(
        ready_, [&](const PendingPtr& task) { return isReady(*task) && mapped(task); });
    if (best == ready_.end())
        best = std::ranges::find_if(ready_, [](const PendingPtr& task) { return isReady(*task); });
    if (best == ready_.end()) return nullptr;
    auto task = std::move(*best);
    ready_.erase(best);
    return task;
}

void Driver::give(int worker, PendingPtr task)
{
    task->attempt = nextAttempt_++;
    TaskMessage message{.attempt = task->attempt, .task = task->spec.task};
    if (const auto& input = task->spec.input) {
        message.input = input->id;
        input->lastUser = worker;
    }
    const auto fill = [](ArgumentPlace& place, const TaskArgument& argument) {
        if (argument.object)
            place.object = argument.object->id;
        else
            place.bytes = argument.bytes;
    };
    fill(message.own, task->spec.own);
    fill(message.shared, task->spec.shared);
    // A dead executor is noticed when the driver reads from it.
    static_cast<void>(crew_.executor(worker).socket.send(encode(message)));
    states_[static_cast<std::size_t>(worker)].tasks.push_back(std::move(task));
}

} // namespace spillway
