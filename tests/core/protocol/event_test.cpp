#include "protocol/event.h"
#include "protocol/event_limits.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"

#include <QtTest>

#include <cmath>

using namespace spillway;

class EventTest : public QObject {
    Q_OBJECT
private slots:
    void everyEventSurvivesTheRoundTrip();
    void hostileLinesAreRefused_data();
    void hostileLinesAreRefused();
    void tooManySpansAreRefused();
    void seriesAndNamedWorkersAreOfOneRun();
    void tooLongALineIsRefused();
    void settingsOfAnyTypeBecomeText();
};

namespace {

std::vector<EventBody> allEvents()
{
    EtlResult etl;
    etl.values = {"x"};
    etl.groups = {{"A", 2, {0.5}}, {"B", 1, {std::nan("")}}};
    etl.groupsCount = 2;
    etl.groupsHash = groupsHash(etl.groups);
    return {HelloEvent{"chunked", "0.1", {{"oneTBB", "2021.8"}}, 42},
            ReadyEvent{{{"workers", "2"}}},
            PhaseEvent{"load", true},
            PhaseEvent{"load", false},
            ProgressEvent{5, 10, "bytes"},
            ProgressEvent{5, std::nullopt, "rows"},
            CountersEvent{1, 2, 3, 4, 5, 6, 7, 8,
                          ObjectStates{{9, 10}, {11, 12}, {13, 14}, {15, 16}},
                          std::map<std::string, Bytes>{{"a", 17}, {"b", 0}}},
            CountersEvent{.nodeMemory = std::map<std::string, Bytes>{}},
            CountersEvent{},
            TasksEvent{{{1, "scan", Seconds(1.25), Seconds(1.5)}}, 0.5},
            TasksEvent{{{0, "scan", Seconds(1), Seconds(2), Seconds(0.5), "4711/4712"}}, {}},
            SeriesEvent{"Best loss", {{0.5, 1.25}, {1.5, -0.25}}},
            LogEvent{"warning", "line\nbreak \"quoted\""},
            ServingEvent{"http://127.0.0.1:8000/", {4711, 4712}},
            DoneEvent{},
            ResultEvent{etl, {{"load", 0.25}}},
            ErrorEvent{{ErrorCode::DataUnreadable, "bad row", "load", "mend it"}},
            ByeEvent{}};
}

} // namespace

void EventTest::everyEventSurvivesTheRoundTrip()
{
    for (const auto& body : allEvents()) {
        const Event event{Seconds(12.5), body};
        const std::string line = eventLine(event);
        QVERIFY(line.find('\n') == std::string::npos);
        const auto read = eventFromLine(line);
        QVERIFY2(read.has_value(), line.c_str());
        QCOMPARE(read->t.count(), 12.5);
        QCOMPARE(read->body.index(), body.index());
        QCOMPARE(eventLine(*read), line);
    }
}

void EventTest::hostileLinesAreRefused_data()
{
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char* name, const char* line) {
        QTest::newRow(name) << QByteArray(line);
    };
    row("empty", "");
    row("no JSON", "Traceback (most recent call last):");
    row("an array", "[1]");
    row("a number", "3");
    row("no type", R"({"t":1})");
    row("unknown type", R"({"type":"shutdown","t":1})");
    row("no time", R"({"type":"done"})");
    row("text as time", R"({"type":"done","t":"now"})");
    row("time is not finite", R"({"type":"done","t":1e999})");
    row("phase without state", R"({"type":"phase","t":1,"name":"load"})");
    row("unknown state", R"({"type":"phase","t":1,"name":"load","state":"middle"})");
    row("fractional progress", R"({"type":"progress","t":1,"done":1.5})");
    row("text as counter", R"({"type":"counters","t":1,"rows":"many"})");
    row("nodes as a list", R"({"type":"counters","t":1,"node_memory":[1]})");
    row("negative memory", R"({"type":"counters","t":1,"node_memory":{"a":-1}})");
    row("text as memory", R"({"type":"counters","t":1,"node_memory":{"a":"much"}})");
    row("spans of the wrong form", R"({"type":"tasks","t":1,"spans":[[1,2,3]]})");
    row("negative worker", R"({"type":"tasks","t":1,"spans":[[-1,"x",1,2]]})");
    row("six values of a span", R"({"type":"tasks","t":1,"spans":[[1,"x",1,2,3,4]]})");
    row("negative processor time", R"({"type":"tasks","t":1,"spans":[[1,"x",1,2,-3]]})");
    row("series without a name", R"({"type":"series","t":1,"points":[]})");
    row("series without points", R"({"type":"series","t":1,"name":"a"})");
    row("points of the wrong form", R"({"type":"series","t":1,"name":"a","points":[[1]]})");
    row("a point before go", R"({"type":"series","t":1,"name":"a","points":[[-1,2]]})");
    row("a point in another age", R"({"type":"series","t":1,"name":"a","points":[[1e300,2]]})");
    row("a value off every scale", R"({"type":"series","t":1,"name":"a","points":[[1,-1e308]]})");
    row("endless processor time", R"({"type":"tasks","t":1,"spans":[[1,"x",1,2,1e300]]})");
    row("points of text", R"({"type":"series","t":1,"name":"a","points":[["1",2]]})");
    row("result without kind", R"({"type":"result","t":1,"result":{}})");
    row("result is null", R"({"type":"result","t":1,"result":null})");
    row("groups are no array",
        R"({"type":"result","t":1,"result":{"kind":"etl","values":["x"],"groups":{}}})");
    row("group without mean",
        R"({"type":"result","t":1,"result":{"kind":"etl","values":["x"],"groups":[{"key":"A","count":1}]}})");
    row("coefficients are text",
        R"({"type":"result","t":1,"result":{"kind":"logreg","classes":["a"],"coefficients":"x"}})");
    row("error without message", R"({"type":"error","t":1,"code":"io"})");
    row("nested too deep",
        R"({"type":"ready","t":1,"settings":{"a":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}})");
}

