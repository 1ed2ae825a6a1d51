#include "native/objectstore/object_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

constexpr Seconds patience{2};
constexpr Bytes arenaBytes = Bytes(16) << 20;

Error noRoom(std::string message)
{
    return makeError(ErrorCode::MemoryLimit, std::move(message),
                     "Raise the memory limit, or use fewer workers.");
}

Error lost(std::string message)
{
    return makeError(ErrorCode::NotFound, std::move(message));
}

} // namespace

ObjectStore::ObjectStore(Bytes capacity, const std::optional<std::filesystem::path>& spillDirectory)
    : segments_(capacity), progressAt_(monotonicNow())
{
    if (spillDirectory) disk_ = std::make_unique<SpillWorkers>(*spillDirectory);
}

void ObjectStore::create(ClientId client, ObjectId id, Bytes bytes)
{
    const Request request{.client = client, .id = id, .bytes = bytes, .since = monotonicNow()};
    const bool known = objects_.contains(id) ||
                       std::ranges::any_of(waiting_, [&](const auto& w) { return w.id == id; });
    if (bytes <= 0 || known)
        return refuse(request, noRoom("An object was requested in an invalid way."));
    if (SegmentPool::segmentBytes(bytes) > segments_.capacity())
        return refuse(request,
                      noRoom(fmt::format("An object of {} is larger than the whole store of {}.",
                                         formatBytes(bytes), formatBytes(segments_.capacity()))));
    waiting_.push_back(request);
    serve();
}

bool ObjectStore::seal(ClientId client, ObjectId id)
{
    const auto found = objects_.find(id);
    if (found == objects_.end() || clients_[client].creating.erase(id) == 0) return false;
    found->second.life.seal();
    answerWaiters(id, found->second);
    settle(id, found->second);
    serve();
    return true;
}

void ObjectStore::get(ClientId client, ObjectId id)
{
    const auto found = objects_.find(id);
    if (found == objects_.end()) {
        replies_.push_back({.client = client,
                            .type = MessageType::Lost,
                            .error = lost("The object is no longer in the store.")});
        return;
    }
    Object& object = found->second;
    object.waiters.push_back(client);
    answerWaiters(id, object);
    settle(id, object);
    if (object.life.state() == ObjectState::Spilled && object.waiters.size() == 1)
        waiting_.push_back({.id = id, .bytes = object.bytes, .since = monotonicNow()});
    serve();
}

/// Serves clients waiting for an object, if it is available.
void ObjectStore::answerWaiters(ObjectId id, Object& object)
{
    while (!object.waiters.empty() && object.life.addUser()) {
        const ClientId client = object.waiters.front();
        object.waiters.erase(object.waiters.begin());
        ++clients_[client].uses[id];
        replies_.push_back(reply(client, MessageType::Found, object));
    }
}

void ObjectStore::loseWaiters(Object& object, MessageType type, const Error& error)
{
    for (const ClientId client : std::exchange(object.waiters, {}))
        replies_.push_back({.client = client, .type = type, .error = error});
}

bool ObjectStore::release(ClientId client, ObjectId id)
{
    auto& uses = clients_[client].uses;
    const auto use = uses.find(id);
    if (use == uses.end()) return false;
    if (--use->second == 0) uses.erase(use);
    const auto found = objects_.find(id);
    found->second.life.removeUser();
    settle(id, found->second);
    serve();
    return true;
}

void ObjectStore::free(ObjectId id)
{
    const auto found = objects_.find(id);
    if (found == objects_.end()) {
        freedEarly_.insert(id);
        return;
    }
    found->second.life.giveUp();
    settle(id, found->second);
    serve();
}

void ObjectStore::disconnect(ClientId client)
{
    std::erase_if(waiting_, [&](const Request& request) { return request.client == client; });
    for (auto& [id, object] : objects_)
        std::erase(object.waiters, client);
    const Client gone = std::exchange(clients_[client], {});
    clients_.erase(client);
    for (const ObjectId id : gone.creating) {
        Object& object = objects_.at(id);
        object.life.abandon();
        loseWaiters(object, MessageType::Lost, lost("The process that was making an object died."));
        settle(id, object);
    }
    for (const auto& [id, count] : gone.uses) {
        Object& object = objects_.at(id);
        for (int i = 0; i < count; ++i)
            object.life.removeUser();
        settle(id, object);
    }
    serve();
}

