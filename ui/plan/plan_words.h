#pragma once

#include "experiment/estimate.h"

#include <QString>

namespace spillway {

/// A duration that parseDuration reads back exactly: "10 min", "90 s".
QString shortDuration(Seconds duration);

/// "4 GB" and "10 min" as people type them, with or without spaces.
Result<Bytes> sizeIn(const QString& words);
Result<Seconds> durationIn(const QString& words);

/// "36 runs · about 6 min · 1.2 GB scratch · 2 skipped". Unknown parts are named as such.
QString estimateText(const PlanEstimate& estimate);

} // namespace spillway
