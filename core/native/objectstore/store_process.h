#pragma once

namespace spillway {

/// The program `spillway-worker store DRIVER_FD SPEC_FD`: serves the objects of one run to the
/// clients that its driver introduces, and ends with the driver. Returns the exit code.
int runStoreProcess(int driverFd, int specFd);

} // namespace spillway
