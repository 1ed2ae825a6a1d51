#pragma once

namespace spillway {

bool hasDisplay();

/// Opens the window, on the session or the data named in argv if there are any; returns the exit
/// code. Without a display it reports that and what works instead.
int showWindow(int argc, char** argv);

} // namespace spillway
