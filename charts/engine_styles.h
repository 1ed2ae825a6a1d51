#pragma once

#include "analysis/engine_catalogue.h"
#include "charts/chart_style.h"

#include <map>
#include <string>

namespace spillway {

/// How one engine looks on every chart.
struct EngineStyle {
    QColor light; ///< on the light theme
    QColor dark;
    Marker marker = Marker::Circle;
};

/// How the engines of a catalogue look: no two of them have the same colour, on either theme.
/// Those that come with Spillway have colours of their own, tested for contrast and for protan,
/// deutan and tritan vision. Others get the colour that their manifest wants, changed until it can
/// be seen on both themes, unless it looks like another engine's; then, and without such a wish,
/// one that follows from their id, or where two ids lead to the same one, the next.
class EngineStyles {
public:
    explicit EngineStyles(const EngineCatalogue& engines = {});
    EngineStyle of(const std::string& engineId) const;

private:
    bool isFree(const EngineStyle& style, double distance) const;
    EngineStyle nextFree(const std::string& engineId) const;

    std::map<std::string, EngineStyle> styles_;
};

/// How far apart two colours look: the distance in Oklab (Ottosson 2020), 1 from black to white.
double colourDistance(const QColor& a, const QColor& b);
/// WCAG's contrast ratio, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

} // namespace spillway
