/// The guard alone: what `spillway-worker guard` is, for tests that need no native engine.
#include "host/guard.h"

int main(int argc, char** argv)
{
    return spillway::runGuard(argc, argv);
}
