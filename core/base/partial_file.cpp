#include "base/partial_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace spillway {

PartialFile::PartialFile(std::filesystem::path path, UniqueFd fd,
                         std::optional<WriteJournal> journal)
    : journal_(std::move(journal)), path_(std::move(path)), fd_(std::move(fd))
{
}

PartialFile::~PartialFile()
{
    if (fd_ && !path_.empty()) ::unlink(path_.c_str());
}

Result<PartialFile> PartialFile::beside(const std::filesystem::path& target, mode_t mode)
{
    sweepWrites(directoryOf(target));
    for (;;) {
        const std::uint64_t number = randomNumber();
        const auto path = nameBeside(target, number, "partial");
        // A full file system or one without locks is not a reason to refuse here: writing reports
        // the problem.
        std::optional<WriteJournal> journal;
        if (auto begun = WriteJournal::beginUnique(target, number)) {
            journal.emplace(std::move(*begun));
            if (!journal->announce(path, target, 0)) journal.reset();
        }
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
        if (!fd && errno == EEXIST) continue;
        if (!fd) return systemError("Cannot write " + target.string(), errno);
        struct stat status {};
        if (journal && ::fstat(fd.get(), &status) == 0)
            (void)journal->announce(path, target, status.st_ino);
        return PartialFile(path, std::move(fd), std::move(journal));
    }
}

} // namespace spillway
