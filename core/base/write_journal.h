#pragma once

#include "base/files.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace spillway {

/// What stands beside a dataset while it is written: "OUT.csv.writing", a line a file. It makes
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
    WriteJournal(WriteJournal&&) = default;
    WriteJournal& operator=(WriteJournal&&) = delete;
    /// Removes the journal, unless finish() was called.
    ~WriteJournal();

    /// `temporary`, which has that inode, is to replace `target`; both lie beside the dataset.
    Result<void> announce(const std::filesystem::path& temporary,
                          const std::filesystem::path& target, std::uint64_t inode);
    /// From here on the dataset is the new one. `obsolete` files go with the old one.
    Result<void> commit(const std::vector<std::filesystem::path>& obsolete);
    /// Puts what is committed in its place. What fails is left for the next one to try.
    Result<void> finish();

private:
    WriteJournal(std::filesystem::path path, UniqueFd fd);
    Result<void> add(const std::string& line);

    std::filesystem::path path_;
    UniqueFd fd_;
};

/// Finishes what a killed writer of `csv` had committed, or removes what it had not. Nothing to do
/// is no error; neither is a writer that lives.
Result<void> settleWrites(const std::filesystem::path& csv);

} // namespace spillway
