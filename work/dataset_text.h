#pragma once

#include "data/dataset.h"

#include <QString>

namespace spillway {

/// What is said of a dataset before its first run, in terminal and window.
QString manifestRefutedText(const Dataset& dataset);
/// `why`: what kept Spillway's own engine from reading it.
QString uncheckedText(const Dataset& dataset, const QString& why);

} // namespace spillway
