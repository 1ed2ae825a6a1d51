#pragma once

#include "base/progress.h"
#include "data/file_stamp.h"

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// Incremental XXH3-128, as 32 hexadecimal digits.
class ContentHash {
public:
    ContentHash();
    ~ContentHash();
    ContentHash(ContentHash&&) noexcept;
    ContentHash& operator=(ContentHash&&) noexcept;

    void add(std::span<const char> data);
    std::string hexadecimal() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Identity of a dataset's content, fast even for 100 GB: XXH3-128 over, for each file, its size
/// and 64 blocks of 64 KiB at evenly spaced offsets (all of it when smaller), as 32 hexadecimal
/// digits. Files in order; names and times do not matter.
Result<std::string> sampledFingerprint(const std::vector<std::filesystem::path>& paths);

/// Covers every byte of every file, and so distinguishes data that the samples do not.
struct FullFingerprint {
    std::string fingerprint; ///< XXH3-128 over, for each file, its size and its bytes
    std::string content; ///< ContentHash of the bytes alone: known to the writer, see manifest.h
};
Result<FullFingerprint> fullFingerprint(const std::vector<std::filesystem::path>& paths,
                                        std::stop_token stop, const ByteProgress& progress = {});

/// XXH3-128 over the stamps of a dataset's files, in order: files with the same one need not be
/// read again.
std::string stampFingerprint(const std::vector<FileStamp>& stamps);
/// The same of the stamps that the files have now. DataUnreadable.
Result<std::string> stampsFingerprint(const std::vector<std::filesystem::path>& paths);

} // namespace spillway
