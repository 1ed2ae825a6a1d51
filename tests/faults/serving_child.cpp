#include "serving_child.h"

#include "base/json.h"
#include "small_server.h"
#include "workloads/serve/serve_model.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <iostream>
#include <utility>

namespace spillway::test {
namespace {

/// What the server says to be the process that answers.
std::int64_t told(std::int64_t own, const std::string& foreign)
{
    return foreign.empty() ? own : std::stoll(foreign);
}

std::string rightAnswer(const serve::Model& model, const std::string& body, std::int64_t replica)
{
    const auto json = parseJson(body);
    const auto point =
        json ? field<serve::Point>(*json, "features") : Result<serve::Point>(json.error());
    if (!point) return httpText("400 Bad Request", "no features");
    const auto found = serve::predict(model, *point);
    return httpText("200 OK", toLine(Json{{"label", found.label},
                                          {"probability", found.probability},
                                          {"replica", replica}}));
}

[[noreturn]] void beReplica(int listener, const std::string& mode, const std::string& foreign,
                            std::uint64_t seed)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto model = serve::modelOf(seed);
    const auto replica = told(::getpid(), foreign);
    answerAll(listener, [&](const std::string& body) {
        if (mode == "serve-500") return httpText("500 Internal Server Error", "oops");
        if (mode == "serve-nonsense") return std::string("220 mail.example ESMTP\r\n\r\n");
        if (mode == "serve-nothing") return std::string();
        return rightAnswer(model, body, replica);
    });
    ::_exit(0);
}

} // namespace

void serveInRun(const std::string& mode, const std::string& argument, const RunSpec& spec,
                const std::function<void(EventBody)>& send)
{
    const auto listener = listenOnLoopback();
    ServingEvent serving{.url = urlOf(listener), .replicas = {}};
    for (int i = 0; i < 2; ++i) {
        const pid_t replica = ::fork();
        if (replica == 0) beReplica(listener.get(), mode, argument, spec.seed);
        serving.replicas.push_back(replica);
    }
    if (!argument.empty()) serving.replicas.push_back(std::stoll(argument));
    if (mode == "serve-abroad") serving.url = "http://192.0.2.1:80/";
    if (mode == "serve-nobody") serving.replicas = {1};
    if (mode != "serve-silently") send(serving);
    if (mode == "serve-twice") send(serving);
    if (mode == "serve-impatient" || mode == "serve-silently") return;
    if (mode == "serve-and-die") ::raise(SIGKILL);
    std::string line;
    while (std::getline(std::cin, line) && line.find("stop_serving") == std::string::npos) {
    }
}

} // namespace spillway::test
