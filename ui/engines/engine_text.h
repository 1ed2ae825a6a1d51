#pragma once

#include "host/engine_registry.h"

#include <QString>

namespace spillway {

/// "Ready · 0.1.0", "Not set up: …": an engine's state with the way to make it ready.
QString engineStateText(const EngineInfo& engine);
/// The same in one or two words, for a row.
QString engineStateName(const EngineInfo& engine);
/// What workers are to it, and what it takes of parameters or means by them, a line each, after a
/// line break; empty when it says nothing.
QString engineMeaningText(const EngineManifest& manifest);

} // namespace spillway
