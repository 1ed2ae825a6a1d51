#pragma once

#include "ui/parts/theme.h"

#include <QApplication>

namespace spillway {

/// With the window's style sheet, for parts of the window that are tested without it.
class LightApplication : public QApplication {
public:
    LightApplication(int& argc, char** argv) : QApplication(argc, argv)
    {
        applyAppearance(*this, Appearance::Light);
    }
};

} // namespace spillway
