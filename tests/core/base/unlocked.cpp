// Wrong on purpose: packaging/locks.py makes sure that clang says so. No build compiles it.
#include "base/mutex.h"

namespace spillway {

class Unlocked {
public:
    int read() const { return value_; }

private:
    Mutex mutex_;
    int value_ GUARDED_BY(mutex_) = 0;
};

} // namespace spillway
