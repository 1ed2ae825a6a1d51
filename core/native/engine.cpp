#include "native/engine.h"

#include "native/chunked/chunked_engine.h"
#include "native/objectstore/objectstore_engine.h"

namespace spillway {

std::unique_ptr<Engine> makeEngine(std::string_view id, NativeKinds kinds)
{
    if (id == "chunked") return std::make_unique<ChunkedEngine>(kinds);
    if (id == "objectstore") return std::make_unique<ObjectstoreEngine>(kinds);
    return nullptr;
}

} // namespace spillway
