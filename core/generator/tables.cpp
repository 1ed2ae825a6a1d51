#include "generator/tables.h"

#include "base/files.h"
#include "base/json.h"
#include "base/program.h"
#include "data/file_stamp.h"
#include "data/fingerprint.h"
#include "generator/chunk_pipeline.h"
#include "generator/generation.h"
#include "generator/pending_files.h"
#include "generator/table_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Of the manifest. Rises when the same declaration makes other bytes.
constexpr int tablesVersion = 1;
constexpr std::int64_t sampledRows = 4096;

fs::path fileOf(const fs::path& directory, const std::string& table)
{
    return directory / (table + ".csv");
}

std::vector<fs::path> filesOf(const TableSetSpec& spec, const fs::path& directory)
{
    std::vector<fs::path> files;
    for (const auto& table : spec.tables)
        files.push_back(fileOf(directory, table.name));
    files.push_back(tablesManifestPath(directory));
    return files;
}

std::string hashOf(const TableSetSpec& spec)
{
    ContentHash hash;
    hash.add(spec.declaration);
    return hash.hexadecimal();
}

/// Rows and bytes of all tables, from rows that are spread over each.
GenerateEstimate estimated(const TablePlan& plan)
{
    GenerateEstimate estimate;
    for (std::size_t table = 0; table < plan.tables(); ++table) {
        const std::int64_t rows = plan.rows(table);
        const std::int64_t sampled = std::min(rows, sampledRows);
        std::vector<char> buffer(plan.roomFor(table, 1));
        Bytes bytes = 0;
        for (std::int64_t i = 0; i < sampled; ++i)
            bytes += plan.write(table, rows / sampled * i, 1, buffer.data()) - buffer.data();
        estimate.rows += rows;
        estimate.bytes += static_cast<Bytes>(
            static_cast<double>(bytes) * static_cast<double>(rows) / static_cast<double>(sampled));
    }
    estimate.diskNeeded = estimate.bytes + estimate.bytes / 100 + 65'536;
    return estimate;
}

/// One generation of all tables, one after the other.
class TablesGeneration {
public:
    TablesGeneration(const TableSetSpec& spec, std::shared_ptr<const TablePlan> plan,
                     const fs::path& directory, const GenerateOptions& options,
                     std::int64_t allRows, WriteJournal& journal)
        : spec_(spec),
          plan_(std::move(plan)),
          directory_(directory),
          journal_(journal),
          progress_(options, allRows),
          threads_(threadsOf(options))
    {
    }

    Result<std::vector<GeneratedTable>> run(std::int64_t rows, const std::stop_token& stop)
    {
        for (std::size_t table = 0; table < plan_->tables(); ++table)
            if (auto written = writeTable(table, stop); !written) return written.error();
        if (auto written = writeManifest(rows); !written) return written.error();
        if (stop.stop_requested()) return generationCancelled();
        if (auto committed = commitFiles(files_, {}, journal_); !committed)
            return committed.error();
        return std::move(tables_);
    }

private:
    Result<PendingFile*> open(const fs::path& path)
    {
        auto file = PendingFile::create(path, journal_);
        if (!file) return file.error();
        files_.push_back(std::move(*file));
        return files_.back().get();
    }

    ChunkPipeline::Maker makerOf(std::size_t table) const
    {
        return [plan = plan_, table](const RowRange& rows, std::vector<char>& buffer) {
            const auto room = plan->roomFor(table, rows.end - rows.begin);
            if (buffer.size() < room) buffer.resize(room);
            const char* end = plan->write(table, rows.begin, rows.end - rows.begin, buffer.data());
            return static_cast<std::size_t>(end - buffer.data());
        };
    }

    Result<void> writeTable(std::size_t table, const std::stop_token& stop)
    {
        const auto path = fileOf(directory_, plan_->name(table));
        auto file = open(path);
        if (!file) return file.error();
        if (auto written = (*file)->append(plan_->header(table)); !written) return written;
        const auto rowRoom = static_cast<std::int64_t>(plan_->roomFor(table, 1));
        const auto rows = plan_->rows(table);
        // Not more threads than chunks: small tables are made in the time that starting one takes.
        const auto chunkRows = std::max<std::int64_t>(1, chunkBytes / rowRoom);
        const auto threads =
            static_cast<int>(std::min<std::int64_t>(threads_, (rows + chunkRows - 1) / chunkRows));
        ChunkPipeline chunks({.rows = rows, .chunkRows = chunkRows}, threads,
                             [&](int) { return makerOf(table); });
        if (chunks.refused()) return *chunks.refused();
        while (const auto chunk = chunks.next(stop)) {
            if (auto written = (*file)->append(chunk->text); !written) return written;
            progress_.tell(rowsBefore_ + chunk->rows.end, bytesBefore_ + (*file)->size(),
                           "writing");
            if (stop.stop_requested()) return generationCancelled();
        }
        if (stop.stop_requested()) return generationCancelled();
        if (auto finished = (*file)->finish(); !finished) return finished;
        rowsBefore_ += rows;
        bytesBefore_ += (*file)->size();
        tables_.push_back({plan_->name(table), path, rows, (*file)->size()});
        return {};
    }

