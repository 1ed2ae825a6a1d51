#include "native/objectstore/driver.h"

#include "native/objectstore/driver_wake.h"

#include <poll.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace spillway {
namespace {

constexpr int mostRepeats = 3;

} // namespace

Result<void> Driver::wait()
{
    std::vector<pollfd> ready{{.fd = wake_->fd(), .events = POLLIN, .revents = 0},
                              {.fd = crew_.store().fd(), .events = POLLIN, .revents = 0}};
    for (int worker = 0; worker < crew_.workers(); ++worker)
        ready.push_back({.fd = crew_.executor(worker).socket.fd(), .events = POLLIN, .revents = 0});
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR)
        return systemError("Cannot wait for the executors", errno);
    if (ready[1].revents != 0)
        if (auto heard = hearStore(); !heard) return heard;
    for (int worker = 0; worker < crew_.workers(); ++worker)
        if (ready[static_cast<std::size_t>(worker) + 2].revents != 0)
            if (auto heard = hearExecutor(worker); !heard) return heard;
    return {};
}

Result<void> Driver::hearStore()
{
    for (;;) {
        const auto packet = crew_.store().tryReceive();
        if (!packet) return crew_.storeDied();
        if (!*packet) return {};
        if (auto noted = noteUsage((*packet)->bytes); !noted) return noted;
    }
}

Result<void> Driver::noteUsage(std::span<const std::byte> bytes)
{
    ByteReader reader(bytes);
    const auto type = reader.get<MessageType>();
    const auto usage = reader.get<StoreUsage>();
    if (type != MessageType::Usage || !reader.complete()) return badMessage();
    reporter_.setObjects(usage.objects);
    reporter_.setSpill(usage.spilledTotal, usage.restoredTotal);
    return {};
}

Result<void> Driver::askUsage()
{
    auto& store = crew_.store();
    if (auto sent = store.send(message(MessageType::AskUsage).bytes()); !sent) return sent;
    for (;;) {
        const auto packet = store.receive();
        if (!packet) return packet.error();
        const bool answer = ByteReader(packet->bytes).get<MessageType>() == MessageType::UsageTold;
        if (answer) return {};
        if (auto noted = noteUsage(packet->bytes); !noted) return noted;
    }
}

Result<void> Driver::hearExecutor(int worker)
{
    for (;;) {
        const auto packet = crew_.executor(worker).socket.tryReceive();
        if (!packet) return died(worker);
        if (!*packet) return {};
        auto obeyed = obey(worker, (*packet)->bytes);
        if (obeyed) continue;
        if (obeyed.error().code != ErrorCode::Protocol) return obeyed;
        // A process that sends invalid messages is treated as dead.
        crew_.executor(worker).process.kill();
        return died(worker);
    }
}

Result<void> Driver::obey(int worker, std::span<const std::byte> bytes)
{
    switch (ByteReader(bytes).get<MessageType>()) {
    case MessageType::Hello:
        return {}; // of one that replaced another
    case MessageType::Done: {
        auto answer = answerFromBytes(bytes);
        if (!answer) return answer.error();
        return done(worker, std::move(*answer));
    }
    case MessageType::Failed: {
        const auto failure = failureFromBytes(bytes);
        if (!failure) return failure.error();
        return failed(worker, *failure);
    }
    default:
        return badMessage();
    }
}

Driver::PendingPtr Driver::takeTask(int worker, std::uint64_t attempt)
{
    auto& tasks = states_[static_cast<std::size_t>(worker)].tasks;
    if (tasks.empty() || tasks.front()->attempt != attempt) return nullptr;
    auto task = std::move(tasks.front());
    tasks.pop_front();
    return task;
}

Result<void> Driver::done(int worker, TaskAnswer answer)
{
    auto task = takeTask(worker, answer.attempt);
    if (!task || answer.hasOutput != (task->output != nullptr)) return badMessage();
    reporter_.taskEnded(
        {.worker = worker, .kind = task->spec.task, .begin = answer.begin, .end = answer.end});
    if (task->output) {
        task->output->id = 2 * task->attempt;
        task->output->lastUser = worker;
        task->output->making = false;
    }
    if (answer.longResult == noObject) {
        finish(std::move(task), std::move(answer.result));
        return {};
    }
    auto result = longResult(answer.longResult);
    if (!result && result.error().code == ErrorCode::EngineFailed) return result.error();
    finish(std::move(task), std::move(result));
    return {};
}

Result<ByteBuffer> Driver::longResult(ObjectId id)
{
    const auto bytes = store_.get(id);
    if (!bytes) return bytes.error();
    ByteBuffer copy(bytes->begin(), bytes->end());
    if (auto released = store_.release(id); !released) return released.error();
    forgetInStore(id);
    return copy;
}

void Driver::finish(PendingPtr task, Result<ByteBuffer> result)
{
    if (task->ticket != 0)
        outcomes_.push_back({.ticket = task->ticket,
                             .result = std::move(result),
                             .output = ObjectRef(*this, task->output)});
    else if (!result)
        fatal_ = result.error();
    eachObject(task->spec, [&](const auto& object) { letGo(*object); });
    if (task->output) letGo(*task->output);
}

/// Objects that this attempt may have put into the store belong to nobody.
void Driver::dropAttempt(const Pending& task)
{
    forgetInStore(2 * task.attempt);
    forgetInStore(2 * task.attempt + 1);
}

void Driver::again(PendingPtr task)
{
    reporter_.addReExecuted();
    ready_.push_front(std::move(task));
}

Result<void> Driver::failed(int worker, const TaskFailure& failure)
{
    auto task = takeTask(worker, failure.attempt);
    if (!task) return badMessage();
    dropAttempt(*task);
    if (failure.lost == noObject) {
        finish(std::move(task), failure.error);
        return {};
    }
    bool tooOften = false;
    eachObject(task->spec, [&](const auto& object) {
        if (object->id != failure.lost) return;
        forgetInStore(std::exchange(object->id, noObject));
        tooOften = ++object->losses > mostRepeats;
    });
    if (tooOften) {
        Error error = failure.error;
        error.code = ErrorCode::Corrupt;
        finish(std::move(task), std::move(error));
        return {};
    }
    reporter_.warn(fmt::format("A lost object is reconstructed: {}", failure.error.message));
    again(std::move(task));
    return {};
}

Result<void> Driver::died(int worker)
{
    if (crew_.storeGone()) return crew_.storeDied();
    const std::string cause = crew_.executor(worker).process.end();
    reporter_.warn(
        fmt::format("Executor {} died: {}. Its task is executed again.", worker + 1, cause));
    auto tasks = std::exchange(states_[static_cast<std::size_t>(worker)].tasks, {});
    if (auto replaced = crew_.replace(worker); !replaced) return replaced;
    // From last to first, each pushed to the front; only the first was running.
    while (!tasks.empty()) {
        const bool running = tasks.size() == 1;
        auto task = std::move(tasks.back());
        tasks.pop_back();
        dropAttempt(*task);
        if (!running) {
            ready_.push_front(std::move(task));
            continue;
        }
        if (++task->deaths <= mostRepeats) {
            again(std::move(task));
            continue;
        }
        finish(std::move(task),
               makeError(ErrorCode::EngineFailed,
                         fmt::format("A task killed its executor {} times, the last time by {}.",
                                     mostRepeats + 1, cause)));
    }
    return {};
}

} // namespace spillway
