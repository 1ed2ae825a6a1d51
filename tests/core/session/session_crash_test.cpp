#include "../killed_at_call.h"
#include "example_run.h"
#include "suites/suites.h"

#include "session/session_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QtTest>

#include <csignal>

using namespace spillway;
namespace fs = std::filesystem;

class SessionCrashTest : public QObject {
    Q_OBJECT
private slots:
    void killedWriterLosesNothingItHadStored();
    void readerBesideAWriterSeesWholeRuns();
    void aKillWhileSavingLeavesNothing();
};

namespace {

/// A session_writer on `session`; killed at the end if it still runs.
class Writer {
public:
    explicit Writer(const fs::path& session)
    {
        process_.start(SESSION_WRITER, {QString::fromStdString(session.string())});
        QVERIFY2(process_.waitForStarted(), qPrintable(process_.errorString()));
    }
    ~Writer() { kill(); }

    /// Waits until `lines` ids were printed.
    void waitFor(int lines)
    {
        while (output_.count('\n') < lines && process_.waitForReadyRead(10'000))
            output_ += process_.readAllStandardOutput();
    }

    void kill()
    {
        if (process_.state() == QProcess::NotRunning) return;
        process_.kill();
        process_.waitForFinished();
        output_ += process_.readAllStandardOutput();
    }

    int lastId() const
    {
        const auto lines = output_.split('\n');
        return lines.size() < 2 ? 0 : lines[lines.size() - 2].toInt();
    }

private:
    QProcess process_;
    QByteArray output_;
};

} // namespace

void SessionCrashTest::killedWriterLosesNothingItHadStored()
{
    const QTemporaryDir directory;
    const fs::path path = fs::path(directory.path().toStdString()) / "s.spillway";
    QVERIFY(SessionStore::create(path).has_value());
    int interrupted = 0;
    for (int attempt = 0; attempt < 10; ++attempt) {
        int stored = 0;
        {
            Writer writer(path);
            writer.waitFor(1);
            // Anywhere inside the next transactions: a spin of a varied length, not a state.
            QElapsedTimer timer;
            timer.start();
            while (timer.nsecsElapsed() < attempt * 4'300'000LL) {
            }
            writer.kill();
            stored = writer.lastId();
        }
        interrupted += fs::exists(path.string() + "-journal") ? 1 : 0;
        auto store = SessionStore::open(path);
        QVERIFY2(store.has_value(), store ? "" : describe(store.error()).c_str());
        const auto runs = store->runs();
        QVERIFY(runs.has_value());
        // The run in progress may have been committed without having been told.
        QVERIFY(static_cast<int>(runs->size()) == stored ||
                static_cast<int>(runs->size()) == stored + 1);
        const auto& last = runs->back();
        const auto trace = store->trace(last.id);
        QVERIFY(trace.has_value());
        QCOMPARE(static_cast<int>(trace->samples.size()), last.repeat % 5 * 400);
        QCOMPARE(static_cast<int>(trace->table.rows()), last.repeat % 3 * 200);
        QVERIFY(store->environmentOf(last.id).has_value());
        QVERIFY(!fs::exists(path.string() + "-journal"));
    }
    qInfo("%d of 10 kills left a transaction to roll back", interrupted);
}

void SessionCrashTest::readerBesideAWriterSeesWholeRuns()
{
    const QTemporaryDir directory;
    const fs::path path = fs::path(directory.path().toStdString()) / "s.spillway";
    QVERIFY(SessionStore::create(path).has_value());
    Writer writer(path);
    writer.waitFor(1);
    auto reader = SessionStore::openReadOnly(path);
    QVERIFY2(reader.has_value(), reader ? "" : describe(reader.error()).c_str());
    std::size_t seen = 0;
    for (int i = 0; i < 12; ++i) {
        const auto runs = reader->runs();
        QVERIFY2(runs.has_value(), runs ? "" : describe(runs.error()).c_str());
        QVERIFY(runs->size() >= seen);
        seen = runs->size();
        const auto trace = reader->trace(runs->back().id);
        QVERIFY(trace.has_value());
        QCOMPARE(static_cast<int>(trace->samples.size()), runs->back().repeat % 5 * 400);
        writer.waitFor(i + 2);
    }
    QVERIFY(seen > 1);
}

/// Killed at every 7th system call of making a session and of saving a copy.
void SessionCrashTest::aKillWhileSavingLeavesNothing()
{
    int left = 0;
    for (const bool copies : {false, true}) {
        bool alive = true;
        for (int kills = 0; alive && kills < 7000; kills += 7) {
            const QTemporaryDir directory;
            const fs::path folder = directory.path().toStdString();
            const fs::path from = folder / "from.spillway";
            QVERIFY(SessionStore::create(from).has_value());
            std::optional<SessionStore> store;
            alive = test::killedAtCall(
                [&] {
                    if (copies) store.emplace(SessionStore::open(from).value());
                },
                [&] {
                    const auto to = folder / "to.spillway";
                    if (copies)
                        (void)store->saveAs(to);
                    else
                        (void)SessionStore::create(to);
                },
                kills);
            left += fs::exists(folder / "to.spillway") ? 0 : 1;
            QVERIFY(SessionStore::open(from).has_value());
            for (const auto& entry : fs::directory_iterator(folder))
                QVERIFY2(entry.path().extension() == ".spillway", entry.path().c_str());
            if (fs::exists(folder / "to.spillway"))
                QVERIFY(SessionStore::open(folder / "to.spillway").has_value());
        }
        QVERIFY(!alive);
    }
    QVERIFY(left > 10);
}

SPILLWAY_TESTS(SessionCrashTest, QCoreApplication)
#include "session_crash_test.moc"
