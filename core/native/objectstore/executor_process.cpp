#include "native/objectstore/executor_process.h"

#include "native/objectstore/executor_tasks.h"

#include <new>

namespace spillway {
namespace {

Result<TaskAnswer> guarded(ExecutorTasks& tasks, const TaskMessage& task)
{
    try {
        return tasks.run(task);
    } catch (const std::bad_alloc&) {
        return makeError(ErrorCode::OutOfMemory, "The system has no memory left for this run.",
                         "Use fewer workers or a machine with more memory.");
    }
}

/// False when the driver is gone or sends an invalid message.
bool serveTask(PacketSocket& driver, ExecutorTasks& tasks)
{
    const auto packet = driver.receive();
    if (!packet) return false;
    const auto task = taskFromBytes(packet->bytes);
    if (!task) return false;
    const Seconds begin = monotonicNow();
    auto answer = guarded(tasks, *task);
    if (!answer && answer.error().code == ErrorCode::EngineFailed) return false; // no store
    if (!answer)
        return driver
            .send(encode(TaskFailure{
                .attempt = task->attempt, .lost = tasks.lost(), .error = answer.error()}))
            .has_value();
    answer->begin = begin;
    answer->end = monotonicNow();
    return driver.send(encode(*answer)).has_value();
}

} // namespace

int runExecutorProcess(NativeKinds kinds, int driverFd, int storeFd, int specFd)
{
    bindToParent();
    PacketSocket driver{UniqueFd(driverFd)};
    PacketSocket store{UniqueFd(storeFd)};
    const UniqueFd spec(specFd);
    const auto settings = readSettings(specFd);
    if (!settings) return badStart;
    auto tasks = ExecutorTasks::make(kinds, *settings, StoreConnection(std::move(store)));
    if (!tasks) return badStart;
    if (!driver.send(message(MessageType::Hello).bytes())) return badStart;
    while (serveTask(driver, **tasks)) {
    }
    return 0;
}

} // namespace spillway
