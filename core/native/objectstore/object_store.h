#pragma once

#include "native/objectstore/messages.h"
#include "native/objectstore/object_life.h"
#include "native/objectstore/segments.h"
#include "native/objectstore/spill_workers.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>

namespace spillway {

using ClientId = std::uint64_t;

/// What the store tells a client. A descriptor goes with Created and Found unless the client has
/// it.
struct StoreReply {
    ClientId client = 0;
    MessageType type = MessageType::Lost;
    ObjectPlace place;
    const Segment* segment = nullptr;
    Error error{}; ///< of NoRoom and Lost
};

/// All objects of a run, and the only allocator of their memory: one thread, no sockets.
///
/// Who creates or restores asks for room. Room is made by giving kept segments and copies of what
/// is on disk back to the system, then by spilling the least recently used objects nobody has
/// mapped, which also begins on its own at 0.8 of the capacity. Who must wait is served first come,
/// first served; when nothing has gone on for two seconds the first in the queue is told that there
/// is no room. What the system refuses (descriptors, memory, the disk) keeps its own error code.
class ObjectStore {
public:
    /// Without a directory nothing spills.
    ObjectStore(Bytes capacity, const std::optional<std::filesystem::path>& spillDirectory);

    void create(ClientId client, ObjectId id, Bytes bytes);
    /// False for an object that this client is not creating.
    bool seal(ClientId client, ObjectId id);
    void get(ClientId client, ObjectId id);
    /// False for an object that this client does not use.
    bool release(ClientId client, ObjectId id);
    /// The driver needs it no longer.
    void free(ObjectId id);
    /// The client is gone: its uses end, what it was creating is lost.
    void disconnect(ClientId client);

    /// -1: nothing spills.
    int diskFd() const { return disk_ ? disk_->readyFd() : -1; }
    void diskReady();
    /// When tick() has something to do; nothing while nobody waits.
    std::optional<Seconds> deadline() const;
    void tick(Seconds now);

    std::vector<StoreReply> takeReplies() { return std::exchange(replies_, {}); }
    std::vector<std::uint64_t> takeGoneSegments() { return segments_.takeGone(); }
    StoreUsage usage() const;

private:
    struct Object {
        explicit Object(bool needed) : life(needed) {}
        ObjectLife life;
        Bytes bytes = 0;
        std::unique_ptr<Segment> segment; ///< its own; none in the arena or on disk
        std::optional<std::uint64_t> arenaOffset;
        SpillRecord record;
        std::uint64_t idleSince = 0; ///< key in idle_, 0: not there
        std::vector<ClientId> waiters;
    };
    using Objects = std::map<ObjectId, Object>;
    /// Someone who waits for room: to create (client is set) or to restore.
    struct Request {
        std::optional<ClientId> client;
        ObjectId id = noObject;
        Bytes bytes = 0;
        Seconds since{};
    };
    struct Client {
        std::map<ObjectId, int> uses;
        std::set<ObjectId> creating;
    };

    void serve();
    bool serveFirst(const Request& request);
    Result<bool> place(Object& object);
    Result<bool> placeSmall(Object& object);
    Result<bool> placeLarge(Object& object);
    bool evictOne();
    void spillSome();
    Bytes held() const;
    void startDisk(ObjectId id, Object& object, bool write);
    void wrote(ObjectId id, Object& object, Result<SpillRecord> record);
    void restored(ObjectId id, Object& object, const Result<SpillRecord>& read);
    void answerWaiters(ObjectId id, Object& object);
    void loseWaiters(Object& object, MessageType type, const Error& error);
    void settle(ObjectId id, Object& object);
    void dropMemory(Object& object);
    void refuse(const Request& request, const Error& error);
    StoreReply reply(ClientId client, MessageType type, const Object& object) const;

    SegmentPool segments_;
    std::unique_ptr<Arena> arena_;
    std::unique_ptr<SpillWorkers> disk_;
    Objects objects_;
    std::map<std::uint64_t, ObjectId> idle_; ///< in memory and unused, least recently used first
    std::uint64_t clock_ = 0;
    std::map<ClientId, Client> clients_;
    std::unordered_set<ObjectId> freedEarly_; ///< given up before their creator asked for room
    std::deque<Request> waiting_;
    std::vector<StoreReply> replies_;
    Seconds progressAt_{};
    int diskJobs_ = 0;
    Bytes spillingBytes_ = 0;
    std::optional<Error> diskTrouble_; ///< why nothing can be spilled any more
    Bytes spilledTotal_ = 0;
    Bytes restoredTotal_ = 0;
};

} // namespace spillway
