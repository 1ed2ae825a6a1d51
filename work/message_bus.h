#pragma once

#include <QDBusConnection>
#include <QString>

#include <chrono>
#include <functional>

namespace spillway {

/// Connects to a message bus, or gives it up: a connection to nothing when the bus has not answered
/// after half a second. The library itself would wait for a frozen bus without end. `connect` is
/// called on a thread of its own.
QDBusConnection connectInTime(std::function<QDBusConnection()> connect,
                              std::chrono::milliseconds patience = std::chrono::milliseconds(500));

/// A bus was given up, so a thread of the library hangs that the program's end would wait for: end
/// with _exit(2).
bool busGivenUp();

} // namespace spillway
