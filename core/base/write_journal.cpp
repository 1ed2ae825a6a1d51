#include "base/write_journal.h"

#include "base/json.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view header = R"({"spillway":"files that are being written"})";
constexpr Bytes mostJournal = Bytes(16) << 20; ///< 10,000 parts take 2 MB

struct Entry {
    std::string temporary; ///< empty: `target` is obsolete
    std::string target;
    std::uint64_t inode = 0;
};

struct Written {
    std::vector<Entry> entries;
    bool committed = false;
};

fs::path journalPath(const fs::path& csv)
{
    return csv.string() + ".writing";
}

bool isInode(const fs::path& path, std::uint64_t inode)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && status.st_ino == inode;
}

/// A file that was made under an announced name and of which nothing else is known.
bool isOurs(const fs::path& path, Bytes largest = std::numeric_limits<Bytes>::max())
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_size <= largest && status.st_uid == ::geteuid() && status.st_nlink == 1;
}

bool isName(const std::string& name)
{
    return !name.empty() && name.find('/') == name.npos && name != "." && name != "..";
}

/// A journal of ours; nothing when it is a file of the user's.
std::optional<Written> parse(std::string_view text)
{
    if (!text.starts_with(header)) return std::nullopt;
    Written written;
    // A line without its end was being written when the writer died.
    for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
        const auto json = parseJson(text.substr(0, end), 4);
        if (!json) return std::nullopt;
        written.committed |= fieldOr(*json, "commit", false);
        Entry entry{.temporary = fieldOr(*json, "temporary", std::string()),
                    .target = fieldOr(*json, "target", std::string()),
                    .inode = fieldOr(*json, "inode", std::uint64_t{0})};
        if (entry.target.empty()) continue;
        if (!isName(entry.target) || (!entry.temporary.empty() && !isName(entry.temporary)))
            return std::nullopt;
        written.entries.push_back(std::move(entry));
    }
    return written;
}

Result<void> settleEntry(const fs::path& directory, const Entry& entry, bool committed)
{
    const fs::path target = directory / entry.target;
    const fs::path temporary = directory / entry.temporary;
    if (entry.temporary.empty()) {
        if (committed && isInode(target, entry.inode)) ::unlink(target.c_str());
        return {};
    }
    // What SQLite has beside a session that it writes; nobody else has a name with our number.
    const fs::path rollback = temporary.string() + "-journal";
    if (!committed && isOurs(rollback)) ::unlink(rollback.c_str());
    if (entry.inode == 0) {
        if (isOurs(temporary, 0)) ::unlink(temporary.c_str());
        return {};
    }
    if (!isInode(temporary, entry.inode)) return {};
    const int failed =
        committed ? ::rename(temporary.c_str(), target.c_str()) : ::unlink(temporary.c_str());
    if (failed == 0) return {};
    auto error = systemError("Cannot finish replacing " + target.string(), errno);
    error.remedy = "The new file is " + temporary.string() + ".";
    return error;
}

/// "NAME.<16 hexadecimal digits>.writing".
bool isUniqueJournal(std::string_view name)
{
    constexpr std::string_view ending = ".writing";
    constexpr std::size_t digits = 16;
    if (!name.ends_with(ending) || name.size() < ending.size() + digits + 1) return false;
    name.remove_suffix(ending.size());
    const auto number = name.substr(name.size() - digits);
    return name[name.size() - digits - 1] == '.' &&
           number.find_first_not_of("0123456789abcdef") == number.npos;
}

enum class Owner { Nobody, DeadWriter, Living, User };

/// Opens and locks the journal of a writer that is dead.
Owner openLeft(const fs::path& path, UniqueFd& fd)
{
    fd = UniqueFd(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!fd) return errno == ENOENT ? Owner::Nobody : Owner::User;
    if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid != ::geteuid() || status.st_nlink > 1)
        return Owner::User;
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        if (errno != EINTR) return Owner::Living;
    // Between open() and flock() its writer may have ended well and removed it.
    return isInode(path, status.st_ino) ? Owner::DeadWriter : Owner::Nobody;
}

Error inTheWay(const fs::path& path, Owner owner)
{
    const bool living = owner == Owner::Living;
    return makeError(
        ErrorCode::AlreadyExists,
        living ? fmt::format("Another Spillway is writing this dataset ({}).", path.string())
               : fmt::format("{} is in the way.", path.string()),
        living ? "Wait for it, or choose another name."
               : "Rename it, or choose another name for the dataset.");
}

