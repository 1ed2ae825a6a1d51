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

/// The styles of a catalogue's engines: no two share a colour, on either theme. Built-in engines
/// have fixed colours, tested for contrast and for protan, deutan and tritan vision. Others get
/// their manifest's colour, adjusted until it is visible on both themes, unless it looks like
/// another engine's. In that case, or without one, the colour is derived from the id; if two ids
/// collide, the next one is used.
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
