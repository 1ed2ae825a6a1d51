#include "charts/time_window.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr double leastSpan = 0.05;
constexpr double leastInSight = 0.25; ///< share of the window that the run still fills

} // namespace

void TimeWindow::setLast(double seconds)
{
    last_ = std::max(seconds, 1.0);
    if (follows_) follow();
}

void TimeWindow::pan(double seconds)
{
    follows_ = false;
    clampBegin(begin_ + seconds, span());
}

void TimeWindow::zoom(double factor, double around)
{
    const double wanted = std::max(span() * factor, leastSpan);
    if (wanted >= last_) {
        follow();
        return;
    }
    follows_ = false;
    clampBegin(around - (around - begin_) * wanted / span(), wanted);
}

void TimeWindow::follow()
{
    follows_ = true;
    begin_ = 0;
    end_ = last_;
}

void TimeWindow::clampBegin(double begin, double span)
{
    begin_ = std::clamp(begin, 0.0, std::max(0.0, last_ - span * leastInSight));
    end_ = begin_ + span;
}

} // namespace spillway
