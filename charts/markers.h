#pragma once

#include "charts/chart_style.h"
#include "protocol/run_record.h"

#include <QPainterPath>

class QPainter;

namespace spillway {

/// A marker of about `size` pixels around `centre`, all with the same visual weight.
QPainterPath markerPath(Marker marker, QPointF centre, double size);

/// Width and height in pixels of a failure's glyph at a line's end.
constexpr double failureGlyphSize = 9;

/// How a run failed. Drawn as shapes, not as text, so that they look the same with every font: ✕
/// out of memory, ⊗ limit, ◷ time-out, ! crash, ≠ wrong.
void drawFailureGlyph(QPainter& painter, RunStatus status, QPointF centre, double size,
                      const QColor& colour);

/// "out of memory", "memory limit", "time-out", "failed", "wrong result".
QString failureTitle(RunStatus status);

} // namespace spillway
