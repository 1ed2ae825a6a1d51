#include "ui/engines/engine_text.h"

#include "work/text.h"
#include "workloads/workload_type.h"

#include <QCoreApplication>

namespace spillway {
namespace {

struct EngineText {
    Q_DECLARE_TR_FUNCTIONS(spillway::EngineText)
};

} // namespace

QString engineStateName(const EngineInfo& engine)
{
    switch (engine.state) {
    case EngineState::Ready:
        return engine.version.empty() ? EngineText::tr("Ready")
                                      : EngineText::tr("Ready · %1").arg(text(engine.version));
    case EngineState::NotInstalled:
        return EngineText::tr("Not set up");
    case EngineState::NotTrusted:
        return EngineText::tr("Not trusted");
    case EngineState::Broken:
        return EngineText::tr("Broken");
    }
    return {};
}

QString engineStateText(const EngineInfo& engine)
{
    QString result = engineStateName(engine);
    if (!engine.detail.empty()) result += QStringLiteral(". ") + text(engine.detail);
    if (!engine.manifest.deployable)
        result += EngineText::tr(". Reference only, not a library you can deploy.");
    return result;
}

QString engineMeaningText(const EngineManifest& manifest)
{
    QString lines;
    if (!manifest.workersHelp.empty())
        lines = EngineText::tr("\nWorkers: %1").arg(text(manifest.workersHelp));
    for (const auto& [id, kind] : manifest.kinds) {
        const auto* type = findWorkloadType(id);
        for (const EngineParameter& parameter : kind.parameters) {
            const auto* known = type ? type->findParameter(parameter.name) : nullptr;
            if (!known || parameter.help.empty()) continue;
            lines += QStringLiteral("\n%1, %2: %3")
                         .arg(text(capitalised(type->title)), text(dashed(known->name)),
                              text(parameter.help));
        }
    }
    return lines;
}

} // namespace spillway