    Result<void> writeManifest(std::int64_t rows)
    {
        Json manifest{{"version", tablesVersion},
                      {"generator", "spillway " + std::string(programVersion())},
                      {"suite", spec_.suite},
                      {"rows", rows},
                      {"declaration", hashOf(spec_)},
                      {"tables", Json::array()}};
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            const auto stamp = stampOf(files_[i]->temporary());
            if (!stamp) return stamp.error();
            manifest["tables"].push_back({{"name", tables_[i].name},
                                          {"rows", tables_[i].rows},
                                          {"bytes", tables_[i].bytes},
                                          {"modified_ns", stamp->modifiedNanoseconds}});
        }
        auto file = open(tablesManifestPath(directory_));
        if (!file) return file.error();
        if (auto written = (*file)->append(manifest.dump(1) + "\n"); !written) return written;
        return (*file)->finish();
    }

    const TableSetSpec& spec_;
    std::shared_ptr<const TablePlan> plan_;
    const fs::path& directory_;
    WriteJournal& journal_;
    GenerationProgress progress_;
    int threads_;
    std::int64_t rowsBefore_ = 0; ///< of the tables before
    Bytes bytesBefore_ = 0;
    std::vector<GeneratedTable> tables_;
    std::vector<std::unique_ptr<PendingFile>> files_; ///< of the tables, then the manifest
};

} // namespace

fs::path tablesManifestPath(const fs::path& directory)
{
    return directory / "tables.json";
}

Result<std::vector<GeneratedTable>> generateTables(const TableSetSpec& spec, std::int64_t rows,
                                                   const fs::path& directory,
                                                   const GenerateOptions& options,
                                                   std::stop_token stop)
{
    auto plan = TablePlan::make(spec, rows);
    if (!plan) return plan.error();
    const auto manifest = tablesManifestPath(directory);
    if (auto settled = settleWrites(manifest); !settled) return settled.error();
    if (auto checked = checkFree(filesOf(spec, directory), options.force); !checked)
        return checked.error();
    auto estimate = estimated(**plan);
    const auto free = freeSpaceFor(manifest);
    if (!free) return free.error();
    estimate.diskFree = *free;
    if (auto room = checkRoom(directory, estimate); !room) return room.error();
    auto journal = WriteJournal::begin(manifest);
    if (!journal) return journal.error();
    try {
        auto tables = TablesGeneration(spec, *plan, directory, options, estimate.rows, *journal)
                          .run(rows, stop);
        if (!tables) return explained(tables.error());
        return tables;
    } catch (const std::bad_alloc&) {
        return systemError("Cannot generate " + directory.string(), ENOMEM);
    }
}

std::vector<GeneratedTable> tablesThere(const TableSetSpec& spec, std::int64_t rows,
                                        const fs::path& directory)
{
    const auto path = tablesManifestPath(directory);
    if (!settleWrites(path)) return {};
    const auto text = readFile(path, Bytes(1) << 20);
    const auto manifest = text ? parseJson(*text) : text.error();
    if (!manifest || fieldOr(*manifest, "version", 0) != tablesVersion ||
        fieldOr(*manifest, "declaration", std::string()) != hashOf(spec) ||
        fieldOr<std::int64_t>(*manifest, "rows", 0) != rows)
        return {};
    std::vector<GeneratedTable> tables;
    for (const Json& table : fieldOr(*manifest, "tables", Json::array())) {
        const auto name = fieldOr(table, "name", std::string());
        const auto bytes = fieldOr<Bytes>(table, "bytes", -1);
        const auto stamp = stampOf(fileOf(directory, name));
        if (!stamp || stamp->size != bytes ||
            stamp->modifiedNanoseconds != fieldOr<std::int64_t>(table, "modified_ns", 0))
            return {};
        tables.push_back(
            {name, fileOf(directory, name), fieldOr<std::int64_t>(table, "rows", 0), bytes});
    }
    return tables.size() == spec.tables.size() ? tables : std::vector<GeneratedTable>();
}

} // namespace spillway
