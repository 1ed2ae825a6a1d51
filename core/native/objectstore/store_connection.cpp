#include "native/objectstore/store_connection.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace spillway {

namespace ipc = boost::interprocess;

namespace {

/// One call for what would be a page fault for every few pages; only a help.
void touchPages(std::byte* address, std::uint64_t bytes)
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto intoPage = reinterpret_cast<std::uintptr_t>(address) % page;
    ::madvise(address - intoPage, intoPage + bytes, MADV_POPULATE_READ);
}

Result<ipc::mapped_region> mapWhole(int fd)
{
    try {
        return ipc::mapped_region(MappableFd(fd), ipc::read_only);
    } catch (const ipc::interprocess_exception& problem) {
        return systemError("Cannot map the object store's memory", problem.get_native_error());
    }
}

} // namespace

/// The answer to `request`; unsolicited messages from the store are handled on the way.
Result<Packet> StoreConnection::ask(std::span<const std::byte> request)
{
    if (auto sent = socket_.send(request); !sent) return sent.error();
    for (;;) {
        auto packet = socket_.receive();
        if (!packet) return packet;
        ByteReader reader(packet->bytes);
        if (reader.get<MessageType>() != MessageType::Forget) return packet;
        for (const std::uint64_t segment : reader.getAll<std::uint64_t>())
            segments_.erase(segment);
    }
}

Result<ObjectPlace> StoreConnection::placeIn(const Packet& packet, MessageType expected) const
{
    ByteReader reader(packet.bytes);
    const auto type = reader.get<MessageType>();
    if (type == MessageType::NoRoom || type == MessageType::Lost) {
        Error error = getError(reader);
        // Whatever caused the loss, the object can be reconstructed.
        if (type == MessageType::Lost) error.code = ErrorCode::NotFound;
        return error;
    }
    const auto place = reader.get<ObjectPlace>();
    if (type != expected || !reader.complete()) return badMessage();
    return place;
}

Result<ipc::mapped_region> StoreConnection::create(ObjectId id, std::size_t bytes)
{
    ByteWriter writer = message(MessageType::Create);
    writer.put(id);
    writer.put(static_cast<Bytes>(bytes));
    auto packet = ask(writer.bytes());
    if (!packet) return packet.error();
    const auto place = placeIn(*packet, MessageType::Created);
    if (!place) return place.error();
    if (!packet->fd || place->bytes != bytes) return badMessage();
    return mapSegment(packet->fd.get(), place->offset, place->bytes, true);
}

Result<void> StoreConnection::seal(ObjectId id)
{
    return socket_.send(message(MessageType::Seal, id));
}

Result<void> StoreConnection::put(ObjectId id, std::span<const std::byte> bytes)
{
    {
        const auto region = create(id, bytes.size());
        if (!region) return region.error();
        std::memcpy(region->get_address(), bytes.data(), bytes.size());
    }
    return seal(id);
}

Result<std::span<const std::byte>> StoreConnection::get(ObjectId id)
{
    auto packet = ask(message(MessageType::Get, id));
    if (!packet) return packet.error();
    const auto place = placeIn(*packet, MessageType::Found);
    if (!place) return place.error();
    return view(*place, std::move(packet->fd));
}

/// The whole segment is mapped once, so that no view of it ever moves.
Result<std::span<const std::byte>> StoreConnection::view(const ObjectPlace& place, UniqueFd fd)
{
    Mapped& mapped = segments_[place.segment];
    if (fd) {
        auto region = mapWhole(fd.get());
        if (!region) return region.error();
        mapped = {.region = std::move(*region), .touched = 0};
    }
    const std::uint64_t end = place.offset + place.bytes;
    if (mapped.region.get_size() < end) return badMessage();
    auto* const address = static_cast<std::byte*>(mapped.region.get_address()) + place.offset;
    if (mapped.touched < end) {
        touchPages(address, place.bytes);
        mapped.touched = end;
    }
    return std::span<const std::byte>(address, place.bytes);
}

Result<void> StoreConnection::release(ObjectId id)
{
    return socket_.send(message(MessageType::Release, id));
}

} // namespace spillway
