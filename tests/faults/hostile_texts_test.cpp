/// Texts and figures beside the result: names, settings, log lines, counters, and lines that are
/// hard to read.

#include "base/json.h"
#include "hostile_adapter.h"
#include "suites/suites.h"

using namespace spillway;
using namespace spillway::test;

class HostileTextsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { fixture_.prepare(); }
    void events_data();
    void events() { fixture_.runRow(fixture_.etl, fixture_.rightEtl()); }
    void theSessionCanBeRead() { fixture_.checkSession(); }

private:
    HostileFixture fixture_;
};

namespace {

std::string objects(std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += i == 0 ? "{}" : ",{}";
    return text;
}

/// One event more while the run works.
void says(const char* name, const char* status, const char* words, Json said)
{
    row(name, status, words, [said](Script& script) { script.say(said); });
}

} // namespace

void HostileTextsTest::events_data()
{
    addColumns();
    const std::string long300(300, 'n');
    const std::string mebibyte((std::size_t(1) << 20) - 200, 'm');
    const auto log = [](const std::string& text) {
        return Json{{"type", "log"}, {"level", "info"}, {"message", text}};
    };
    // Counters and progress.
    for (const char* field : {"rows", "bytes_read", "spilled_bytes", "restored_bytes",
                              "store_bytes", "tasks", "queued", "re_executed"})
        says(fmt::format("{} -9", field).c_str(), breach,
             fmt::format("Field \"{}\" should hold a whole number from 0 to 2^53, not -9", field)
                 .c_str(),
             {{"type", "counters"}, {field, -9}});
    says("spilled 2^60", breach, "Field \"spilled_bytes\"",
         {{"type", "counters"}, {"spilled_bytes", std::int64_t(1) << 60}});
    says("objects -1", breach, "Field \"objects\"",
         {{"type", "counters"},
          {"objects", {{"in_use", -1}, {"pinned", 0}, {"evictable", 0}, {"spilled", 0}}}});
    says("nodes of 2^54 bytes together", breach, "Field \"node_memory\"",
         {{"type", "counters"},
          {"node_memory", {{"a", std::int64_t(1) << 53}, {"b", std::int64_t(1) << 53}}}});
    says("progress -1", breach, "Field \"done\"",
         {{"type", "progress"}, {"done", -1}, {"unit", "rows"}});
    says("progress of -1", breach, "Field \"total\"",
         {{"type", "progress"}, {"done", 1}, {"total", -1}, {"unit", "rows"}});
    says("a share of 2", breach, "Field \"sampled\"",
         {{"type", "tasks"}, {"spans", Json::array()}, {"sampled", 2}});
    // Long texts.
    says("unit of 1 MiB", breach, "Field \"unit\" should hold at most 256 bytes",
         {{"type", "progress"}, {"done", 1}, {"unit", mebibyte}});
    says("phase of 300 bytes", breach, "Field \"name\" should hold at most 256 bytes, not 300",
         {{"type", "phase"}, {"name", long300}, {"state", "begin"}});
    says("level of 300 bytes", breach, "Field \"level\"",
         {{"type", "log"}, {"level", long300}, {"message", ""}});
    says("kind of 300 bytes", breach, "Field \"spans\"",
         {{"type", "tasks"}, {"spans", Json::array({{0, long300, 1.0, 2.0}})}});
    says("log of 1 MiB", ok, "", log(mebibyte));
    row("error of 1 MiB", "failed engine-failed", "mmmm", [mebibyte, long300](Script& script) {
        script.say({{"type", "error"},
                    {"code", "engine-failed"},
                    {"message", mebibyte.substr(1000)}, // all of it makes one line
                    {"remedy", "r"},
                    {"phase", long300}});
        script.failed = true;
    });
    row("version of 1 MiB", breach, "Field \"version\"",
        [mebibyte](Script& script) { script.hello["version"] = mebibyte; });
    row("engine of 300 bytes", breach, "Field \"engine\"",
        [long300](Script& script) { script.hello["engine"] = long300; });
    row("library of 300 bytes", breach, "Field \"libraries\"", [long300](Script& script) {
        script.hello["libraries"] = {{long300, "1"}};
    });
    row("setting of 5,000 bytes", breach, "Field \"settings\" should hold at most 4096 bytes",
        [](Script& script) { script.ready["settings"]["a"] = std::string(5000, 's'); });
    row("201 settings", breach, "Field \"settings\" should hold at most 200 entries, not 201",
        [](Script& script) {
            for (int i = 0; i < 201; ++i)
                script.ready["settings"][std::to_string(i)] = "s";
        });
    row("201 timings", breach, "Field \"timings\"", [](Script& script) {
        for (int i = 0; i < 201; ++i)
            script.timings[std::to_string(i)] = 1;
    });
    row("a timing of -1 s", breach, "Field \"timings\"",
        [](Script& script) { script.timings["load"] = -1; });
    // Many of them.
    row("10^6 phases", breach, "one of at most 200 different names a run", [](Script& script) {
        script.sayTimes(1'000'000, {{"type", "phase"}, {"name", "phase %"}, {"state", "begin"}});
    });
    row("10^5 times the same phase", ok, "", [](Script& script) {
        script.sayTimes(100'000, {{"type", "phase"}, {"name", "load"}, {"state", "begin"}});
    });
    row("10^4 kinds of tasks", breach, "one of at most 200 different names a run",
        [](Script& script) {
            script.sayTimes(10'000,
                            {{"type", "tasks"}, {"spans", Json::array({{0, "kind %", 1.0, 2.0}})}});
        });
    row("20,000 logs of 4 KiB", ok, "",
        [log](Script& script) { script.sayTimes(20'000, log("% " + std::string(4000, 'l'))); });
    says("a task before time, and one that ends before it begins", ok, "",
         {{"type", "tasks"},
          {"spans", Json::array({{0, "scan", -1e300, 1e300}, {0, "scan", 2.0, 1.0}})}});
    // Lines.
    row("1 MB of small objects", ok, "", [](Script& script) {
        script.running.push_back(R"({"type":"log","message":"m","more":[)" + objects(340'000) +
                                 "]}");
    });
    row("1 MB of small objects as a setting", breach, "Field \"settings\"", [](Script& script) {
        script.ready["settings"]["a"] = Json::parse("[" + objects(340'000) + "]");
    });
    row("1 MB of small objects as groups", breach, "Field \"key\"", [](Script& script) {
        script.result["groups"] = Json::parse("[" + objects(340'000) + "]");
    });
    row("deep JSON", breach, "nested deeper", [](Script& script) {
        script.running.push_back(R"({"type":"log","message":"m","more":)" +
                                 std::string(400'000, '[') + std::string(400'000, ']') + "}");
    });
    says("control characters and bidi", ok, "",
         log("\x1b]0;title\x07\x1b[2J \u202e\u0000 \u2028 \r\n\t"));
}

SPILLWAY_TESTS(HostileTextsTest, QCoreApplication)
#include "hostile_texts_test.moc"
