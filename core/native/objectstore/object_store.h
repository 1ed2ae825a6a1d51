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

/// The store's reply to a client. Created and Found carry a descriptor unless the client has it
/// already.
struct StoreReply {
    ClientId client = 0;
    MessageType type = MessageType::Lost;
    ObjectPlace place;
    const Segment* segment = nullptr;
    Error error{}; ///< of NoRoom and Lost
};

/// All objects of a run, and the only allocator of their memory: one thread, no sockets.
///
/// Creating and restoring need room. Room is made by returning kept segments and copies of spilled
/// objects to the system, then by spilling the least recently used objects that nobody has mapped,
/// which also starts on its own at 0.8 of the capacity. Requests that must wait are served first
/// come, first served; after two seconds without progress the first in the queue gets NoRoom.
/// Errors from the system (descriptors, memory, the disk) keep their own code.
class ObjectStore {
public:
    /// Without a directory nothing is spilled.
    ObjectStore(Bytes capacity, const std::optional<std::filesystem::path>& spillDirectory);

    void create(ClientId client, ObjectId id, Bytes bytes);
    /// False for an object that this client is not creating.
    bool seal(ClientId client, ObjectId id);
    void get(ClientId client, ObjectId id);
    /// False for an object that this client does not use.
    bool release(ClientId client, ObjectId id);
    /// The driver needs it no longer.
    void free(ObjectId id);
    /// The client is gone: its references are dropped, objects that it was creating are lost.
    void disconnect(ClientId client);

    /// -1: nothing is spilled.
    int diskFd() const { return disk_ ? disk_->readyFd() : -1; }
    void diskReady();
    /// When tick() has to be called next; nothing while nobody waits.
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
    /// A request waiting for room: to create (client is set) or to restore.
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
    std::unordered_set<ObjectId> freedEarly_; ///< released before their creator requested room
    std::deque<Request> waiting_;
    std::vector<StoreReply> replies_;
    Seconds progressAt_{};
    int diskJobs_ = 0;
    Bytes spillingBytes_ = 0;
    std::optional<Error> diskTrouble_; ///< why nothing can be spilled anymore
    Bytes spilledTotal_ = 0;
    Bytes restoredTotal_ = 0;
};

} // namespace spillway
