#pragma once

#include <cstdint>

namespace spillway {

enum class ObjectState : std::uint8_t {
    Created,   ///< its creator writes it
    Sealed,    ///< immutable, still read, but the driver has given it up
    Pinned,    ///< immutable, and the only copy of what the driver still needs
    Spilling,  ///< the same, while it is written to disk
    Spilled,   ///< on disk only
    Restoring, ///< on disk, on its way back
    Restored,  ///< in memory and on disk
    Freed      ///< gone
};

/// Where the bytes of an object count.
enum class ObjectUse : std::uint8_t { InUse, Pinned, Evictable, OnDisk, None };

/// Life of one object: created → sealed or pinned (⇄ spilling → spilled → restoring → restored) →
/// freed. Two kinds of reference keep it: the driver's, and that of each process that has it
/// mapped. It is freed when both are gone. Each member is one event; it returns false, and changes
/// nothing, where the event has no meaning in the state.
class ObjectLife {
public:
    /// With its creator as first user. The driver may have given it up before it was created.
    explicit ObjectLife(bool driverNeedsIt) : needed_(driverNeedsIt) {}

    ObjectState state() const { return state_; }
    int users() const { return users_; }
    bool needed() const { return needed_; }
    bool inMemory() const;
    ObjectUse use() const;

    /// The creator is done, and no user any more.
    bool seal();
    /// The creator is dead.
    bool abandon();
    bool addUser();
    bool removeUser();
    /// The driver needs it no longer.
    bool giveUp();

    bool canSpill() const { return state_ == ObjectState::Pinned && users_ == 0; }
    bool beginSpill();
    bool endSpill(bool written);
    /// Back to the disk's copy alone, at no cost.
    bool evict();
    bool beginRestore();
    bool endRestore();
    /// The disk's copy cannot be read.
    bool lose();

private:
    void freeIfDone();

    ObjectState state_ = ObjectState::Created;
    int users_ = 1;
    bool needed_;
};

} // namespace spillway
