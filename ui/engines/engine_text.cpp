#include "ui/engines/engine_text.h"

#include "ui/work/text.h"

#include <QCoreApplication>

namespace spillway {
namespace {

QString tr(const char* source)
{
    return QCoreApplication::translate("spillway::EngineText", source);
}

} // namespace

QString engineStateName(const EngineInfo& engine)
{
    switch (engine.state) {
    case EngineState::Ready:
        return engine.version.empty() ? tr("Ready") : tr("Ready · %1").arg(text(engine.version));
    case EngineState::NotInstalled:
        return tr("Not set up");
    case EngineState::NotTrusted:
        return tr("Not trusted");
    case EngineState::Broken:
        return tr("Broken");
    }
    return {};
}

QString engineStateText(const EngineInfo& engine)
{
    QString result = engineStateName(engine);
    if (!engine.detail.empty()) result += QStringLiteral(". ") + text(engine.detail);
    if (!engine.manifest.deployable)
        result += tr(". Reference only, not a library you can deploy.");
    return result;
}

} // namespace spillway
