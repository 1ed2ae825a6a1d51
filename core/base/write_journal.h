#pragma once

#include "base/files.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace spillway {

/// What stands beside a dataset while it is written: "OUT.csv.writing", a line a file; beside any
/// other file that is replaced the same under a name of its own, see partial_file.h. It makes
/// replacing several files one step: before commit() is on the disk everything that was written is
/// thrown away, after it every file is put in its place, by the writer or, if that is killed, by
/// whoever opens or generates the dataset next. Files are named with their inode, so that nothing
/// but what was written then is moved or removed. The writer holds a lock on it, which the kernel
/// takes back when the writer dies.
class WriteJournal {
public:
    /// Settles what a dead writer left, then begins. AlreadyExists while another process writes
    /// this dataset or when a file of the user has the journal's name; else as open(2) says.
    static Result<WriteJournal> begin(const std::filesystem::path& csv);
    /// For one file of any kind, under the name "TARGET.<16 digits of number>.writing": any number
    /// of processes may write the same target, and the last one stands. As open(2) and flock(2)
    /// say.
    static Result<WriteJournal> beginUnique(const std::filesystem::path& target,
                                            std::uint64_t number);
    WriteJournal(WriteJournal&&) = default;
    WriteJournal& operator=(WriteJournal&&) = delete;
    /// Removes the journal, unless finish() was called.
    ~WriteJournal();

    /// `temporary`, which has that inode, is to replace `target`; both lie beside the dataset.
    /// Inode 0: it is about to be made, and empty.
    Result<void> announce(const std::filesystem::path& temporary,
                          const std::filesystem::path& target, std::uint64_t inode);
    /// From here on the dataset is the new one. `obsolete` files go with the old one.
    Result<void> commit(const std::vector<std::filesystem::path>& obsolete);
    /// Puts what is committed in its place. What fails is left for the next one to try.
    Result<void> finish();

private:
    WriteJournal(std::filesystem::path path, UniqueFd fd);
    /// The file `path`, new, locked and with its first line. AlreadyExists when somebody else has
    /// it.
    static Result<WriteJournal> make(const std::filesystem::path& path);
    Result<void> add(const std::string& line);

    std::filesystem::path path_;
    UniqueFd fd_;
};

/// Finishes what a killed writer of `csv` had committed, or removes what it had not. Nothing to do
/// is no error; neither is a writer that lives.
Result<void> settleWrites(const std::filesystem::path& csv);

/// Does that for all journals of beginUnique() in a directory whose writers are dead.
void sweepWrites(const std::filesystem::path& directory);

/// "TARGET.<16 digits>.ending" in the same directory; without the target's name when that is so
/// long that nothing can be added. `number` is one that nobody else has: randomNumber().
std::filesystem::path nameBeside(const std::filesystem::path& target, std::uint64_t number,
                                 std::string_view ending);
std::uint64_t randomNumber();

} // namespace spillway
