#pragma once

#include "base/files.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace spillway {

/// The journal beside a dataset while it is being written: "OUT.csv.writing", one line per file;
/// for any other file that is replaced, the same under a unique name, see partial_file.h. It makes
/// replacing several files atomic: until commit() is on disk, a crash discards everything that was
/// written; after it, every file is put in its place by the writer or, if that is killed, by
/// whoever opens or generates the dataset next. Files are recorded with their inode, so that only
/// what was written then is moved or removed. The writer holds a lock on the journal, which the
/// kernel releases when the writer dies.
class WriteJournal {
public:
    /// Settles what a dead writer left, then starts a journal. AlreadyExists while another process
    /// writes this dataset or when a file of the user has the journal's name; else as open(2) says.
    static Result<WriteJournal> begin(const std::filesystem::path& csv);
    /// For one file of any kind, under the name "TARGET.<16 digits of number>.writing": any number
    /// of processes may write the same target, and the last one wins. As open(2) and flock(2) say.
    static Result<WriteJournal> beginUnique(const std::filesystem::path& target,
                                            std::uint64_t number);
    WriteJournal(WriteJournal&&) = default;
    WriteJournal& operator=(WriteJournal&&) = delete;
    /// Removes the journal, unless finish() was called.
    ~WriteJournal();

    /// `temporary`, with that inode, will replace `target`; both are beside the dataset. Inode 0:
    /// it is about to be created, and empty.
    Result<void> announce(const std::filesystem::path& temporary,
                          const std::filesystem::path& target, std::uint64_t inode);
    /// From here on the new dataset is valid. `obsolete` files are removed with the old one.
    Result<void> commit(const std::vector<std::filesystem::path>& obsolete);
    /// Moves committed files into place. What fails is left for the next process to retry.
    Result<void> finish();

private:
    WriteJournal(std::filesystem::path path, UniqueFd fd);
    /// Creates the file `path`, locked and with its first line. AlreadyExists when another process
    /// has it.
    static Result<WriteJournal> make(const std::filesystem::path& path);
    Result<void> add(const std::string& line);

    std::filesystem::path path_;
    UniqueFd fd_;
};

/// Finishes what a killed writer of `csv` had committed, or removes what it had not. Having nothing
/// to do is not an error; neither is a live writer.
Result<void> settleWrites(const std::filesystem::path& csv);

/// Does that for all journals of beginUnique() in a directory whose writers are dead.
void sweepWrites(const std::filesystem::path& directory);

/// "TARGET.<16 digits>.ending" in the same directory; without the target's name when that is too
/// long to extend. `number` is unique: randomNumber().
std::filesystem::path nameBeside(const std::filesystem::path& target, std::uint64_t number,
                                 std::string_view ending);
std::uint64_t randomNumber();

} // namespace spillway
