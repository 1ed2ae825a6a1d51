#include "native/objectstore/object_store.h"

namespace spillway {

StoreUsage ObjectStore::usage() const
{
    StoreUsage usage{.objects = {}, .spilledTotal = spilledTotal_, .restoredTotal = restoredTotal_};
    ObjectStates& states = usage.objects;
    states.evictable.bytes = segments_.kept();
    const auto count = [](ObjectAmount& amount, Bytes bytes) {
        ++amount.objects;
        amount.bytes += bytes;
    };
    for (const auto& [id, object] : objects_) {
        const Bytes memory = object.segment ? object.segment->bytes() : object.bytes;
        switch (object.life.use()) {
        case ObjectUse::InUse:
            count(states.inUse, memory);
            break;
        case ObjectUse::Pinned:
            count(states.pinned, memory);
            break;
        case ObjectUse::Evictable:
            count(states.evictable, memory);
            break;
        case ObjectUse::OnDisk:
            count(states.spilled, object.bytes);
            break;
        case ObjectUse::None:
            break;
        }
    }
    return usage;
}

} // namespace spillway
