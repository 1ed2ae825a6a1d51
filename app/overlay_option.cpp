#include "app/overlay_option.h"

#include <map>

namespace spillway {
namespace {

const std::map<std::string, PublishedForms>& overlays()
{
    static const std::map<std::string, PublishedForms> all{
        {"none", {}},
        {"published", {PublishedAs::Printed}},
        {"recomputed", {PublishedAs::Recomputed}},
        {"both", bothForms}};
    return all;
}

} // namespace

void addOverlayOption(CLI::App& command, std::string& overlay)
{
    command
        .add_option("--overlay", overlay,
                    "Also show the paper's figures: published, recomputed from its logs, both or "
                    "none (both for a session of the preset paper, else none)")
        ->check(CLI::IsMember(overlays()));
}

PublishedForms overlayOf(const std::string& overlay, const SessionView& view)
{
    if (!overlay.empty()) return overlays().at(overlay);
    return view.repeatsThePaper ? bothForms : PublishedForms();
}

} // namespace spillway
