#pragma once

#include "ui/parts/theme.h"

class QTextDocument;

namespace spillway {

/// Gives what Qt made of a page's Markdown the look of the program: headings, code, tables, links.
/// May be done again in other colours.
void dressManual(QTextDocument& document, const ThemeColors& colors);

/// Margins beside the text, and pictures scaled to `width` where they are wider; all in pixels, of
/// which `ratio` make one of the text's.
void fitManual(QTextDocument& document, int margin, int width, double ratio);

} // namespace spillway
