#include "native/objectstore/object_life.h"
#include "suites/suites.h"

#include <QtTest>

#include <functional>
#include <string>

using namespace spillway;
using State = ObjectState;

/// The life cycle alone: no memory, no processes.
class ObjectLifeTest : public QObject {
    Q_OBJECT
private slots:
    void anEventHasOneMeaningInEachState_data();
    void anEventHasOneMeaningInEachState();
    void theDriversAndTheUsersReferencesKeepIt();
    void aReaderKeepsTheMemoryOfWhatIsSpilled();
    void whatIsGivenUpIsFreedWhenTheDiskIsDone();
    void bytesCountInOnePlace_data();
    void bytesCountInOnePlace();
};

namespace {

const char* name(State state)
{
    switch (state) {
    case State::Created:
        return "created";
    case State::Sealed:
        return "sealed";
    case State::Pinned:
        return "pinned";
    case State::Spilling:
        return "spilling";
    case State::Spilled:
        return "spilled";
    case State::Restoring:
        return "restoring";
    case State::Restored:
        return "restored";
    case State::Freed:
        return "freed";
    }
    return "unknown";
}

using Event = std::function<bool(ObjectLife&)>;

/// A needed object in `state` without users.
ObjectLife lifeIn(State state)
{
    ObjectLife life(true);
    if (state == State::Created) return life;
    if (state == State::Freed) {
        life.abandon();
        return life;
    }
    life.seal();
    if (state == State::Sealed) {
        life.addUser();
        life.giveUp();
    }
    if (state == State::Pinned || state == State::Sealed) return life;
    life.beginSpill();
    if (state == State::Spilling) return life;
    life.endSpill(true);
    if (state == State::Spilled) return life;
    life.beginRestore();
    if (state == State::Restoring) return life;
    life.endRestore();
    return life;
}

/// No state: the event has no meaning.
constexpr auto refused = static_cast<State>(0xff);

constexpr State states[] = {State::Created, State::Sealed,    State::Pinned,   State::Spilling,
                            State::Spilled, State::Restoring, State::Restored, State::Freed};

} // namespace

void ObjectLifeTest::anEventHasOneMeaningInEachState_data()
{
    QTest::addColumn<Event>("event");
    QTest::addColumn<QList<int>>("after"); // of each state
    const auto row = [](const char* name, Event event, const QList<State>& after) {
        QList<int> numbers;
        for (const State state : after)
            numbers.append(static_cast<int>(state));
        QTest::newRow(name) << std::move(event) << numbers;
    };
    const State no = refused;
    using Life = ObjectLife;
    // From:                 created        sealed        pinned           spilling
    //                       spilled          restoring        restored          freed
    row("seal", &Life::seal, {State::Pinned, no, no, no, no, no, no, no});
    row("abandon", &Life::abandon, {State::Freed, no, no, no, no, no, no, no});
    row("add user", &Life::addUser,
        {no, State::Sealed, State::Pinned, State::Spilling, no, no, State::Restored, no});
    row("give up", &Life::giveUp,
        {State::Created, no, State::Freed, State::Spilling, State::Freed, State::Restoring,
         State::Freed, no});
    row("begin spill", &Life::beginSpill, {no, no, State::Spilling, no, no, no, no, no});
    row("end spill", [](Life& life) { return life.endSpill(true); },
        {no, no, no, State::Spilled, no, no, no, no});
    row("fail to spill", [](Life& life) { return life.endSpill(false); },
        {no, no, no, State::Pinned, no, no, no, no});
    row("evict", &Life::evict, {no, no, no, no, no, no, State::Spilled, no});
    row("begin restore", &Life::beginRestore, {no, no, no, no, State::Restoring, no, no, no});
    row("end restore", &Life::endRestore, {no, no, no, no, no, State::Restored, no, no});
    row("lose", &Life::lose, {no, no, no, no, no, State::Freed, no, no});
}

void ObjectLifeTest::anEventHasOneMeaningInEachState()
{
    QFETCH(Event, event);
    QFETCH(QList<int>, after);
    for (qsizetype i = 0; i < after.size(); ++i) {
        ObjectLife life = lifeIn(states[i]);
        QCOMPARE(life.state(), states[i]);
        const char* const from = name(states[i]);
        const bool meant = event(life);
        QVERIFY2(meant == (after[i] != static_cast<int>(refused)), from);
        const auto expected =
            after[i] != static_cast<int>(refused) ? static_cast<State>(after[i]) : states[i];
        QVERIFY2(life.state() == expected, from);
    }
}

void ObjectLifeTest::theDriversAndTheUsersReferencesKeepIt()
{
    ObjectLife life(true);
    QVERIFY(life.seal());
    QVERIFY(life.addUser());
    QVERIFY(life.addUser());
    QVERIFY(life.giveUp());
    QVERIFY(!life.giveUp());
    QVERIFY(life.removeUser());
    QCOMPARE(life.state(), State::Sealed);
    QVERIFY(life.removeUser());
    QCOMPARE(life.state(), State::Freed);
    QVERIFY(!life.removeUser());

    ObjectLife unwanted(false);
    QVERIFY(unwanted.seal());
    QCOMPARE(unwanted.state(), State::Freed);
}

void ObjectLifeTest::aReaderKeepsTheMemoryOfWhatIsSpilled()
{
    ObjectLife life = lifeIn(State::Spilling);
    QVERIFY(life.addUser());
    QVERIFY(life.endSpill(true));
    QCOMPARE(life.state(), State::Restored);
    QVERIFY(!life.evict());
    QVERIFY(life.removeUser());
    QVERIFY(life.evict());

    ObjectLife used = lifeIn(State::Pinned);
    QVERIFY(used.addUser());
    QVERIFY(!used.beginSpill());
}

void ObjectLifeTest::whatIsGivenUpIsFreedWhenTheDiskIsDone()
{
    ObjectLife life = lifeIn(State::Spilling);
    QVERIFY(life.giveUp());
    QCOMPARE(life.state(), State::Spilling);
    QVERIFY(life.endSpill(true));
    QCOMPARE(life.state(), State::Freed);

    ObjectLife back = lifeIn(State::Restoring);
    QVERIFY(back.giveUp());
    QVERIFY(back.endRestore());
    QCOMPARE(back.state(), State::Freed);
}

void ObjectLifeTest::bytesCountInOnePlace_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("unused");
    QTest::addColumn<int>("used");
    const auto row = [](State state, ObjectUse unused, ObjectUse used) {
        QTest::newRow(name(state))
            << static_cast<int>(state) << static_cast<int>(unused) << static_cast<int>(used);
    };
    row(State::Created, ObjectUse::InUse, ObjectUse::InUse);
    row(State::Pinned, ObjectUse::Pinned, ObjectUse::InUse);
    row(State::Spilling, ObjectUse::Pinned, ObjectUse::InUse);
    row(State::Spilled, ObjectUse::OnDisk, ObjectUse::OnDisk);
    row(State::Restoring, ObjectUse::InUse, ObjectUse::InUse);
    row(State::Restored, ObjectUse::Evictable, ObjectUse::InUse);
    row(State::Freed, ObjectUse::None, ObjectUse::None);
}

void ObjectLifeTest::bytesCountInOnePlace()
{
    QFETCH(int, state);
    QFETCH(int, unused);
    QFETCH(int, used);
    ObjectLife life = lifeIn(static_cast<State>(state));
    QCOMPARE(static_cast<int>(life.use()), unused);
    life.addUser();
    QCOMPARE(static_cast<int>(life.use()), used);
}

SPILLWAY_TESTS(ObjectLifeTest, QCoreApplication)
#include "object_life_test.moc"
