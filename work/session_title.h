#pragma once

#include "session/session_brief.h"

#include <QString>

namespace spillway {

/// What a session is called: the user's name for it, else its file's, else, of a file that was
/// named by the time, what it holds: "28 Nov 10:31 · orders.csv · 7 engines".
QString sessionTitle(const SessionBrief& brief);
/// "#taxi #nightly", or empty.
QString tagsText(const SessionBrief& brief);

} // namespace spillway
