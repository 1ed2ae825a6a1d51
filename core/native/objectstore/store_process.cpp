#include "native/objectstore/store_process.h"

#include "native/objectstore/object_store.h"
#include "native/objectstore/packet_socket.h"
#include "native/objectstore/run_settings.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

namespace spillway {
namespace {

constexpr Seconds usageInterval{0.05};
/// Limit of one packet; further mappings stay, without pages.
constexpr std::size_t mostForgotten = 10'000;

/// A connection of the store's, and what is known on its other side.
struct StoreClient {
    ClientId id = 0;
    PacketSocket socket;
    std::set<std::uint64_t> readable; ///< segments it has a read-only descriptor of
    std::vector<std::uint64_t> gone;  ///< of these, what it has to be told before the next answer
};

/// Between the sockets and the objects.
class StoreServer {
public:
    StoreServer(int driverFd, const RunSettings& settings)
        : driver_(UniqueFd(driverFd)), store_(settings.storeCapacity, spillDirectory(settings))
    {
    }
    int serve();

private:
    static std::optional<std::filesystem::path> spillDirectory(const RunSettings& settings)
    {
        if (settings.spec.scratch.empty()) return {};
        return settings.spec.scratch;
    }
    std::vector<pollfd> descriptors() const;
    int patience(Seconds now) const;
    bool hearDriver();
    bool hear(StoreClient& client);
    bool obey(StoreClient& client, ByteReader& reader);
    void sendReplies();
    bool dropClosed();
    bool sendReply(StoreClient& client, const StoreReply& reply);
    void tellUsage(Seconds now);
    ByteBuffer usageMessage() const;

