#pragma once

#include "native/objectstore/byte_stream.h"
#include "protocol/event.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spillway {

/// Names an object in the store; never used twice, so that what a dead executor began is never
/// mistaken for what its successor makes. The driver hands them out.
using ObjectId = std::uint64_t;
inline constexpr ObjectId noObject = 0;

/// At most this much travels inside a packet; what is longer goes through the store.
inline constexpr std::size_t inlineBytes = std::size_t(100) << 10;
/// Of a task's arguments: two tasks wait in an executor's connection.
inline constexpr std::size_t inlineArguments = std::size_t(32) << 10;

/// The first byte of every packet. Who says what to whom:
enum class MessageType : std::uint8_t {
    // executor or driver to store, each on a connection of its own
    Create = 1, ///< id, bytes: answered by Created (with a descriptor, or Known) or NoRoom
    Seal,       ///< id: it will not change any more
    Get,        ///< id: answered by Found or Lost, once it is sealed and in memory
    Release,    ///< id: the one who asked for it does not use it any more
    // driver to store
    AddClient, ///< with the store's end of a new connection
    Free,      ///< id: nothing will ask for it again
    AskUsage,  ///< answered by Usage and UsageTold
    // store to executor or driver
    Created,   ///< where to write
    Found,     ///< where to read
    NoRoom,    ///< error: nothing went on for two seconds, or the system refuses memory
    Lost,      ///< error: it is not there and will not come back
    Forget,    ///< segments: their memory is gone; unmap them
    Usage,     ///< store to driver: StoreUsage
    UsageTold, ///< the answer to AskUsage came before this
    // driver to executor
    Run, ///< a task
    // executor to driver
    Hello, ///< ready to work
    Done,  ///< task, begin, end, result
    Failed ///< task, error, the object that is lost if that is the reason
};

/// Where an object lies in a segment of shared memory.
struct ObjectPlace {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};

/// What the store tells the driver of itself.
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

/// What an executor can do. docs/engines.md describes each.
enum class TaskKind : std::uint8_t {
    ScanSums,     ///< blocks -> a GroupSums a block
    LoadColumns,  ///< blocks -> an object of columns
    Aggregate,    ///< columns -> a GroupSums a block
    LoadLabelled, ///< blocks -> an object of labelled columns, and facts a block
    Gradient,     ///< labelled columns, parameters, form -> SoftmaxSums a block
    Descend,      ///< labelled columns, a chain, form -> the chain
    Score         ///< labelled columns, parameters, form -> a BlockScore a block
};
inline constexpr TaskKind lastTaskKind = TaskKind::Score;
/// As the task stream names it.
std::string_view name(TaskKind kind);

/// A task as it is sent to an executor.
struct TaskMessage {
    std::uint64_t attempt = 0; ///< its number; names its objects too
    TaskKind kind = TaskKind::ScanSums;
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
    ObjectId lost = noObject; ///< the object whose loss is the reason
    Error error;
};
ByteBuffer encode(const TaskFailure& failure);
Result<TaskFailure> failureFromBytes(std::span<const std::byte> bytes);

/// What is wrong when a packet is not what it should be.
Error badMessage();

/// An Error in a packet: code, message and remedy.
void put(ByteWriter& writer, const Error& error);
/// Internal for a code that there is none of.
Error getError(ByteReader& reader);

} // namespace spillway
