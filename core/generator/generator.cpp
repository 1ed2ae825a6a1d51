#include "generator/generator.h"

#include "base/json.h"
#include "base/program.h"
#include "data/fingerprint.h"
#include "generator/generation.h"
#include "generator/names.h"
#include "generator/pending_files.h"
#include "generator/pipeline.h"
#include "generator/size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <new>
#include <string>
#include <system_error>

namespace spillway {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::unique_ptr<PendingFile>>;

int partCount(const GeneratorSpec& spec)
{
    return spec.split > 1 ? spec.split : 0;
}

/// All files of a dataset in the order in which they take their places: the manifest is last.
std::vector<fs::path> filesOf(const GeneratorSpec& spec, const fs::path& output)
{
    std::vector<fs::path> files{output};
    for (int part = 1; part <= partCount(spec); ++part)
        files.push_back(partPath(output, part, spec.split));
    files.push_back(datasetManifestPath(output));
    return files;
}

/// Parts of the dataset that stands at `output` now: they go with it.
std::vector<fs::path> partsThere(const fs::path& output)
{
    const auto manifest = readDatasetManifest(output);
    if (!manifest) return {};
    auto files = filesOf(manifest->spec, output);
    files.erase(files.begin());
    files.pop_back();
    return files;
}

Result<GenerateEstimate> estimateSized(const GeneratorSpec& spec, const GeneratedSize& size,
                                       const fs::path& output)
{
    const auto free = freeSpaceFor(output);
    if (!free) return free.error();
    return GenerateEstimate{.rows = size.rows,
                            .bytes = size.bytes,
                            .diskNeeded = size.bytes + size.bytes / 500 + bytesBeside(spec, size),
                            .diskFree = *free};
}

/// One generation: what it writes, in the order of writing.
class Generation {
public:
    Generation(const GeneratorSpec& spec, const fs::path& output, std::int64_t rows,
               const GenerateOptions& options, WriteJournal& journal)
        : spec_(spec),
          output_(output),
          journal_(journal),
          rows_(rows),
          teller_(options, rows),
          threads_(threadsOf(options))
    {
    }

    Result<DatasetManifest> run(const std::vector<fs::path>& obsolete, const std::stop_token& stop);

private:
    Result<void> openMain();
    Result<void> appendMain(std::string_view text);
    Result<void> writeRows(const std::stop_token& stop);
    Result<void> writePart(const RowPipeline::Chunk& chunk);
    Result<DatasetManifest> describe() const;
    Result<void> writeManifest(const DatasetManifest& manifest);

