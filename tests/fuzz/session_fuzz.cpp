// A session file may come from anybody. The first byte tells which reader gets the rest: the file
// as SQLite reads it, or a record as it lies in one of its rows.

#include "base/json.h"
#include "memory_file.h"

#include "protocol/environment.h"
#include "protocol/sample.h"
#include "session/session_store.h"

using namespace spillway;

namespace {

void readFile(fuzz::Input content)
{
    const fuzz::MemoryFile file(content);
    const auto store = SessionStore::openReadOnly(file.path());
    if (!store) return;
    (void)store->datasets();
    (void)store->plans();
    (void)store->environments();
    (void)store->notes();
    const auto runs = store->runs();
    if (!runs) return;
    for (const auto& run : *runs) {
        (void)store->trace(run.id);
        (void)store->environmentOf(run.id);
    }
}

void readRecord(fuzz::Input content)
{
    const auto json = parseJson(fuzz::text(content));
    if (!json) return;
    (void)environmentFromJson(*json);
    const auto record = fullRecordFromJson(*json);
    if (!record) return;
    const auto again = fullRecordFromJson(toFullJson(*record));
    fuzz::require(again.has_value());
    fuzz::require(toLine(toFullJson(*again)) == toLine(toFullJson(*record)));
    (void)toJson(*record);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const fuzz::Input rest(data + 1, size - 1);
    if (data[0] & 1)
        readFile(rest);
    else
        readRecord(rest);
    return 0;
}
