#pragma once

namespace spillway {

/// Has every label, tool tip and message box of the program show its text as it is, unless it asks
/// for another format itself. Qt otherwise takes text that looks like HTML for HTML: names from a
/// session or a file could style or hide themselves, or load pictures. Needs a QApplication;
/// calling it again does nothing.
void keepTextPlain();

} // namespace spillway
