#pragma once

#include "base/error.h"
#include "base/mutex.h"

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
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

/// Of a chunk's room; rows take about half of it.
inline constexpr std::int64_t chunkBytes = 512 << 10;

/// What is divided into chunks: none spans two parts.
struct RowChunks {
    std::int64_t rows = 0;
    int parts = 1;
    std::int64_t chunkRows = 1;
};

/// Makes the text of all rows on several threads and delivers it in order. Chunks of rows wait in a
/// ring of fixed size: whether the threads or the disk are slower, memory stays flat. Threads share
/// only the order of the chunks.
class ChunkPipeline {
public:
    struct Chunk {
        RowRange rows;
        std::string_view text;
    };
    /// Puts the text of these rows at the front of the buffer, which it may enlarge; returns its
    /// size.
    using Maker = std::function<std::size_t(const RowRange& rows, std::vector<char>& buffer)>;

    /// `makerOf` is called once on each thread, 0 … threads − 1.
    ChunkPipeline(const RowChunks& chunks, int threads, std::function<Maker(int thread)> makerOf);
    ~ChunkPipeline();
    ChunkPipeline(const ChunkPipeline&) = delete;
    ChunkPipeline& operator=(const ChunkPipeline&) = delete;

    /// Set if no thread could be started: next() would then wait forever.
    const std::optional<Error>& refused() const { return refused_; }
    /// The next chunk, valid until the next call; nothing at the end or when stopped.
    std::optional<Chunk> next(const std::stop_token& stop);
    /// Waits until no thread makes anything any more.
    void join() { workers_.clear(); }

private:
    /// Whoever has taken a chunk has its slot to himself, until he locks and says that it is ready.
    struct Slot {
        RowRange rows;
        std::vector<char> buffer;
        std::size_t size = 0;
        bool ready = false;
    };

    void work(int thread, const std::stop_token& stop);
    RowRange nextRows() REQUIRES(mutex_);

    RowChunks chunks_;
    std::function<Maker(int)> makerOf_;
    std::vector<Slot> slots_;

    Mutex mutex_;
    std::condition_variable_any changed_;
    std::int64_t nextRow_ GUARDED_BY(mutex_) = 0; ///< first row that no thread has taken
    int nextPart_ GUARDED_BY(mutex_) = 0;         ///< the part it belongs to
    std::uint64_t taken_ GUARDED_BY(mutex_) = 0;  ///< chunks that threads have taken
    std::uint64_t given_ GUARDED_BY(mutex_) = 0;  ///< chunks that next() is done with
    bool holding_ GUARDED_BY(mutex_) = false;     ///< the caller reads chunk given_
    std::exception_ptr failure_ GUARDED_BY(mutex_);
    std::optional<Error> refused_;
    std::vector<std::jthread> workers_;
};

} // namespace spillway
