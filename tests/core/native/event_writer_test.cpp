#include "native/serve/event_writer.h"
#include "suites/suites.h"

#include <QtTest>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

using namespace spillway;

/// What the child writes, over a real pipe whose reader is slow, patient or gone.
class EventWriterTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); }
    void aHostThatDoesNotReadHoldsNobodyUp();
    void aHostThatIsGoneIsNoticed();
    void aHostThatNeverReadsIsGivenUp();
    void phasesAreTimed();
};

namespace {

struct Pipe {
    Pipe()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) qFatal("No pipe.");
        read = UniqueFd(ends[0]);
        write = UniqueFd(ends[1]);
    }
    UniqueFd read;
    UniqueFd write;
};

std::vector<Event> readAll(int fd)
{
    std::string text;
    std::array<char, 65536> buffer;
    for (ssize_t count; (count = ::read(fd, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(count));
    std::vector<Event> events;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        events.push_back(eventFromLine(std::string_view(text).substr(at, end - at)).value());
        at = end + 1;
    }
    return events;
}

} // namespace

void EventWriterTest::aHostThatDoesNotReadHoldsNobodyUp()
{
    Pipe pipe;
    auto writer = std::make_unique<EventWriter>(std::move(pipe.write));
    constexpr int sent = 20000;
    for (int i = 0; i < sent; ++i)
        writer->send(ProgressEvent{.done = i, .total = sent, .unit = "rows"});
    writer->send(LogEvent{.level = "info", .message = std::string(200'000, 'x')});
    writer->send(ByeEvent{});
    std::vector<Event> events;
    {
        const std::jthread reader([&] { events = readAll(pipe.read.get()); });
        QVERIFY(writer->finish());
        writer.reset(); // ends the pipe, and so the reader
    }
    QVERIFY(events.size() > 1000);
    QVERIFY(events.size() < sent);
    QVERIFY(std::holds_alternative<ProgressEvent>(events.front().body));
    QVERIFY(std::holds_alternative<LogEvent>(events[events.size() - 2].body));
    QVERIFY(std::holds_alternative<ByeEvent>(events.back().body));
}

void EventWriterTest::aHostThatIsGoneIsNoticed()
{
    Pipe pipe;
    EventWriter writer(std::move(pipe.write));
    pipe.read.reset();
    writer.send(ByeEvent{});
    QVERIFY(!writer.finish());
    writer.send(ByeEvent{});
    QVERIFY(!writer.finish());
}

void EventWriterTest::aHostThatNeverReadsIsGivenUp()
{
    Pipe pipe;
    EventWriter writer(std::move(pipe.write));
    writer.send(LogEvent{.level = "info", .message = std::string(500'000, 'x')});
    QVERIFY(!writer.finish());
}

void EventWriterTest::phasesAreTimed()
{
    Pipe pipe;
    EventWriter writer(std::move(pipe.write));
    writer.deliver({Seconds(1), PhaseEvent{.name = "load", .begin = true}});
    writer.deliver({Seconds(3), PhaseEvent{.name = "load", .begin = false}});
    writer.deliver({Seconds(4), PhaseEvent{.name = "fit", .begin = true}});
    writer.deliver({Seconds(4.5), PhaseEvent{.name = "fit", .begin = false}});
    writer.deliver({Seconds(5), PhaseEvent{.name = "load", .begin = true}});
    writer.deliver({Seconds(6), PhaseEvent{.name = "load", .begin = false}});
    const std::map<std::string, double> expected{{"fit", 0.5}, {"load", 3}};
    QCOMPARE(writer.timings(), expected);
}

SPILLWAY_TESTS(EventWriterTest, QCoreApplication)
#include "event_writer_test.moc"
