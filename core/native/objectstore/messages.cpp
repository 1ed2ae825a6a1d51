#include "native/objectstore/messages.h"

namespace spillway {
namespace {

void put(ByteWriter& writer, const ArgumentPlace& place)
{
    writer.put(place.object);
    writer.putAll(place.bytes);
}

ArgumentPlace getPlace(ByteReader& reader)
{
    ArgumentPlace place;
    place.object = reader.get<ObjectId>();
    place.bytes = reader.getAll<std::byte>();
    return place;
}

} // namespace

Error badMessage()
{
    return makeError(ErrorCode::Protocol, "A process of the engine received an invalid message.");
}

ByteBuffer encode(const TaskMessage& task)
{
    ByteWriter writer = message(MessageType::Run);
    writer.put(task.attempt);
    writer.putText(task.task);
    writer.put(task.input);
    put(writer, task.own);
    put(writer, task.shared);
    return writer.take();
}

Result<TaskMessage> taskFromBytes(std::span<const std::byte> bytes)
{
    ByteReader reader(bytes);
    if (reader.get<MessageType>() != MessageType::Run) return badMessage();
    TaskMessage task;
    task.attempt = reader.get<std::uint64_t>();
    task.task = reader.getText();
    task.input = reader.get<ObjectId>();
    task.own = getPlace(reader);
    task.shared = getPlace(reader);
    if (!reader.complete() || task.task.size() > maxTaskName) return badMessage();
    return task;
}

ByteBuffer encode(const TaskAnswer& answer)
{
    ByteWriter writer = message(MessageType::Done);
    writer.put(answer.attempt);
    writer.put(answer.begin.count());
    writer.put(answer.end.count());
    writer.put(answer.hasOutput);
    writer.put(answer.longResult);
    writer.putAll(answer.result);
    return writer.take();
}

Result<TaskAnswer> answerFromBytes(std::span<const std::byte> bytes)
{
    ByteReader reader(bytes);
    if (reader.get<MessageType>() != MessageType::Done) return badMessage();
    TaskAnswer answer;
    answer.attempt = reader.get<std::uint64_t>();
    answer.begin = Seconds(reader.get<double>());
    answer.end = Seconds(reader.get<double>());
    answer.hasOutput = reader.get<std::uint8_t>() != 0;
    answer.longResult = reader.get<ObjectId>();
    answer.result = reader.getAll<std::byte>();
    if (!reader.complete()) return badMessage();
    return answer;
}

void put(ByteWriter& writer, const Error& error)
{
    writer.put(error.code);
    writer.putText(error.message);
    writer.putText(error.remedy);
}

Error getError(ByteReader& reader)
{
    Error error;
    error.code = reader.get<ErrorCode>();
    error.message = reader.getText();
    error.remedy = reader.getText();
    if (error.code < ErrorCode{} || error.code > ErrorCode::Internal)
        error.code = ErrorCode::Internal;
    return error;
}

ByteBuffer encode(const TaskFailure& failure)
{
    ByteWriter writer = message(MessageType::Failed);
    writer.put(failure.attempt);
    writer.put(failure.lost);
    put(writer, failure.error);
    return writer.take();
}

Result<TaskFailure> failureFromBytes(std::span<const std::byte> bytes)
{
    ByteReader reader(bytes);
    if (reader.get<MessageType>() != MessageType::Failed) return badMessage();
    TaskFailure failure;
    failure.attempt = reader.get<std::uint64_t>();
    failure.lost = reader.get<ObjectId>();
    failure.error = getError(reader);
    if (!reader.complete()) return badMessage();
    return failure;
}

} // namespace spillway
