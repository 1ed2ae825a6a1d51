#pragma once

#include "native/objectstore/messages.h"
#include "native/objectstore/packet_socket.h"
#include "native/objectstore/segments.h"

#include <map>

namespace spillway {

/// A client's end of its connection with the store: one request at a time.
class StoreConnection {
public:
    explicit StoreConnection(PacketSocket socket) : socket_(std::move(socket)) {}

    /// Memory for a new object, to be written and sealed. Waits for room; MemoryLimit when there is
    /// none.
    Result<boost::interprocess::mapped_region> create(ObjectId id, std::size_t bytes);
    /// Makes the object immutable; the caller has unmapped it.
    Result<void> seal(ObjectId id);
    /// Creates, fills and seals.
    Result<void> put(ObjectId id, std::span<const std::byte> bytes);

    /// An object's bytes, read-only until its release. Waits until it is sealed and in memory.
    /// NotFound when it is lost, MemoryLimit when there is no room to restore it.
    Result<std::span<const std::byte>> get(ObjectId id);
    Result<void> release(ObjectId id);

private:
    struct Mapped {
        boost::interprocess::mapped_region region;
        std::uint64_t touched = 0; ///< pages before this are in the page table
    };
    Result<Packet> ask(std::span<const std::byte> request);
    Result<ObjectPlace> placeIn(const Packet& packet, MessageType expected) const;
    Result<std::span<const std::byte>> view(const ObjectPlace& place, UniqueFd fd);

    PacketSocket socket_;
    std::map<std::uint64_t, Mapped>
        segments_; ///< segments that were read; they stay mapped for the next object
};

} // namespace spillway