/// The journal is opened and locked; its writer is dead.
Result<void> settle(const fs::path& path, int fd)
{
    std::string text(static_cast<std::size_t>(std::max<off_t>(0, ::lseek(fd, 0, SEEK_END))), '\0');
    if (static_cast<Bytes>(text.size()) > mostJournal) return inTheWay(path, Owner::User);
    const auto count = readAt(fd, text, 0);
    if (!count) return count.error();
    text.resize(*count);
    // One that was just made is empty, or holds the beginning of its first line.
    const bool begun = (std::string(header) + '\n').starts_with(text);
    const auto written = begun ? std::optional(Written{}) : parse(text);
    if (!written) return inTheWay(path, Owner::User);
    for (const auto& entry : written->entries)
        if (auto settled = settleEntry(path.parent_path(), entry, written->committed); !settled)
            return settled;
    ::unlink(path.c_str());
    return {};
}

} // namespace

WriteJournal::WriteJournal(fs::path path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd))
{
}

WriteJournal::~WriteJournal()
{
    if (fd_ && !path_.empty()) ::unlink(path_.c_str());
}

Result<WriteJournal> WriteJournal::begin(const fs::path& csv)
{
    const auto path = journalPath(csv);
    UniqueFd left;
    const auto owner = openLeft(path, left);
    if (owner == Owner::Living || owner == Owner::User) return inTheWay(path, owner);
    if (owner == Owner::DeadWriter)
        if (auto settled = settle(path, left.get()); !settled) return settled.error();
    return make(path);
}

Result<WriteJournal> WriteJournal::beginUnique(const fs::path& target, std::uint64_t number)
{
    return make(nameBeside(target, number, "writing"));
}

Result<WriteJournal> WriteJournal::make(const fs::path& path)
{
    UniqueFd fd(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd && errno == EEXIST) return inTheWay(path, Owner::Living);
    if (!fd) return systemError("Cannot write " + path.string(), errno);
    WriteJournal journal(path, std::move(fd));
    while (::flock(journal.fd_.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        journal.path_.clear(); // now belongs to another process
        return systemError("Cannot lock " + path.string(), errno);
    }
    struct stat status {};
    // A sweep may have come between the two and taken it for a dead writer's.
    if (::fstat(journal.fd_.get(), &status) != 0 || !isInode(path, status.st_ino)) {
        journal.path_.clear();
        return systemError("Cannot lock " + path.string(), EAGAIN);
    }
    if (auto added = journal.add(std::string(header)); !added) return added.error();
    return journal;
}

Result<void> WriteJournal::add(const std::string& line)
{
    return writeAll(fd_.get(), line + '\n');
}

Result<void> WriteJournal::announce(const fs::path& temporary, const fs::path& target,
                                    std::uint64_t inode)
{
    return add(toLine({{"temporary", temporary.filename().string()},
                       {"target", target.filename().string()},
                       {"inode", inode}}));
}

Result<void> WriteJournal::commit(const std::vector<fs::path>& obsolete)
{
    for (const auto& path : obsolete) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) continue;
        if (auto added = add(toLine(
                {{"target", path.filename().string()}, {"inode", std::uint64_t{status.st_ino}}}));
            !added)
            return added;
    }
    if (auto added = add(R"({"commit":true})"); !added) return added;
    if (::fsync(fd_.get()) != 0) return systemError("Cannot write " + path_.string(), errno);
    return {};
}

Result<void> WriteJournal::finish()
{
    auto settled = settle(path_, fd_.get());
    path_.clear();
    return settled;
}

void sweepWrites(const fs::path& directory)
{
    std::error_code failed; // what cannot be listed is not swept
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        if (!isUniqueJournal(entry->path().filename().native())) continue;
        UniqueFd left;
        if (openLeft(entry->path(), left) == Owner::DeadWriter)
            (void)settle(entry->path(), left.get());
    }
}

fs::path nameBeside(const fs::path& target, std::uint64_t number, std::string_view ending)
{
    constexpr std::size_t longest = 200; // of 255 that a name may have
    const auto name = target.filename().string();
    return target.parent_path() /
           fmt::format("{}.{:016x}.{}", name.size() > longest ? "" : name, number, ending);
}

std::uint64_t randomNumber()
{
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

Result<void> settleWrites(const fs::path& csv)
{
    const auto path = journalPath(csv);
    UniqueFd left;
    return openLeft(path, left) == Owner::DeadWriter ? settle(path, left.get()) : Result<void>();
}

} // namespace spillway
