#pragma once

namespace spillway {

/// Has the wheel scroll the page and never change a field that does not have the focus: spin boxes,
/// combo boxes, sliders and tab bars of the whole program. Nor does the wheel give them the focus.
/// Needs a QApplication; calling it again does nothing.
void guardWheel();

} // namespace spillway
