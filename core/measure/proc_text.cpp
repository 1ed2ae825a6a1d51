#include "measure/proc_text.h"

#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace spillway {
namespace {

constexpr std::size_t kMaxText = std::size_t(64) << 20;
constexpr std::string_view kBlank = " \t\r\n";

} // namespace

bool readInto(int directory, const char* name, std::string& buffer)
{
    UniqueFd fd(::openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return false;
    buffer.resize(std::max<std::size_t>(buffer.capacity(), 4096));
    std::size_t done = 0;
    while (done < kMaxText) {
        const auto count = ::read(fd.get(), buffer.data() + done, buffer.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const int reason = errno; // closing may change it
            fd.reset();
            errno = reason;
            return false;
        }
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
        if (done == buffer.size()) buffer.resize(2 * done);
    }
    buffer.resize(done);
    return true;
}

bool isGone(int errnoValue)
{
    return errnoValue == ENOENT || errnoValue == ESRCH;
}

bool isRefused(int errnoValue)
{
    return errnoValue == EACCES || errnoValue == EPERM;
}

std::string readText(const std::string& path)
{
    std::string text;
    return readInto(AT_FDCWD, path.c_str(), text) ? text : std::string();
}

std::string readLine(const std::string& path)
{
    const auto text = readText(path);
    return std::string(trimmed(std::string_view(text).substr(0, text.find('\n'))));
}

std::optional<std::string_view> afterKey(std::string_view text, std::string_view key)
{
    for (std::size_t at = text.find(key); at != std::string_view::npos;
         at = text.find(key, at + 1)) {
        if (at != 0 && text[at - 1] != '\n') continue;
        const auto rest = text.substr(at + key.size());
        return rest.substr(0, rest.find('\n'));
    }
    return std::nullopt;
}

Bytes kilobytes(std::string_view text, std::string_view key)
{
    return 1024 * number(text, key);
}

std::int64_t number(std::string_view text, std::string_view key)
{
    const auto rest = afterKey(text, key);
    return rest ? leadingNumber(*rest).value_or(0) : 0;
}

std::vector<std::string_view> lines(std::string_view text)
{
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        found.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> found;
    while (true) {
        const auto begin = line.find_first_not_of(kBlank);
        if (begin == std::string_view::npos) return found;
        line.remove_prefix(begin);
        const auto end = std::min(line.find_first_of(kBlank), line.size());
        found.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

} // namespace spillway
