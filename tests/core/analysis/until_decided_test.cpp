#include "analysis/recommendation.h"
#include "noisy_sessions.h"
#include "protocol/decision_looks.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

namespace {

Recommendation untilDecided(const std::vector<RunRecord>& records)
{
    return recommend(compare(records, 4, {.untilDecided = true}).front(), {});
}

/// A plan that is repeated until decided: at every look what is settled is left out of the rounds
/// that follow.
struct Repeated {
    int rounds = 0;
    bool calledSlower = false; ///< any engine, at any look
    Recommendation last;
};

Repeated repeated(const std::vector<Truth>& truths, std::uint64_t seed)
{
    const auto all = session(truths, decisionLooks.back(), seed);
    Repeated result;
    std::vector<RunRecord> records;
    auto running = [&](const RunRecord& record) {
        if (result.rounds == 0) return true;
        if (record.cell == result.last.leader->cell) return true;
        return std::ranges::any_of(result.last.rivals, [&](const Rival& rival) {
            return rival.contender.cell == record.cell && rival.standing == Standing::TooFewRounds;
        });
    };
    for (int look = lookAfter(0); look > 0; look = lookAfter(look)) {
        for (const auto& record : all)
            if (record.repeat > result.rounds && record.repeat <= look && running(record))
                records.push_back(record);
        result.last = untilDecided(records);
        result.rounds = look;
        bool open = false;
        for (const Rival& rival : result.last.rivals) {
            result.calledSlower |= rival.standing == Standing::Slower;
            open |= rival.standing == Standing::TooFewRounds;
        }
        if (!open) break;
    }
    return result;
}

} // namespace

/// Repeating until decided: docs/measurement.md.
class UntilDecidedTest : public QObject {
    Q_OBJECT
private slots:
    void looksAreAtFixedRounds()
    {
        QCOMPARE(lookAfter(0), 5);
        QCOMPARE(lookReached(4), 0);
        QCOMPARE(lookReached(9), 5);
        QCOMPARE(lookAfter(9), 10);
        QCOMPARE(lookReached(40), 40);
        QCOMPARE(lookAfter(40), 0);
    }

    void aClearDifferenceIsSettledAtTheFirstLook()
    {
        const auto found = repeated({{"dask", 4, 6}, {"ray", 4, 12}}, 1);
        QCOMPARE(found.rounds, 5);
        QCOMPARE(found.last.kind, RecommendationKind::Winner);
    }

    void betweenLooksNothingIsCalledSlower()
    {
        // Nine rounds: the verdict is that of the first five.
        const auto nine = session({{"dask", 4, 6}, {"ray", 4, 6.3}}, 9, 4);
        const auto five = session({{"dask", 4, 6}, {"ray", 4, 6.3}}, 5, 4);
        const auto at9 = untilDecided(nine);
        const auto at5 = untilDecided(five);
        QCOMPARE(at9.rivals.front().ratio->rounds, 5);
        QCOMPARE(at9.rivals.front().standing, at5.rivals.front().standing);
        QCOMPARE(at9.rivals.front().nextLook, std::optional<int>(10));
    }

    void whatIsOpenSaysHowManyRoundsFollow()
    {
        auto records = session({{"dask", 4, 6}, {"ray", 4, 6}}, 6, 3);
        const auto found = untilDecided(records);
        QCOMPARE(found.kind, RecommendationKind::CannotTell);
        QVERIFY2(sentence(found).find("4 more repeats decide between it and") != std::string::npos,
                 sentence(found).c_str());
        // The flag of its runs says so, too.
        QVERIFY(!compare(records, 4).front().untilDecided);
        records.back().flags.emplace_back(untilDecidedFlag);
        QVERIFY(compare(records, 4).front().untilDecided);
    }

    void theLastLookEndsWithoutADifference()
    {
        const auto found = repeated({{"dask", 4, 6}, {"ray", 4, 6}}, 11);
        QCOMPARE(found.rounds, 40);
        QCOMPARE(found.last.kind, RecommendationKind::NoDifference);
    }

    void equalEnginesAreRarelyCalledDifferentOverAllLooks_data()
    {
        QTest::addColumn<int>("engines");
        QTest::newRow("two") << 2;
        QTest::newRow("four") << 4;
        QTest::newRow("seven") << 7;
    }

    void equalEnginesAreRarelyCalledDifferentOverAllLooks()
    {
        QFETCH(int, engines);
        constexpr int trials = 800;
        constexpr std::array names{"a", "b", "c", "d", "e", "f", "g"};
        std::vector<Truth> truths;
        for (int i = 0; i < engines; ++i)
            truths.push_back({names[std::size_t(i)], 2, 6});
        int wrong = 0;
        for (int trial = 0; trial < trials; ++trial)
            wrong += repeated(truths, std::uint64_t(trial)).calledSlower;
        qInfo("called different: %.2f %% of %d plans", 100.0 * wrong / trials, trials);
        // 5 % and what chance may add to it in so many trials.
        QVERIFY(wrong <= 0.05 * trials + 2 * std::sqrt(0.05 * 0.95 * trials));
    }

    void aDifferenceOfHalfIsFound()
    {
        int found = 0;
        double rounds = 0;
        constexpr int trials = 100;
        for (int trial = 0; trial < trials; ++trial) {
            const auto plan =
                repeated({{"a", 2, 6}, {"b", 2, 9}, {"c", 2, 9}}, std::uint64_t(trial));
            found += plan.last.kind == RecommendationKind::Winner;
            rounds += plan.rounds;
        }
        qInfo("found in %d of %d plans, after %.1f rounds", found, trials, rounds / trials);
        QVERIFY(found >= 95);
    }
};

SPILLWAY_TESTS(UntilDecidedTest, QCoreApplication)
#include "until_decided_test.moc"