void EventTest::hostileLinesAreRefused()
{
    QFETCH(QByteArray, line);
    const auto event = eventFromLine(line.toStdString());
    QVERIFY(!event.has_value());
    QCOMPARE(event.error().code, ErrorCode::Protocol);
    QVERIFY(!event.error().message.empty());
}

void EventTest::tooManySpansAreRefused()
{
    TasksEvent tasks;
    tasks.spans.resize(maxTaskSpans);
    QVERIFY(eventFromLine(eventLine({Seconds(1), tasks})).has_value());
    tasks.spans.emplace_back();
    QVERIFY(!eventFromLine(eventLine({Seconds(1), tasks})).has_value());
}

/// Of a whole run: curves go on where they were, and workers with names get numbers.
void EventTest::seriesAndNamedWorkersAreOfOneRun()
{
    EventLimits limits;
    const auto taken = [&](EventBody body) {
        Event event{Seconds(1), std::move(body)};
        const auto ok = limits.take(event);
        return ok ? std::optional(event.body) : std::nullopt;
    };
    QVERIFY(taken(SeriesEvent{"a", {{0, 3}, {0, 2}, {5, 1}}}));
    QVERIFY(taken(SeriesEvent{"b", {{1, 1}}}));
    QVERIFY(!taken(SeriesEvent{"a", {{4.9, 1}}}));
    QVERIFY(!taken(SeriesEvent{"a", {{std::nan(""), 1}}}));
    QVERIFY(!taken(SeriesEvent{std::string(maxNameBytes + 1, 'n'), {}}));
    for (std::size_t i = 2; i < maxSeries; ++i)
        QVERIFY(taken(SeriesEvent{std::to_string(i), {}}));
    QVERIFY(!taken(SeriesEvent{"one too many", {}}));
    QVERIFY(!eventFromLine(eventLine(
        {Seconds(1),
         SeriesEvent{"a", std::vector<std::pair<double, double>>(maxSeriesPoints + 1)}})));
    // What is not finite is null in JSON, and no point.
    const auto gap =
        eventFromLine(R"({"type":"series","t":1,"name":"a","points":[[1,null],[2,3]]})");
    QCOMPARE(std::get<SeriesEvent>(gap->body).points.size(), std::size_t(1));
    const auto spans = taken(TasksEvent{{{0, "x", Seconds(1), Seconds(2), {}, "7/8"},
                                         {0, "x", Seconds(1), Seconds(2), {}, "7/9"},
                                         {0, "x", Seconds(2), Seconds(3), {}, "7/8"}},
                                        {}});
    QVERIFY(spans);
    const auto& numbered = std::get<TasksEvent>(*spans).spans;
    QCOMPARE(numbered[0].worker, 0);
    QCOMPARE(numbered[1].worker, 1);
    QCOMPARE(numbered[2].worker, 0);
    TasksEvent many;
    for (std::size_t i = 0; i < maxReplicas; ++i)
        many.spans.push_back({0, "x", Seconds(1), Seconds(2), {}, "9/" + std::to_string(i)});
    QVERIFY(!taken(many));
}

void EventTest::tooLongALineIsRefused()
{
    const auto event =
        eventFromLine(eventLine({Seconds(1), LogEvent{"info", std::string(2 << 20, 'x')}}));
    QVERIFY(!event.has_value());
}

void EventTest::settingsOfAnyTypeBecomeText()
{
    const auto event =
        eventFromLine(R"({"type":"ready","t":1,"settings":{"n":2,"b":true,"s":"x"}})");
    QVERIFY(event.has_value());
    const auto& settings = std::get<ReadyEvent>(event->body).settings;
    QCOMPARE(settings.at("n"), "2");
    QCOMPARE(settings.at("b"), "true");
    QCOMPARE(settings.at("s"), "x");
}

SPILLWAY_TESTS(EventTest, QCoreApplication)
#include "event_test.moc"
