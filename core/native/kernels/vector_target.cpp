#include "native/kernels/vector_target.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "native/kernels/vector_target.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

std::string target()
{
    return hwy::TargetName(HWY_TARGET);
}

} // namespace
} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {

HWY_EXPORT(target);

std::string vectorTarget()
{
    return HWY_DYNAMIC_DISPATCH(target)();
}

} // namespace spillway
#endif // HWY_ONCE
