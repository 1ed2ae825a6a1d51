#include "native/objectstore/object_store.h"
#include "suites/suites.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <fstream>

using namespace spillway;

/// The store's decisions without processes: who gets room, what moves, who is told what.
class ObjectStoreTest : public QObject {
    Q_OBJECT
private slots:
    void readersCannotWrite();
    void freedSegmentsServeTheNextObject();
    void smallObjectsShareASegment();
    void whatDoesNotFitIsSpilledAndComesBackTheSame();
    void restoredCopiesAreGivenUpWithoutWriting();
    void whoMustWaitIsServedInOrder();
    void twoSecondsWithoutProgressAreAnError();
    void anObjectLargerThanTheStoreIsRefusedAtOnce();
    void wantOfDescriptorsIsNoWantOfMemory();
    void aDiskThatCannotBeWrittenIsNamed();
    void aDamagedSpillFileLosesTheObjectAndIsNamed();
    void aDeadClientsUnsealedObjectsAreLost();
    void whatIsGivenUpBeforeItIsMadeIsNotKept();
    void wrongRequestsAreRefused();
};

namespace {

constexpr Bytes mebibyte = Bytes(1) << 20;

/// A store with what its clients would hear, and their memory.
class Bench {
public:
    explicit Bench(Bytes capacity, bool spills = true)
        : directory(scratch.path().toStdString()),
          store(capacity, spills ? std::optional(directory) : std::nullopt)
    {
    }
    StoreReply next()
    {
        gather();
        if (replies.empty()) return {.client = 0, .type = MessageType::Hello};
        const StoreReply reply = replies.front();
        replies.erase(replies.begin());
        return reply;
    }
    /// The next reply, once the disk has done what it takes.
    StoreReply awaited()
    {
        gather();
        while (replies.empty() && waitForDisk())
            gather();
        return next();
    }
    void gather()
    {
        for (StoreReply& reply : store.takeReplies())
            replies.push_back(std::move(reply));
    }
    bool waitForDisk()
    {
        pollfd disk{.fd = store.diskFd(), .events = POLLIN, .revents = 0};
        if (::poll(&disk, 1, 10'000) != 1) return false;
        store.diskReady();
        return true;
    }
    static char* bytesOf(boost::interprocess::mapped_region& region)
    {
        return static_cast<char*>(region.get_address());
    }
    /// Creates, fills and seals; false when there was no room.
    bool put(ObjectId id, Bytes bytes, char fill)
    {
        store.create(1, id, bytes);
        const StoreReply reply = awaited();
        if (reply.type != MessageType::Created) return false;
        auto region = mapSegment(reply.segment->fd(), reply.place.offset, reply.place.bytes, true);
        std::fill_n(bytesOf(*region), bytes, fill);
        return store.seal(1, id);
    }
    /// Whether the object is there and full of `fill`; then it is released.
    bool holds(ObjectId id, char fill)
    {
        store.get(2, id);
        const StoreReply reply = awaited();
        if (reply.type != MessageType::Found) return false;
        const auto fd = reply.segment->readOnly();
        auto region = mapSegment(fd->get(), reply.place.offset, reply.place.bytes, false);
        const char* const data = bytesOf(*region);
        const bool same =
            std::all_of(data, data + reply.place.bytes, [&](char byte) { return byte == fill; });
        return store.release(2, id) && same;
    }

    QTemporaryDir scratch;
    std::filesystem::path directory;
    ObjectStore store;
    std::vector<StoreReply> replies;
};

} // namespace

void ObjectStoreTest::readersCannotWrite()
{
    Bench bench(8 * mebibyte);
    QVERIFY(bench.put(1, mebibyte, 'a'));
    bench.store.get(2, 1);
    const StoreReply found = bench.next();
    QCOMPARE(found.type, MessageType::Found);
    const auto fd = found.segment->readOnly();
    QVERIFY(fd.has_value());
    QCOMPARE(::mmap(nullptr, mebibyte, PROT_READ | PROT_WRITE, MAP_SHARED, fd->get(), 0),
             MAP_FAILED);
    const auto region = mapSegment(fd->get(), 0, mebibyte, false);
    QVERIFY(region.has_value());
    QCOMPARE(::mprotect(region->get_address(), mebibyte, PROT_READ | PROT_WRITE), -1);
}

void ObjectStoreTest::freedSegmentsServeTheNextObject()
{
    Bench bench(8 * mebibyte);
    bench.store.create(1, 1, 2 * mebibyte);
    const auto first = bench.next().place.segment;
    QVERIFY(bench.store.seal(1, 1));
    bench.store.free(1);
    QCOMPARE(bench.store.usage().objects.evictable.bytes, 2 * mebibyte);
    bench.store.create(1, 2, 2 * mebibyte - 4096);
    QCOMPARE(bench.next().place.segment, first);
    QCOMPARE(bench.store.usage().objects.evictable.bytes, Bytes(0));
    QVERIFY(bench.store.seal(1, 2));
    bench.store.free(2);
    // One of another size takes the memory back.
    bench.store.create(1, 3, 7 * mebibyte);
    QCOMPARE(bench.next().type, MessageType::Created);
    QCOMPARE(bench.store.takeGoneSegments(), std::vector<std::uint64_t>{first});
}

void ObjectStoreTest::smallObjectsShareASegment()
{
    Bench bench(64 * mebibyte);
    bench.store.create(1, 1, 200'000);
    bench.store.create(1, 2, 300'000);
    const auto first = bench.next().place;
    const auto second = bench.next().place;
    QCOMPARE(first.segment, second.segment);
    QVERIFY(first.offset + first.bytes <= second.offset ||
            second.offset + second.bytes <= first.offset);
    QVERIFY(bench.store.seal(1, 1));
    bench.store.free(1);
    QVERIFY(bench.put(3, 200'000, 'c'));
    QVERIFY(bench.holds(3, 'c'));
}

void ObjectStoreTest::whatDoesNotFitIsSpilledAndComesBackTheSame()
{
    Bench bench(8 * mebibyte);
    for (ObjectId id = 1; id <= 12; ++id)
        QVERIFY(bench.put(id, 2 * mebibyte, static_cast<char>('a' + id)));
    QVERIFY(bench.store.usage().spilledTotal >= 16 * mebibyte);
    for (ObjectId id = 1; id <= 12; ++id)
        QVERIFY(bench.holds(id, static_cast<char>('a' + id)));
    QVERIFY(bench.store.usage().restoredTotal >= 16 * mebibyte);
    QVERIFY(bench.store.usage().objects.inMemory() <= 8 * mebibyte);
    for (ObjectId id = 1; id <= 12; ++id)
        bench.store.free(id);
    QCOMPARE(bench.store.usage().objects.spilled.bytes, Bytes(0));
}

void ObjectStoreTest::restoredCopiesAreGivenUpWithoutWriting()
{
    Bench bench(8 * mebibyte);
    for (ObjectId id = 1; id <= 6; ++id)
        QVERIFY(bench.put(id, 2 * mebibyte, 'x'));
    for (int round = 0; round < 2; ++round)
        for (ObjectId id = 1; id <= 6; ++id)
            QVERIFY(bench.holds(id, 'x'));
    QVERIFY(bench.store.usage().spilledTotal <= 12 * mebibyte);
}

void ObjectStoreTest::whoMustWaitIsServedInOrder()
{
    Bench bench(8 * mebibyte, false);
    bench.store.create(1, 1, 6 * mebibyte);
    QCOMPARE(bench.next().type, MessageType::Created);
    bench.store.create(2, 2, 5 * mebibyte);
    bench.store.create(3, 3, mebibyte); // would fit, but came later
    QCOMPARE(bench.next().client, ClientId(0));
    QVERIFY(bench.store.seal(1, 1));
    bench.store.free(1);
    QCOMPARE(bench.next().client, ClientId(2));
    QCOMPARE(bench.next().client, ClientId(3));
}

void ObjectStoreTest::twoSecondsWithoutProgressAreAnError()
{
    Bench bench(8 * mebibyte, false);
    QVERIFY(!bench.store.deadline());
    bench.store.create(1, 1, 6 * mebibyte);
    QCOMPARE(bench.next().type, MessageType::Created);
    bench.store.create(2, 2, 5 * mebibyte);
    const auto due = bench.store.deadline();
    QVERIFY(due.has_value());
    bench.store.tick(*due - Seconds(0.1));
    QCOMPARE(bench.next().client, ClientId(0));
    bench.store.tick(*due);
    const StoreReply refused = bench.next();
    QCOMPARE(refused.client, ClientId(2));
    QCOMPARE(refused.type, MessageType::NoRoom);
    QVERIFY(refused.error.message.find("no room") != std::string::npos);
    QVERIFY(!bench.store.deadline());
}

void ObjectStoreTest::anObjectLargerThanTheStoreIsRefusedAtOnce()
{
    Bench bench(8 * mebibyte);
    bench.store.create(1, 1, 9 * mebibyte);
    QCOMPARE(bench.next().type, MessageType::NoRoom);
}

void ObjectStoreTest::wantOfDescriptorsIsNoWantOfMemory()
{
    Bench bench(64 * mebibyte);
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    bench.store.create(1, 1, 6 * mebibyte);
    ::setrlimit(RLIMIT_NOFILE, &before);
    const StoreReply refused = bench.next();
    QCOMPARE(refused.type, MessageType::NoRoom);
    QVERIFY2(refused.error.code == ErrorCode::Io, refused.error.message.c_str());
    bench.store.create(1, 2, 6 * mebibyte);
    QCOMPARE(bench.next().type, MessageType::Created);
}

void ObjectStoreTest::aDiskThatCannotBeWrittenIsNamed()
{
    Bench bench(8 * mebibyte);
    std::filesystem::remove_all(bench.directory);
    QVERIFY(bench.put(1, 6 * mebibyte, 'a'));
    bench.store.create(2, 2, 5 * mebibyte);
    QVERIFY(bench.waitForDisk());
    bench.store.tick(*bench.store.deadline());
    const StoreReply refused = bench.next();
    QCOMPARE(refused.type, MessageType::NoRoom);
    QVERIFY2(refused.error.message.find(bench.directory.string()) != std::string::npos,
             refused.error.message.c_str());
    QVERIFY(refused.error.code == ErrorCode::Io);
    QVERIFY(bench.holds(1, 'a'));
}

void ObjectStoreTest::aDamagedSpillFileLosesTheObjectAndIsNamed()
{
    Bench bench(8 * mebibyte);
    for (ObjectId id = 1; id <= 4; ++id)
        QVERIFY(bench.put(id, 3 * mebibyte, 'x'));
    std::string damaged;
    for (const auto& file : std::filesystem::directory_iterator(bench.directory)) {
        damaged = file.path().string();
        std::fstream(damaged, std::ios::in | std::ios::out | std::ios::binary).seekp(1000).put('y');
    }
    QVERIFY(!damaged.empty());
    bench.store.get(2, 1);
    const StoreReply lost = bench.awaited();
    QCOMPARE(lost.type, MessageType::Lost);
    QVERIFY2(lost.error.message.find(damaged) != std::string::npos, lost.error.message.c_str());
    bench.store.get(2, 1);
    QCOMPARE(bench.awaited().type, MessageType::Lost);
}

void ObjectStoreTest::aDeadClientsUnsealedObjectsAreLost()
{
    Bench bench(8 * mebibyte);
    bench.store.create(1, 1, mebibyte);
    bench.store.create(1, 2, mebibyte);
    bench.next();
    bench.next();
    QVERIFY(bench.store.seal(1, 2));
    bench.store.get(3, 1); // waits for the seal
    QCOMPARE(bench.next().client, ClientId(0));
    bench.store.disconnect(1);
    const StoreReply lost = bench.next();
    QCOMPARE(lost.client, ClientId(3));
    QCOMPARE(lost.type, MessageType::Lost);
    bench.store.get(3, 2);
    QCOMPARE(bench.next().type, MessageType::Found);
    bench.store.disconnect(3);
    QCOMPARE(bench.store.usage().objects.inUse.bytes, Bytes(0));
    QCOMPARE(bench.store.usage().objects.pinned, (ObjectAmount{1, mebibyte}));
}

void ObjectStoreTest::whatIsGivenUpBeforeItIsMadeIsNotKept()
{
    Bench bench(8 * mebibyte);
    bench.store.free(1);
    QVERIFY(bench.put(1, mebibyte, 'a'));
    QCOMPARE(bench.store.usage().objects.pinned, ObjectAmount());
    bench.store.get(2, 1);
    QCOMPARE(bench.next().type, MessageType::Lost);
}

void ObjectStoreTest::wrongRequestsAreRefused()
{
    Bench bench(8 * mebibyte);
    QVERIFY(!bench.store.seal(1, 1));
    QVERIFY(!bench.store.release(1, 1));
    bench.store.create(1, 1, 0);
    QCOMPARE(bench.next().type, MessageType::NoRoom);
    QVERIFY(bench.put(2, mebibyte, 'a'));
    bench.store.create(1, 2, mebibyte);
    QCOMPARE(bench.next().type, MessageType::NoRoom);
    QVERIFY(!bench.store.seal(1, 2));
    QVERIFY(bench.holds(2, 'a'));
}

SPILLWAY_TESTS(ObjectStoreTest, QCoreApplication)
#include "object_store_test.moc"
