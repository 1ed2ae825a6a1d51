#include "native/objectstore/object_life.h"

namespace spillway {

bool ObjectLife::inMemory() const
{
    return state_ != ObjectState::Spilled && state_ != ObjectState::Freed;
}

ObjectUse ObjectLife::use() const
{
    switch (state_) {
    case ObjectState::Created:
    case ObjectState::Sealed:
    case ObjectState::Restoring:
        return ObjectUse::InUse;
    case ObjectState::Pinned:
    case ObjectState::Spilling:
        return users_ > 0 ? ObjectUse::InUse : ObjectUse::Pinned;
    case ObjectState::Restored:
        return users_ > 0 ? ObjectUse::InUse : ObjectUse::Evictable;
    case ObjectState::Spilled:
        return ObjectUse::OnDisk;
    case ObjectState::Freed:
        return ObjectUse::None;
    }
    return ObjectUse::None;
}

/// Its memory must stay while it is being written or read.
void ObjectLife::freeIfDone()
{
    const bool busy = state_ == ObjectState::Created || state_ == ObjectState::Spilling ||
                      state_ == ObjectState::Restoring;
    if (needed_ || users_ > 0 || busy) return;
    state_ = ObjectState::Freed;
}

bool ObjectLife::seal()
{
    if (state_ != ObjectState::Created) return false;
    --users_;
    state_ = needed_ ? ObjectState::Pinned : ObjectState::Sealed;
    freeIfDone();
    return true;
}

bool ObjectLife::abandon()
{
    if (state_ != ObjectState::Created) return false;
    users_ = 0;
    state_ = ObjectState::Freed;
    return true;
}

bool ObjectLife::addUser()
{
    switch (state_) {
    case ObjectState::Sealed:
    case ObjectState::Pinned:
    case ObjectState::Spilling:
    case ObjectState::Restored:
        ++users_;
        return true;
    default:
        return false;
    }
}

bool ObjectLife::removeUser()
{
    if (users_ == 0 || state_ == ObjectState::Created) return false;
    --users_;
    freeIfDone();
    return true;
}

bool ObjectLife::giveUp()
{
    if (!needed_ || state_ == ObjectState::Freed) return false;
    needed_ = false;
    if (state_ == ObjectState::Pinned) state_ = ObjectState::Sealed;
    freeIfDone();
    return true;
}

bool ObjectLife::beginSpill()
{
    if (!canSpill()) return false;
    state_ = ObjectState::Spilling;
    return true;
}

bool ObjectLife::endSpill(bool written)
{
    if (state_ != ObjectState::Spilling) return false;
    if (!written)
        state_ = needed_ ? ObjectState::Pinned : ObjectState::Sealed;
    else
        state_ = users_ > 0 ? ObjectState::Restored : ObjectState::Spilled;
    freeIfDone();
    return true;
}

bool ObjectLife::evict()
{
    if (state_ != ObjectState::Restored || users_ > 0) return false;
    state_ = ObjectState::Spilled;
    return true;
}

bool ObjectLife::beginRestore()
{
    if (state_ != ObjectState::Spilled) return false;
    state_ = ObjectState::Restoring;
    return true;
}

bool ObjectLife::endRestore()
{
    if (state_ != ObjectState::Restoring) return false;
    state_ = ObjectState::Restored;
    freeIfDone();
    return true;
}

bool ObjectLife::lose()
{
    if (state_ != ObjectState::Restoring) return false;
    users_ = 0;
    state_ = ObjectState::Freed;
    return true;
}

} // namespace spillway