    PacketSocket driver_;
    ObjectStore store_;
    std::vector<std::unique_ptr<StoreClient>> clients_;
    ClientId nextClient_ = 1;
    bool changed_ = false; ///< usage may differ from what was told
    Seconds toldAt_{};
};

std::vector<pollfd> StoreServer::descriptors() const
{
    std::vector<pollfd> ready{{.fd = driver_.fd(), .events = POLLIN, .revents = 0},
                              {.fd = store_.diskFd(), .events = POLLIN, .revents = 0}};
    for (const auto& client : clients_)
        ready.push_back({.fd = client->socket.fd(), .events = POLLIN, .revents = 0});
    return ready;
}

/// Milliseconds until the next timed action; −1: none.
int StoreServer::patience(Seconds now) const
{
    std::optional<Seconds> due = store_.deadline();
    if (changed_) due = std::min(due.value_or(Seconds::max()), toldAt_ + usageInterval);
    if (!due) return -1;
    return static_cast<int>(std::ceil(std::max(0.0, (*due - now).count() * 1000)));
}

int StoreServer::serve()
{
    for (;;) {
        auto ready = descriptors();
        if (::poll(ready.data(), ready.size(), patience(monotonicNow())) < 0 && errno != EINTR)
            return 1;
        changed_ |= std::ranges::any_of(ready, [](const pollfd& one) { return one.revents != 0; });
        // Clients first: messages that a dead client still sent count.
        for (std::size_t i = 0; i < clients_.size(); ++i)
            if (ready[i + 2].revents != 0 && !hear(*clients_[i])) clients_[i]->socket.close();
        if (ready[1].revents != 0) store_.diskReady();
        if (ready[0].revents != 0 && !hearDriver()) return 0;
        const Seconds now = monotonicNow();
        store_.tick(now);
        do {
            sendReplies();
        } while (dropClosed());
        if (changed_) tellUsage(now);
    }
}

/// Whether a client was dropped, which may serve others.
bool StoreServer::dropClosed()
{
    const auto closed = std::partition(clients_.begin(), clients_.end(), [](const auto& client) {
        return static_cast<bool>(client->socket);
    });
    const bool any = closed != clients_.end();
    for (auto client = closed; client != clients_.end(); ++client)
        store_.disconnect((*client)->id);
    clients_.erase(closed, clients_.end());
    return any;
}

/// False when the driver is gone or sends an invalid message.
bool StoreServer::hearDriver()
{
    for (;;) {
        auto packet = driver_.tryReceive();
        if (!packet) return false;
        if (!*packet) return true;
        ByteReader reader((*packet)->bytes);
        const auto type = reader.get<MessageType>();
        if (type == MessageType::AddClient && (*packet)->fd && reader.complete()) {
            clients_.push_back(std::make_unique<StoreClient>(StoreClient{
                .id = nextClient_++, .socket = PacketSocket(std::move((*packet)->fd))}));
            continue;
        }
        if (type == MessageType::AskUsage && reader.complete()) {
            const bool told = driver_.trySend(usageMessage()) &&
                              driver_.trySend(message(MessageType::UsageTold).bytes());
            if (!told) return false;
            continue;
        }
        const auto id = reader.get<ObjectId>();
        if (type != MessageType::Free || !reader.complete()) return false;
        store_.free(id);
    }
}

/// False when the client is gone or sends an invalid message, which is treated the same.
bool StoreServer::hear(StoreClient& client)
{
    for (;;) {
        auto packet = client.socket.tryReceive();
        if (!packet) return false;
        if (!*packet) return true;
        ByteReader reader((*packet)->bytes);
        if (!obey(client, reader)) return false;
    }
}

bool StoreServer::obey(StoreClient& client, ByteReader& reader)
{
    const auto type = reader.get<MessageType>();
    const auto id = reader.get<ObjectId>();
    const Bytes bytes = type == MessageType::Create ? reader.get<Bytes>() : 0;
    if (!reader.complete() || id == noObject) return false;
    switch (type) {
    case MessageType::Create:
        store_.create(client.id, id, bytes);
        return true;
    case MessageType::Seal:
        return store_.seal(client.id, id);
    case MessageType::Get:
        store_.get(client.id, id);
        return true;
    case MessageType::Release:
        return store_.release(client.id, id);
    default:
        return false;
    }
}

void StoreServer::sendReplies()
{
    for (const std::uint64_t segment : store_.takeGoneSegments())
        for (const auto& client : clients_)
            if (client->readable.erase(segment) > 0) client->gone.push_back(segment);
    for (const StoreReply& reply : store_.takeReplies())
        for (const auto& client : clients_)
            if (client->id == reply.client && !sendReply(*client, reply)) client->socket.close();
}

/// If a client cannot be answered its connection is closed: it waits for one answer at a time.
bool StoreServer::sendReply(StoreClient& client, const StoreReply& reply)
{
    if (!client.gone.empty()) {
        // One packet, and only to a client that is about to read: nothing accumulates at an idle
        // one.
        ByteWriter forget = message(MessageType::Forget);
        client.gone.resize(std::min(client.gone.size(), mostForgotten));
        forget.putAll(std::exchange(client.gone, {}));
        if (!client.socket.trySend(forget.bytes())) return false;
    }
    ByteWriter writer = message(reply.type);
    if (reply.type == MessageType::NoRoom || reply.type == MessageType::Lost) {
        put(writer, reply.error);
        return client.socket.trySend(writer.bytes());
    }
    writer.put(reply.place);
    if (reply.type == MessageType::Created)
        return client.socket.trySend(writer.bytes(), reply.segment->fd());
    if (!client.readable.insert(reply.place.segment).second)
        return client.socket.trySend(writer.bytes());
    const auto fd = reply.segment->readOnly();
    return fd && client.socket.trySend(writer.bytes(), fd->get());
}

void StoreServer::tellUsage(Seconds now)
{
    if (now - toldAt_ < usageInterval) return;
    toldAt_ = now;
    // One that the driver has no room for is replaced by the next.
    changed_ = !driver_.trySend(usageMessage());
}

ByteBuffer StoreServer::usageMessage() const
{
    ByteWriter writer = message(MessageType::Usage);
    writer.put(store_.usage());
    return writer.take();
}

} // namespace

int runStoreProcess(int driverFd, int specFd)
{
    bindToParent();
    const UniqueFd spec(specFd);
    const auto settings = readSettings(specFd);
    if (!settings) return badStart;
    return StoreServer(driverFd, *settings).serve();
}

} // namespace spillway
