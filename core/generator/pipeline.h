#pragma once

#include "base/mutex.h"
#include "generator/rows.h"

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

namespace spillway {

/// Rows [begin, end) of part `part`; equal parts differ by at most one row.
struct RowRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};
RowRange partRows(std::int64_t rows, int part, int parts);

/// Generates all rows on several threads and delivers them in order. Chunks of rows wait in a ring
/// of fixed size: whether the threads or the disk are slower, memory stays flat. No chunk spans two
/// parts. Threads share only the order of the chunks.
class RowPipeline {
public:
    struct Chunk {
        RowRange rows;
        std::string_view text;
    };

    RowPipeline(const GeneratorSpec& spec, std::int64_t rows, int threads);
    ~RowPipeline();
    RowPipeline(const RowPipeline&) = delete;
    RowPipeline& operator=(const RowPipeline&) = delete;

    /// Set if no thread could be started: next() would then wait forever.
    const std::optional<Error>& refused() const { return refused_; }
    /// The next chunk, valid until the next call; nothing at the end or when stopped.
    std::optional<Chunk> next(const std::stop_token& stop);
    /// Once next() has delivered everything: the counts of all threads together.
    RowTally tally();

private:
    /// Whoever has taken a chunk has its slot to himself, until he locks and says that it is ready.
    struct Slot {
        RowRange rows;
        std::vector<char> buffer;
        std::size_t size = 0;
        bool ready = false;
    };

    void work(const std::stop_token& stop);
    RowRange nextRows() REQUIRES(mutex_);

    GeneratorSpec spec_;
    std::int64_t rows_;
    int parts_;
    std::int64_t chunkRows_;
    std::vector<Slot> slots_;

    Mutex mutex_;
    std::condition_variable_any changed_;
    std::int64_t nextRow_ GUARDED_BY(mutex_) = 0; ///< first row that no thread has taken
    int nextPart_ GUARDED_BY(mutex_) = 0;         ///< the part it belongs to
    std::uint64_t taken_ GUARDED_BY(mutex_) = 0;  ///< chunks that threads have taken
    std::uint64_t given_ GUARDED_BY(mutex_) = 0;  ///< chunks that next() is done with
    bool holding_ GUARDED_BY(mutex_) = false;     ///< the caller reads chunk given_
    std::exception_ptr failure_ GUARDED_BY(mutex_);
    RowTally tally_ GUARDED_BY(mutex_);
    std::optional<Error> refused_;
    std::vector<std::jthread> workers_;
};

} // namespace spillway
