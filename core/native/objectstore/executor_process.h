#pragma once

#include "native/native_kind.h"

namespace spillway {

/// The program `spillway-worker executor DRIVER_FD STORE_FD SPEC_FD`: runs the tasks of one run,
/// one after the other, and ends with its driver. Returns the exit code.
int runExecutorProcess(NativeKinds kinds, int driverFd, int storeFd, int specFd);

} // namespace spillway
