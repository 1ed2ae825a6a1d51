#pragma once

#include <boost/system/result.hpp>

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace spillway {

/// What kind of failure an Error reports. The terminal's exit code and a run's status follow from
/// it.
enum class ErrorCode {
    InvalidArgument, ///< the request is invalid (exit code 2)
    DataUnreadable,  ///< a dataset is missing, malformed or changed while in use (exit code 3)
    NoSpace,         ///< a disk is full, or would be
    NotPermitted,    ///< the system refused access
    NotFound,        ///< a named thing does not exist
    AlreadyExists,   ///< a file is in the way and may not be replaced
    Corrupt,         ///< a stored file is not what its header or checksum says
    OutOfMemory,     ///< an allocation failed
    MemoryLimit,     ///< the work cannot continue within the run's memory limit
    TimedOut,        ///< the time-out of a run passed
    Cancelled,       ///< the user stopped it
    Protocol,        ///< an engine violated the run protocol
    EngineFailed,    ///< an engine reported an error or died
    Unsupported,     ///< the engine cannot do this at all
    Io,              ///< reading or writing failed
    Internal         ///< a bug in Spillway
};

/// The code's name in records and JSON, for instance "no-space".
std::string_view name(ErrorCode code);
/// The code a name stands for; Internal when the name is unknown.
ErrorCode errorCodeFromName(std::string_view name);

/// An expected failure: what happened, where in the run, and what to do next.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message; ///< one sentence for a person, with the place (file, line, column) if any
    std::string phase;   ///< "load", "fit", …; empty outside a run
    std::string remedy;  ///< what the user can do; empty if nothing is known

    bool operator==(const Error&) const = default;
};

/// The message followed by its remedy, as shown to the user.
std::string describe(const Error& error);

/// An Error outside a run.
Error makeError(ErrorCode code, std::string message, std::string remedy = {});
/// An InvalidArgument error: the request is invalid.
Error invalidArgument(std::string message, std::string remedy = {});
/// A Protocol error: input from outside does not have the agreed form.
Error protocolError(std::string message);
/// An Error from an errno value: "<what>: <strerror>", with the matching code.
Error systemError(std::string_view what, int errnoValue);

/// Asking a failed Result for its value is a bug; this is the exception it throws.
class ResultAccess : public std::logic_error {
public:
    using std::logic_error::logic_error;
};
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

template <class T>
using Result = boost::system::result<T, Error>;

} // namespace spillway
