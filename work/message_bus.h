#pragma once

#include <QDBusConnection>
#include <QString>

#include <chrono>
#include <functional>

namespace spillway {

/// Connects to a message bus, or gives up: returns a disconnected bus when there is no answer
/// within half a second. The library itself would wait for a frozen bus forever. `connect` is
/// called on its own thread.
QDBusConnection connectInTime(std::function<QDBusConnection()> connect,
                              std::chrono::milliseconds patience = std::chrono::milliseconds(500));

/// A bus was given up, so a library thread hangs that a normal exit would wait for: exit with
/// _exit(2).
bool busGivenUp();

} // namespace spillway
