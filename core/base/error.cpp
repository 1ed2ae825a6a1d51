#include "base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace spillway {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 16> codeNames{{
    {ErrorCode::InvalidArgument, "invalid-argument"},
    {ErrorCode::DataUnreadable, "data-unreadable"},
    {ErrorCode::NoSpace, "no-space"},
    {ErrorCode::NotPermitted, "not-permitted"},
    {ErrorCode::NotFound, "not-found"},
    {ErrorCode::AlreadyExists, "already-exists"},
    {ErrorCode::Corrupt, "corrupt"},
    {ErrorCode::OutOfMemory, "out-of-memory"},
    {ErrorCode::MemoryLimit, "memory-limit"},
    {ErrorCode::TimedOut, "timed-out"},
    {ErrorCode::Cancelled, "cancelled"},
    {ErrorCode::Protocol, "protocol"},
    {ErrorCode::EngineFailed, "engine-failed"},
    {ErrorCode::Unsupported, "unsupported"},
    {ErrorCode::Io, "io"},
    {ErrorCode::Internal, "internal"},
}};

ErrorCode codeOfErrno(int value)
{
    switch (value) {
    case ENOSPC:
    case EDQUOT:
        return ErrorCode::NoSpace;
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorCode::NotPermitted;
    case ENOENT:
        return ErrorCode::NotFound;
    case EEXIST:
        return ErrorCode::AlreadyExists;
    case ENOMEM:
        return ErrorCode::OutOfMemory;
    case EINVAL:
        return ErrorCode::InvalidArgument;
    default:
        return ErrorCode::Io;
    }
}

} // namespace

std::string_view name(ErrorCode code)
{
    const auto* found =
        std::ranges::find(codeNames, code, &std::pair<ErrorCode, std::string_view>::first);
    return found == codeNames.end() ? "internal" : found->second;
}

ErrorCode errorCodeFromName(std::string_view text)
{
    const auto* found =
        std::ranges::find(codeNames, text, &std::pair<ErrorCode, std::string_view>::second);
    return found == codeNames.end() ? ErrorCode::Internal : found->first;
}

std::string describe(const Error& error)
{
    return error.remedy.empty() ? error.message : error.message + " " + error.remedy;
}

Error makeError(ErrorCode code, std::string message, std::string remedy)
{
    return {.code = code, .message = std::move(message), .phase = {}, .remedy = std::move(remedy)};
}

Error invalidArgument(std::string message, std::string remedy)
{
    return makeError(ErrorCode::InvalidArgument, std::move(message), std::move(remedy));
}

Error protocolError(std::string message)
{
    return makeError(ErrorCode::Protocol, std::move(message));
}

Error systemError(std::string_view what, int errnoValue)
{
    return makeError(codeOfErrno(errnoValue),
                     std::string(what) + ": " + std::strerror(errnoValue) + ".");
}

void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw ResultAccess(describe(error));
}

} // namespace spillway
