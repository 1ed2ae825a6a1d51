#pragma once

#include "base/files.h"
#include "native/objectstore/byte_stream.h"

#include <optional>
#include <span>
#include <utility>

namespace spillway {

/// The longest packet: what a Unix socket accepts by default, with room for its bookkeeping.
inline constexpr std::size_t maxPacket = std::size_t(160) << 10;

struct Packet {
    std::span<const std::byte> bytes; ///< valid until the next receive()
    UniqueFd fd;                      ///< passed along with the packet, if any
};

/// One end of a SOCK_SEQPACKET connection between two processes of a run: a packet arrives whole or
/// not at all, with at most one descriptor.
class PacketSocket {
public:
    PacketSocket() = default;
    explicit PacketSocket(UniqueFd fd) : fd_(std::move(fd)) {}

    /// Both ends, closed on exec.
    static Result<std::pair<PacketSocket, PacketSocket>> pair();

    int fd() const { return fd_.get(); }
    explicit operator bool() const { return static_cast<bool>(fd_); }
    void close() { fd_.reset(); }
    UniqueFd release() { return std::move(fd_); }

    /// Waits for room. EngineFailed when the other end is gone.
    Result<void> send(std::span<const std::byte> bytes, int passedFd = -1) const;
    /// Sends unless that would block; returns whether it was sent.
    bool trySend(std::span<const std::byte> bytes, int passedFd = -1) const;
    /// The next packet; waits. EngineFailed at the end of the connection, Protocol for a packet
    /// that is too long or empty.
    Result<Packet> receive();
    /// The same without waiting: nothing when there is no packet yet.
    Result<std::optional<Packet>> tryReceive();

private:
    Result<std::optional<Packet>> receive(int flags);

    UniqueFd fd_;
    ByteBuffer buffer_;
};

} // namespace spillway
