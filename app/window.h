#pragma once

namespace spillway {

/// Opens the window, on the session named in argv if there is one; returns the exit code. Without a
/// display it says so and what works instead.
int showWindow(int argc, char** argv);

} // namespace spillway
