#include "host/run_protocol.h"

#include <fmt/format.h>

namespace spillway {

Result<void> RunProtocol::acceptOnce(bool& seen, bool allowed, std::string_view what)
{
    if (seen) return protocolError(fmt::format("The engine sent \"{}\" twice.", what));
    if (!allowed) return protocolError(fmt::format("The engine sent \"{}\" too early.", what));
    seen = true;
    return {};
}

Result<void> RunProtocol::accept(const Event& event)
{
    const auto what = typeName(event);
    if (bye_) return protocolError(fmt::format("The engine sent \"{}\" after \"bye\".", what));
    if (std::holds_alternative<HelloEvent>(event.body)) return acceptOnce(hello_, true, what);
    if (!hello_)
        return protocolError(fmt::format("The engine sent \"{}\" before \"hello\".", what));
    if (std::holds_alternative<ByeEvent>(event.body))
        return acceptOnce(bye_, result_ || error_, what);
    if (std::holds_alternative<LogEvent>(event.body)) return {};
    if (error_) return protocolError(fmt::format("The engine sent \"{}\" after \"error\".", what));
    if (std::holds_alternative<ErrorEvent>(event.body)) {
        if (result_) return protocolError("The engine sent \"error\" after its result.");
        return acceptOnce(error_, true, what);
    }
    if (std::holds_alternative<ReadyEvent>(event.body)) return acceptOnce(ready_, true, what);
    if (std::holds_alternative<ServingEvent>(event.body))
        return acceptOnce(serving_, go_ && !done_, what);
    if (std::holds_alternative<DoneEvent>(event.body))
        return acceptOnce(done_, go_ && (!serving_ || stopped_), what);
    if (std::holds_alternative<ResultEvent>(event.body)) return acceptOnce(result_, done_, what);
    return {};
}

} // namespace spillway
