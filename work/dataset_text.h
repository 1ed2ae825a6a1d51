#pragma once

#include "data/dataset.h"

#include <QString>

namespace spillway {

/// Notes on a dataset before its first run, for terminal and window.
QString manifestRefutedText(const Dataset& dataset);
/// `why`: why Spillway's own engine could not read it.
QString uncheckedText(const Dataset& dataset, const QString& why);
/// `oracle`: the engine whose answer others are checked against, which failed: `why`.
QString withoutOracleText(const Dataset& dataset, const QString& oracle, const QString& why);

} // namespace spillway
