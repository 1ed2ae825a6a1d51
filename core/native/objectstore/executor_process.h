#pragma once

namespace spillway {

/// The program `spillway-worker executor DRIVER_FD STORE_FD SPEC_FD`: executes the tasks of one
/// run, one after another, and ends with its driver. Returns the exit code.
int runExecutorProcess(int driverFd, int storeFd, int specFd);

} // namespace spillway
