#pragma once

#include <cstdint>

namespace spillway {

enum class ObjectState : std::uint8_t {
    Created,   ///< its creator writes it
    Sealed,    ///< immutable, still being read, but released by the driver
    Pinned,    ///< immutable, and the only copy of what the driver still needs
    Spilling,  ///< the same, while it is written to disk
    Spilled,   ///< on disk only
    Restoring, ///< on disk, being restored
    Restored,  ///< in memory and on disk
    Freed      ///< gone
};

/// The category in which an object's bytes count.
enum class ObjectUse : std::uint8_t { InUse, Pinned, Evictable, OnDisk, None };

/// Life of one object: created → sealed or pinned (⇄ spilling → spilled → restoring → restored) →
/// freed. Two kinds of reference keep it alive: the driver's, and that of each process that has it
/// mapped. It is freed when both are gone. Each member is one event; it returns false, and changes
/// nothing, if the event is not valid in the current state.
class ObjectLife {
public:
    /// With its creator as first user. The driver may have released it before it was created.
    explicit ObjectLife(bool driverNeedsIt) : needed_(driverNeedsIt) {}

    ObjectState state() const { return state_; }
    int users() const { return users_; }
    bool needed() const { return needed_; }
    bool inMemory() const;
    ObjectUse use() const;

    /// The creator is done, and no longer a user.
    bool seal();
    /// The creator is dead.
    bool abandon();
    bool addUser();
    bool removeUser();
    /// The driver no longer needs it.
    bool giveUp();

    bool canSpill() const { return state_ == ObjectState::Pinned && users_ == 0; }
    bool beginSpill();
    bool endSpill(bool written);
    /// Drops the copy in memory and keeps the one on disk, at no cost.
    bool evict();
    bool beginRestore();
    bool endRestore();
    /// The copy on disk cannot be read.
    bool lose();

private:
    void freeIfDone();

    ObjectState state_ = ObjectState::Created;
    int users_ = 1;
    bool needed_;
};

} // namespace spillway
