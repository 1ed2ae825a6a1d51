#include "native/objectstore/packet_socket.h"

#include <sys/socket.h>

#include <cerrno>

namespace spillway {
namespace {

Error connectionEnded()
{
    return makeError(ErrorCode::EngineFailed, "A process of the engine closed its connection.");
}

Error badPacket()
{
    return makeError(ErrorCode::Protocol, "A process of the engine received an invalid packet.");
}

/// Room for the one descriptor of a packet.
union DescriptorRoom {
    char bytes[CMSG_SPACE(sizeof(int))];
    cmsghdr align;
};

void attach(msghdr& message, DescriptorRoom& room, int fd)
{
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
}

UniqueFd detach(msghdr& message)
{
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return {};
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return UniqueFd(fd);
}

ssize_t sendPacket(int socket, std::span<const std::byte> bytes, int passedFd, int flags)
{
    iovec content{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    DescriptorRoom room{};
    if (passedFd >= 0) attach(message, room, passedFd);
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | flags);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

} // namespace

Result<std::pair<PacketSocket, PacketSocket>> PacketSocket::pair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return systemError("Cannot connect the processes of the engine", errno);
    return std::pair(PacketSocket(UniqueFd(ends[0])), PacketSocket(UniqueFd(ends[1])));
}

Result<void> PacketSocket::send(std::span<const std::byte> bytes, int passedFd) const
{
    if (sendPacket(fd_.get(), bytes, passedFd, 0) >= 0) return {};
    if (errno == EPIPE || errno == ECONNRESET) return connectionEnded();
    return systemError("Cannot send to a process of the engine", errno);
}

bool PacketSocket::trySend(std::span<const std::byte> bytes, int passedFd) const
{
    return sendPacket(fd_.get(), bytes, passedFd, MSG_DONTWAIT) >= 0;
}

Result<std::optional<Packet>> PacketSocket::receive(int flags)
{
    buffer_.resize(maxPacket);
    iovec content{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    DescriptorRoom room{};
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    ssize_t size = 0;
    do {
        size = ::recvmsg(fd_.get(), &message, MSG_CMSG_CLOEXEC | flags);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::optional<Packet>();
    if (size < 0 && errno != ECONNRESET)
        return systemError("Cannot receive from a process of the engine", errno);
    if (size <= 0) return connectionEnded();
    UniqueFd passed = detach(message);
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) return badPacket();
    return std::optional<Packet>(
        Packet{std::span<const std::byte>(buffer_).first(static_cast<std::size_t>(size)),
               std::move(passed)});
}

Result<Packet> PacketSocket::receive()
{
    auto packet = receive(0);
    if (!packet) return packet.error();
    return std::move(**packet);
}

Result<std::optional<Packet>> PacketSocket::tryReceive()
{
    return receive(MSG_DONTWAIT);
}

} // namespace spillway