    const GeneratorSpec& spec_;
    const fs::path& output_;
    WriteJournal& journal_;
    std::int64_t rows_;
    GenerationProgress teller_;
    int threads_;
    RowTally tally_;
    ContentHash hash_; ///< of the main file
    Files files_;      ///< main, parts, manifest
};

Result<DatasetManifest> Generation::run(const std::vector<fs::path>& obsolete,
                                        const std::stop_token& stop)
{
    if (auto opened = openMain(); !opened) return opened.error();
    if (auto written = writeRows(stop); !written) return written.error();
    teller_.tell(rows_, files_.front()->size(), "finishing");
    if (auto finished = files_.front()->finish(); !finished) return finished.error();
    auto manifest = describe();
    if (!manifest) return manifest.error();
    if (auto written = writeManifest(*manifest); !written) return written.error();
    if (stop.stop_requested()) return generationCancelled();
    if (auto committed = commitFiles(files_, obsolete, journal_); !committed)
        return committed.error();
    return manifest;
}

Result<void> Generation::openMain()
{
    auto file = PendingFile::create(output_, journal_);
    if (!file) return file.error();
    files_.push_back(std::move(*file));
    return appendMain(headerRow(spec_.features));
}

/// Hashing on the way is some 10 GB/s, where reading the file again would take as long as writing.
Result<void> Generation::appendMain(std::string_view text)
{
    hash_.add(text);
    return files_.front()->append(text);
}

Result<void> Generation::writeRows(const std::stop_token& stop)
{
    RowPipeline pipeline(spec_, rows_, threads_);
    if (pipeline.refused()) return *pipeline.refused();
    const PendingFile& main = *files_.front();
    while (const auto chunk = pipeline.next(stop)) {
        if (auto written = appendMain(chunk->text); !written) return written.error();
        if (auto written = writePart(*chunk); !written) return written.error();
        teller_.tell(chunk->rows.end, main.size(), "writing");
        if (stop.stop_requested()) return generationCancelled();
    }
    if (stop.stop_requested()) return generationCancelled();
    tally_ = pipeline.tally();
    return {};
}

Result<void> Generation::writePart(const RowPipeline::Chunk& chunk)
{
    if (partCount(spec_) == 0) return {};
    const auto part = static_cast<int>(files_.size()) - 1; // of the chunk before, from 1
    if (part == 0 || chunk.rows.begin == partRows(rows_, part - 1, spec_.split).end) {
        auto file = PendingFile::create(partPath(output_, part + 1, spec_.split), journal_);
        if (!file) return file.error();
        files_.push_back(std::move(*file));
        if (auto written = files_.back()->append(headerRow(spec_.features)); !written)
            return written;
    }
    if (auto written = files_.back()->append(chunk.text); !written) return written;
    const auto now = static_cast<int>(files_.size()) - 2;
    if (chunk.rows.end < partRows(rows_, now, spec_.split).end) return {};
    return files_.back()->finish();
}

Result<DatasetManifest> Generation::describe() const
{
    const PendingFile& main = *files_.front();
    const auto fingerprint = sampledFingerprint({main.temporary()});
    if (!fingerprint) return fingerprint.error();
    const auto stamp = stampOf(main.temporary());
    if (!stamp) return stamp.error();
    DatasetManifest manifest{.generator = "spillway " + std::string(programVersion()),
                             .spec = spec_,
                             .rows = rows_,
                             .bytes = main.size(),
                             .fingerprint = *fingerprint,
                             .contentHash = hash_.hexadecimal(),
                             .modifiedNanoseconds = stamp->modifiedNanoseconds,
                             .groups = groupTruths(tally_, spec_.features)};
    for (int feature = 0; feature < spec_.features; ++feature)
        manifest.features.push_back(featureName(feature));
    for (int part = 1; part <= partCount(spec_); ++part)
        manifest.parts.push_back(partPath(output_, part, spec_.split).filename().string());
    if (spec_.signal <= 0) return manifest;
    manifest.trueAccuracy = static_cast<double>(tally_.hits) / static_cast<double>(rows_);
    const auto weights = signalWeights(spec_);
    for (auto row = weights.begin(); row != weights.end(); row += spec_.features)
        manifest.trueWeights.emplace_back(row, row + spec_.features);
    return manifest;
}

Result<void> Generation::writeManifest(const DatasetManifest& manifest)
{
    auto file = PendingFile::create(datasetManifestPath(output_), journal_);
    if (!file) return file.error();
    files_.push_back(std::move(*file));
    const std::string text = toJson(manifest).dump(1, ' ', false, Json::error_handler_t::replace);
    if (auto written = files_.back()->append(text + "\n"); !written) return written;
    return files_.back()->finish();
}

} // namespace

Result<GenerateEstimate> estimateGeneration(const GeneratorSpec& spec, const fs::path& output)
{
    const auto size = generatedSize(spec);
    if (!size) return size.error();
    return estimateSized(spec, *size, output);
}

Result<DatasetManifest> generate(const GeneratorSpec& spec, const fs::path& output,
                                 const GenerateOptions& options, std::stop_token stop)
{
    if (!output.has_filename())
        return invalidArgument(fmt::format("\"{}\" is not a file name.", output.string()));
    const auto size = generatedSize(spec);
    if (!size) return size.error();
    if (auto settled = settleWrites(output); !settled) return settled.error();
    if (auto checked = checkFree(filesOf(spec, output), options.force); !checked)
        return checked.error();
    const auto estimate = estimateSized(spec, *size, output);
    if (!estimate) return estimate.error();
    if (auto room = checkRoom(output, *estimate); !room) return room.error();
    auto journal = WriteJournal::begin(output);
    if (!journal) return journal.error();
    try {
        auto manifest =
            Generation(spec, output, size->rows, options, *journal).run(partsThere(output), stop);
        if (!manifest) return explained(manifest.error());
        return manifest;
    } catch (const std::bad_alloc&) {
        return systemError("Cannot generate " + output.string(), ENOMEM);
    }
}

std::string generateRows(const GeneratorSpec& spec, std::int64_t first, std::int64_t count)
{
    RowMaker maker(spec);
    RowTally unused;
    std::string rows;
    std::vector<char> buffer(RowMaker::roomFor(256, spec.features));
    for (const std::int64_t end = first + count; first < end; first += 256) {
        const char* stop =
            maker.write(first, std::min<std::int64_t>(256, end - first), buffer.data(), unused);
        rows.append(buffer.data(), static_cast<std::size_t>(stop - buffer.data()));
    }
    return rows;
}

} // namespace spillway
