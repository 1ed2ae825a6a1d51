#include "example_run.h"

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
        QCOMPARE(static_cast<int>(trace->groups.size()), last.repeat % 3 * 200);
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

QTEST_GUILESS_MAIN(SessionCrashTest)
#include "session_crash_test.moc"
