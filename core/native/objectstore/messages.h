#pragma once

#include "native/objectstore/byte_stream.h"
#include "protocol/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spillway {

/// Identifies an object in the store; never reused, so that an object begun by a dead executor is
/// never mistaken for its successor's. Assigned by the driver.
using ObjectId = std::uint64_t;
inline constexpr ObjectId noObject = 0;

/// At most this much is inlined in a packet; longer data go through the store.
inline constexpr std::size_t inlineBytes = std::size_t(100) << 10;
/// The same for a task's arguments: two tasks are queued in an executor's connection.
inline constexpr std::size_t inlineArguments = std::size_t(32) << 10;

/// The first byte of every packet, by sender and receiver:
enum class MessageType : std::uint8_t {
    // executor or driver to store, each on a connection of its own
    Create = 1, ///< id, bytes: answered by Created (with a descriptor, or Known) or NoRoom
    Seal,       ///< id: it will not change again
    Get,        ///< id: answered by Found or Lost, once it is sealed and in memory
    Release,    ///< id: the client no longer uses it
    // driver to store
    AddClient, ///< with the store's end of a new connection
    Free,      ///< id: nobody will request it again
    AskUsage,  ///< answered by Usage and UsageTold
    // store to executor or driver
    Created,   ///< where to write
    Found,     ///< where to read
    NoRoom,    ///< error: no progress for two seconds, or the system refuses memory
    Lost,      ///< error: it is gone and cannot be restored
    Forget,    ///< segments: their memory was freed; unmap them
    Usage,     ///< store to driver: StoreUsage
    UsageTold, ///< sent after the answer to AskUsage
    // driver to executor
    Run, ///< a task
    // executor to driver
    Hello, ///< ready to work
    Done,  ///< task, begin, end, result
    Failed ///< task, error, the lost object if that is the cause
};

/// Location of an object in a shared-memory segment.
struct ObjectPlace {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};

/// Usage figures that the store reports to the driver.
struct StoreUsage {
    ObjectStates objects;
    Bytes spilledTotal = 0;
    Bytes restoredTotal = 0;
};

inline ByteWriter message(MessageType type)
{
    ByteWriter writer;
    writer.put(type);
    return writer;
}

inline ByteBuffer message(MessageType type, std::uint64_t id)
{
    ByteWriter writer = message(type);
    writer.put(id);
    return writer.take();
}

/// The bytes of an argument, or the object that holds them.
struct ArgumentPlace {
    ObjectId object = noObject;
    ByteBuffer bytes;
};

/// Of a task, as its kind of work names it: "scan", "gradient".
inline constexpr std::size_t maxTaskName = 64;

/// A task as it is sent to an executor.
struct TaskMessage {
    std::uint64_t attempt = 0; ///< its number; names its objects too
    std::string task;          ///< at most maxTaskName bytes
    ObjectId input = noObject;
    ArgumentPlace own;    ///< of this task, or of all tasks of a pass
    ArgumentPlace shared; ///< of all passes

    /// What the task may create: its output, and a result too long for a packet.
    ObjectId output() const { return attempt * 2; }
    ObjectId longResult() const { return attempt * 2 + 1; }
};
ByteBuffer encode(const TaskMessage& task);
/// Protocol error on anything else.
Result<TaskMessage> taskFromBytes(std::span<const std::byte> bytes);

/// What an executor answers.
struct TaskAnswer {
    std::uint64_t attempt = 0;
    Seconds begin{};
    Seconds end{};
    bool hasOutput = false;
    ObjectId longResult = noObject; ///< holds the result when it is too long for a packet
    ByteBuffer result;
};
ByteBuffer encode(const TaskAnswer& answer);
Result<TaskAnswer> answerFromBytes(std::span<const std::byte> bytes);

struct TaskFailure {
    std::uint64_t attempt = 0;
    ObjectId lost = noObject; ///< the lost object that caused the failure
    Error error;
};
ByteBuffer encode(const TaskFailure& failure);
Result<TaskFailure> failureFromBytes(std::span<const std::byte> bytes);

/// The error for an invalid packet.
Error badMessage();

/// An Error in a packet: code, message and remedy.
void put(ByteWriter& writer, const Error& error);
/// Internal for an unknown code.
Error getError(ByteReader& reader);

} // namespace spillway
