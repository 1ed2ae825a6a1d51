#include "measure/shared_memory.h"

#include "base/directory_handle.h"
#include "base/files.h"
#include "measure/mounts.h"
#include "measure/proc_text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <tuple>

namespace spillway {
namespace {

constexpr unsigned kWanted = STATX_TYPE | STATX_NLINK | STATX_INO | STATX_BLOCKS | STATX_BTIME;

/// The parts of a line of maps or the head line of an smaps entry: range, permissions, offset,
/// device, inode, path (proc(5)).
struct Mapping {
    std::string_view range;
    bool sharedWritable = false;
    dev_t device = 0;
    ino_t inode = 0;
    bool systemV = false;
    bool deleted = false;

    /// Anonymous memory has the device 0:0. The inode tells nothing: it is 0 for the first System V
    /// segment.
    bool ofFile() const { return device != 0; }
};

Mapping parseMapping(std::string_view line)
{
    std::array<std::string_view, 5> fields;
    std::string_view rest = line;
    for (auto& part : fields) {
        const auto end = std::min(rest.find(' '), rest.size());
        part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto inode = leadingNumber<std::uint64_t>(fields[4]);
    if (!inode || fields[1].size() < 4 || fields[3].find(':') == std::string_view::npos) return {};
    const auto colon = fields[3].find(':');
    unsigned majorNumber = 0;
    unsigned minorNumber = 0;
    std::from_chars(fields[3].data(), fields[3].data() + colon, majorNumber, 16);
    std::from_chars(fields[3].data() + colon + 1, fields[3].data() + fields[3].size(), minorNumber,
                    16);
    return {.range = fields[0],
            .sharedWritable = fields[1][1] == 'w' && fields[1][3] == 's',
            .device = makedev(majorNumber, minorNumber),
            .inode = *inode,
            .systemV = trimmed(rest).starts_with("/SYSV"),
            .deleted = line.ends_with(" (deleted)")};
}

bool isMemoryType(std::string_view type)
{
    return type == "tmpfs" || type == "devtmpfs" || type == "hugetlbfs" || type == "ramfs";
}

Bytes systemShared()
{
    return kilobytes(readText("/proc/meminfo"), "Shmem:");
}

} // namespace

SharedMemory::SharedMemory()
{
    // The coarse clock is the one that files are stamped with.
    ::clock_gettime(CLOCK_REALTIME_COARSE, &begin_);
    // The kernel's own tmpfs (memfd, System V, shared anonymous memory) is in no list of mounts.
    for (const unsigned flags : {MFD_CLOEXEC, MFD_CLOEXEC | MFD_HUGETLB}) {
        const UniqueFd probe(::memfd_create("spillway-probe", flags));
        struct stat facts {};
        if (probe && ::fstat(probe.get(), &facts) == 0) memoryDevices_[facts.st_dev] = true;
    }
}

Bytes SharedMemory::measure(const std::vector<ProcessReading>& processes)
{
    refresh();
    if (discoveryDue()) {
        const auto begin = monotonicNow();
        discover(processes);
        discovery_.record(begin);
        urgentDiscovery_.record(begin);
    }
    readMappedPss();
    Bytes sum = unreadableShare(processes);
    for (const auto& [id, file] : files_)
        if (file.counts) sum += file.bytes;
    for (const auto& [id, mapped] : mapped_)
        sum += mapped.pss + mapped.sharedHuge;
    return sum;
}

bool SharedMemory::discoveryDue() const
{
    constexpr Bytes kNoise = 4'000'000; // other programs' windows appear and disappear
    if (discovery_.due()) return true;
    if (!urgentDiscovery_.due()) return false;
    const auto change = systemShared() - systemShared_;
    return std::abs(change - (filesTotal() - explainedShared_)) > kNoise;
}

Bytes SharedMemory::filesTotal() const
{
    return std::accumulate(files_.begin(), files_.end(), Bytes(0),
                           [](Bytes sum, const auto& item) { return sum + item.second.bytes; });
}

void SharedMemory::discover(const std::vector<ProcessReading>& processes)
{
    complete_ = true;
    unreadable_.clear();
    for (auto& [id, file] : files_)
        file.seen = false;
    for (auto& [id, mapped] : mapped_)
        mapped.processes.clear();
    for (const auto& process : processes)
        lookThroughDescriptors(process.stat.pid);
    for (const auto& process : processes)
        if (process.status.shmem > 0 || process.status.hugetlb > 0)
            lookThroughMappings(process.stat.pid);
    if (complete_) std::erase_if(files_, [](const auto& item) { return !item.second.seen; });
    std::erase_if(mapped_, [&](const auto& item) {
        return item.second.processes.empty() || files_.contains(item.first);
    });
    systemShared_ = systemShared();
    explainedShared_ = filesTotal();
}

/// A process that has gone has nothing; one whose descriptors are refused is noted. When this
/// program itself has no descriptor left, what was known stands.
void SharedMemory::lookThroughDescriptors(pid_t pid)
{
    const auto folder = fmt::format("/proc/{}/fd", pid);
    const DirectoryHandle directory(::opendir(folder.c_str()));
    if (!directory) {
        if (isRefused(errno)) unreadable_.insert(pid);
        if (!isRefused(errno) && !isGone(errno)) complete_ = false;
        return;
    }
    const int fd = ::dirfd(directory.get());
    while (const dirent* item = ::readdir(directory.get())) {
        if (item->d_name[0] == '.') continue;
        struct statx facts {};
        if (::statx(fd, item->d_name, AT_STATX_DONT_SYNC, kWanted, &facts) != 0) {
            if (isRefused(errno)) unreadable_.insert(pid);
            continue;
        }
        const auto device = makedev(facts.stx_dev_major, facts.stx_dev_minor);
        if (!S_ISREG(facts.stx_mode) || !isMemoryDevice(device, pid)) continue;
        struct stat link {};
        // The mode of the link tells how the descriptor was opened (proc(5)).
        const bool writable = ::fstatat(fd, item->d_name, &link, AT_SYMLINK_NOFOLLOW) == 0 &&
                              (link.st_mode & S_IWUSR) != 0;
        addFile({device, facts.stx_ino}, folder + "/" + item->d_name, facts, writable);
    }
}

void SharedMemory::lookThroughMappings(pid_t pid)
{
    const auto text = readText(fmt::format("/proc/{}/maps", pid));
    for (const auto line : lines(text))
        addMapping(pid, line);
}

void SharedMemory::addMapping(pid_t pid, std::string_view line)
{
    const auto mapping = parseMapping(line);
    if (!mapping.ofFile() || !isMemoryDevice(mapping.device, pid)) return;
    const FileId id{mapping.device, mapping.inode, mapping.systemV};
    if (const auto found = files_.find(id); found != files_.end() && found->second.seen) {
        found->second.counts |= mapping.sharedWritable;
        return;
    }
    const auto path = fmt::format("/proc/{}/map_files/{}", pid, mapping.range);
    struct statx facts {};
    if (::statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, kWanted, &facts) == 0)
        addFile(id, path, facts, mapping.sharedWritable);
    else if (mapping.deleted || mapping.sharedWritable)
        mapped_[id].processes.insert(pid);
}

void SharedMemory::addFile(const FileId& id, const std::string& path, const struct statx& facts,
                           bool writable)
{
    File& file = files_[id];
    file.seen = true;
    file.path = path;
    file.bytes = static_cast<Bytes>(facts.stx_blocks) * 512;
    const bool young = (facts.stx_mask & STATX_BTIME) != 0 &&
                       std::tuple(facts.stx_btime.tv_sec, Bytes(facts.stx_btime.tv_nsec)) >=
                           std::tuple(begin_.tv_sec, begin_.tv_nsec);
    file.counts |= writable || young || facts.stx_nlink == 0;
}

/// A file whose descriptor was closed keeps its size until the next discovery, which may find
/// another.
void SharedMemory::refresh()
{
    for (auto& [id, file] : files_) {
        struct statx facts {};
        if (::statx(AT_FDCWD, file.path.c_str(), AT_STATX_DONT_SYNC, kWanted, &facts) != 0)
            continue;
        const auto device = makedev(facts.stx_dev_major, facts.stx_dev_minor);
        if (device == id.device && facts.stx_ino == id.inode)
            file.bytes = static_cast<Bytes>(facts.stx_blocks) * 512;
    }
}

void SharedMemory::readMappedPss()
{
    if (mapped_.empty() || !pss_.due()) return;
    const auto begin = monotonicNow();
    std::set<pid_t> pids;
    for (auto& [id, mapped] : mapped_) {
        mapped.pss = 0;
        mapped.sharedHuge = 0;
        pids.insert(mapped.processes.begin(), mapped.processes.end());
    }
    for (const auto pid : pids) {
        const auto text = readText(fmt::format("/proc/{}/smaps", pid));
        auto current = mapped_.end();
        for (const auto line : lines(text)) {
            if (const auto mapping = parseMapping(line); mapping.ofFile())
                current = mapped_.find({mapping.device, mapping.inode, mapping.systemV});
            else if (line.starts_with("Pss:") && current != mapped_.end())
                current->second.pss += kilobytes(line, "Pss:");
            else if (line.starts_with("Private_Hugetlb:") && current != mapped_.end())
                current->second.pss += kilobytes(line, "Private_Hugetlb:");
            else if (line.starts_with("Shared_Hugetlb:") && current != mapped_.end())
                current->second.sharedHuge =
                    std::max(current->second.sharedHuge, kilobytes(line, "Shared_Hugetlb:"));
            else if (line.starts_with("VmFlags:"))
                current = mapped_.end();
        }
    }
    pss_.record(begin);
}

Bytes SharedMemory::unreadableShare(const std::vector<ProcessReading>& processes) const
{
    Bytes pss = 0;
    Bytes largest = 0;
    for (const auto& process : processes) {
        if (!unreadable_.contains(process.stat.pid) || process.status.shmem == 0) continue;
        const auto text = readText(fmt::format("/proc/{}/smaps_rollup", process.stat.pid));
        if (const auto facts = pssFacts(text))
            pss += facts->shmem;
        else
            largest = std::max(largest, process.status.shmem);
    }
    return pss + largest;
}

bool SharedMemory::isMemoryDevice(dev_t device, pid_t pid)
{
    if (major(device) != 0) return false;
    if (const auto found = memoryDevices_.find(device); found != memoryDevices_.end())
        return found->second;
    const auto mounts = readMounts(fmt::format("/proc/{}/mountinfo", pid));
    const bool memory = std::any_of(mounts.begin(), mounts.end(), [&](const Mount& mount) {
        return mount.device == device && isMemoryType(mount.type);
    });
    return memoryDevices_[device] = memory;
}

} // namespace spillway