/// After every event of an object: does what its new state requires.
void ObjectStore::settle(ObjectId id, Object& object)
{
    const ObjectState state = object.life.state();
    const bool idle = object.life.users() == 0 &&
                      (state == ObjectState::Pinned || state == ObjectState::Restored) &&
                      object.segment;
    if (idle && object.idleSince == 0) {
        object.idleSince = ++clock_;
        idle_.emplace(object.idleSince, id);
        progressAt_ = monotonicNow();
    }
    if (!idle && object.idleSince != 0) idle_.erase(std::exchange(object.idleSince, 0));
    if (state == ObjectState::Spilled || state == ObjectState::Freed) dropMemory(object);
    if (state == ObjectState::Freed) objects_.erase(id);
}

void ObjectStore::dropMemory(Object& object)
{
    if (object.arenaOffset) arena_->free(*std::exchange(object.arenaOffset, {}));
    if (object.segment) segments_.keep(std::move(object.segment));
    progressAt_ = monotonicNow();
}

void ObjectStore::serve()
{
    while (!waiting_.empty() && serveFirst(waiting_.front()))
        waiting_.pop_front();
    spillSome();
}

/// False when the request has to wait.
bool ObjectStore::serveFirst(const Request& request)
{
    if (!request.client) {
        const auto found = objects_.find(request.id);
        const bool wanted = found != objects_.end() && !found->second.waiters.empty() &&
                            found->second.life.state() == ObjectState::Spilled;
        if (!wanted) return true;
        const auto placed = place(found->second);
        if (placed && !*placed) return false;
        if (!placed) {
            loseWaiters(found->second, MessageType::NoRoom, placed.error());
            return true;
        }
        found->second.life.beginRestore();
        startDisk(request.id, found->second, false);
        return true;
    }
    Object object(freedEarly_.erase(request.id) == 0);
    object.bytes = request.bytes;
    const auto placed = place(object);
    if (placed && !*placed) return false;
    if (!placed) {
        refuse(request, placed.error());
        return true;
    }
    replies_.push_back(reply(*request.client, MessageType::Created, object));
    clients_[*request.client].creating.insert(request.id);
    objects_.emplace(request.id, std::move(object));
    return true;
}

Result<bool> ObjectStore::place(Object& object)
{
    if (object.bytes < ownSegmentBytes) {
        auto placed = placeSmall(object);
        if (!placed || *placed) return placed;
    }
    return placeLarge(object);
}

/// False when the arena is full: then a small object gets a segment of its own, too.
Result<bool> ObjectStore::placeSmall(Object& object)
{
    if (!arena_) {
        auto segment = segments_.take(std::min(arenaBytes, segments_.capacity() / 8));
        if (!segment) return segment.error();
        if (!*segment) return false;
        auto arena = Arena::make(std::move(*segment));
        if (!arena) return arena.error();
        arena_ = std::move(*arena);
    }
    object.arenaOffset = arena_->allocate(object.bytes);
    return object.arenaOffset.has_value();
}

Result<bool> ObjectStore::placeLarge(Object& object)
{
    do {
        auto segment = segments_.take(object.bytes);
        if (segment && !*segment) {
            segments_.evictFor(object.bytes);
            segment = segments_.take(object.bytes);
        }
        if (!segment) return segment.error();
        object.segment = std::move(*segment);
    } while (!object.segment && evictOne());
    return object.segment != nullptr;
}

/// Gives up the least recently used copy of what is on disk too.
bool ObjectStore::evictOne()
{
    for (const auto& [since, id] : idle_) {
        Object& object = objects_.at(id);
        if (!object.life.evict()) continue;
        settle(id, object);
        return true;
    }
    return false;
}

/// Memory of objects that cannot be had without writing to disk first.
Bytes ObjectStore::held() const
{
    Bytes copies = 0;
    for (const auto& [since, id] : idle_) {
        const Object& object = objects_.at(id);
        if (object.life.use() == ObjectUse::Evictable) copies += object.segment->bytes();
    }
    return segments_.total() - segments_.kept() - copies - spillingBytes_;
}

