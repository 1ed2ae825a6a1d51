#pragma once

#include "base/error.h"

#include <system_error>
#include <thread>
#include <utility>

namespace spillway {

/// Io: the system refuses to start another thread; errno as pthread_create(3) says.
inline Error threadRefused(int errnoValue)
{
    auto error = systemError("The system refuses to start another thread", errnoValue);
    error.code = ErrorCode::Io;
    error.remedy = "Close other programs, or raise the limit of processes (ulimit -u).";
    return error;
}

/// A thread that runs `work`. Every thread of the program is created here: the standard library's
/// constructor throws if the system refuses, and nobody would catch it.
template <class Work>
Result<std::jthread> startThread(Work&& work)
{
    // In place, because std::jthread converts from nearly anything, even from an Error.
    try {
        return Result<std::jthread>(boost::system::in_place_value, std::forward<Work>(work));
    } catch (const std::system_error& refused) {
        return Result<std::jthread>(boost::system::in_place_error,
                                    threadRefused(refused.code().value()));
    }
}

} // namespace spillway
