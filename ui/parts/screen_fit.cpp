#include "ui/parts/screen_fit.h"

#include <QScreen>
#include <QWidget>

namespace spillway {
namespace {

constexpr QSize frame(16, 40); // title and borders, which are known only once it is shown

} // namespace

QSize fittingScreen(const QWidget& window, QSize wanted)
{
    return wanted.boundedTo(window.screen()->availableSize() - frame)
        .expandedTo(window.minimumSize());
}

} // namespace spillway
