#pragma once

#include "ui/parts/theme.h"

class QTextDocument;

namespace spillway {

/// Styles a page that Qt made from Markdown to match the program: headings, code, tables, links.
/// Can be repeated with other colours.
void dressManual(QTextDocument& document, const ThemeColors& colors);

/// Sets the margins and scales pictures down to `width`. Everything is in device pixels; `ratio` of
/// them make one pixel of the text.
void fitManual(QTextDocument& document, int margin, int width, double ratio);

} // namespace spillway