void ObjectStore::spillSome()
{
    if (!disk_ || diskTrouble_) return;
    Bytes most = segments_.capacity() / 10 * 8;
    if (!waiting_.empty())
        most = std::min(most,
                        segments_.capacity() - SegmentPool::segmentBytes(waiting_.front().bytes));
    if (segments_.total() - segments_.kept() <= most) return;
    Bytes now = held();
    for (auto it = idle_.begin(); it != idle_.end() && now > most;) {
        const ObjectId id = it->second;
        Object& object = objects_.at(id);
        ++it; // what spills is no longer idle
        if (!object.life.beginSpill()) continue;
        now -= object.segment->bytes();
        spillingBytes_ += object.segment->bytes();
        settle(id, object);
        startDisk(id, object, true);
    }
}

void ObjectStore::startDisk(ObjectId id, Object& object, bool write)
{
    ++diskJobs_;
    const std::uint64_t offset = object.arenaOffset.value_or(0);
    disk_->start({.id = id,
                  .fd = object.segment ? object.segment->fd() : arena_->segment().fd(),
                  .offset = offset,
                  .bytes = object.bytes,
                  .record = write ? nullptr : &object.record});
}

void ObjectStore::diskReady()
{
    for (DiskOutcome& outcome : disk_->takeOutcomes()) {
        --diskJobs_;
        progressAt_ = monotonicNow();
        Object& object = objects_.at(outcome.id);
        if (outcome.wrote)
            wrote(outcome.id, object, std::move(outcome.record));
        else
            restored(outcome.id, object, outcome.record);
    }
    serve();
}

void ObjectStore::wrote(ObjectId id, Object& object, Result<SpillRecord> record)
{
    spillingBytes_ -= object.segment->bytes();
    if (record) {
        object.record = std::move(*record);
        spilledTotal_ += object.bytes;
    } else {
        diskTrouble_ = record.error();
    }
    object.life.endSpill(record.has_value());
    const bool asked = object.life.state() == ObjectState::Spilled && !object.waiters.empty();
    if (asked) waiting_.push_back({.id = id, .bytes = object.bytes, .since = monotonicNow()});
    settle(id, object);
}

void ObjectStore::restored(ObjectId id, Object& object, const Result<SpillRecord>& read)
{
    if (read) {
        restoredTotal_ += object.bytes;
        object.life.endRestore();
        answerWaiters(id, object);
    } else {
        object.life.lose();
        loseWaiters(object, MessageType::Lost, read.error());
    }
    settle(id, object);
}

std::optional<Seconds> ObjectStore::deadline() const
{
    if (waiting_.empty() || diskJobs_ > 0) return {};
    return std::max(progressAt_, waiting_.front().since) + patience;
}

void ObjectStore::tick(Seconds now)
{
    const auto due = deadline();
    if (!due || now < *due) return;
    const Request first = waiting_.front();
    waiting_.pop_front();
    const ObjectStates figures = usage().objects;
    auto error = noRoom(fmt::format(
        "The object store of {} has had no room for {} for two seconds: {} are in use and {} "
        "cannot be spilled{}{}.",
        formatBytes(segments_.capacity()), formatBytes(first.bytes),
        formatBytes(figures.inUse.bytes), formatBytes(figures.pinned.bytes),
        diskTrouble_ ? ": " : "", diskTrouble_ ? diskTrouble_->message : ""));
    // A full disk means no room; other disk errors are reported as they are.
    if (diskTrouble_ && diskTrouble_->code != ErrorCode::NoSpace) {
        error.code = ErrorCode::Io;
        error.remedy = diskTrouble_->remedy;
    }
    if (first.client)
        refuse(first, error);
    else if (const auto found = objects_.find(first.id); found != objects_.end())
        loseWaiters(found->second, MessageType::NoRoom, error);
    progressAt_ = now;
    serve();
}

void ObjectStore::refuse(const Request& request, const Error& error)
{
    replies_.push_back({.client = *request.client, .type = MessageType::NoRoom, .error = error});
}

StoreReply ObjectStore::reply(ClientId client, MessageType type, const Object& object) const
{
    const Segment& segment = object.segment ? *object.segment : arena_->segment();
    return {.client = client,
            .type = type,
            .place = {.segment = segment.id(),
                      .offset = object.arenaOffset.value_or(0),
                      .bytes = static_cast<std::uint64_t>(object.bytes)},
            .segment = &segment};
}

} // namespace spillway
