#pragma once

#include "base/error.h"

#include <system_error>
#include <thread>
#include <utility>

namespace spillway {

/// Io: the system gives no further thread; errno as pthread_create(3) says.
inline Error threadRefused(int errnoValue)
{
    auto error = systemError("The system gives this program no further thread", errnoValue);
    error.code = ErrorCode::Io;
    error.remedy = "Close other programs, or raise the limit of processes (ulimit -u).";
    return error;
}

/// A thread that does `work`. Every thread of the program is made here: the standard library's
/// constructor throws where the system refuses one, and nobody would catch it.
template <class Work>
Result<std::jthread> startThread(Work&& work)
{
    // In place, because std::jthread could be made from nearly anything, an Error too.
    try {
        return Result<std::jthread>(boost::system::in_place_value, std::forward<Work>(work));
    } catch (const std::system_error& refused) {
        return Result<std::jthread>(boost::system::in_place_error,
                                    threadRefused(refused.code().value()));
    }
}

} // namespace spillway
