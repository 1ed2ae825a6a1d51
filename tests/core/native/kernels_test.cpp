#include "native_data.h"

#include "native/kernels/feature_split.h"
#include "native/kernels/group_sums.h"
#include "native/kernels/lbfgs.h"
#include "native/kernels/moments.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <limits>

using namespace spillway;
using testing::Sequence;

/// Sums, groups, the split, moments and the minimiser.
class KernelsTest : public QObject {
    Q_OBJECT
private slots:
    void compensatedSumsKeepWhatPlainOnesLose();
    void compensatedSumsKnowInfinities();
    void keysAreNumberedByFirstAppearance();
    void aMillionKeysKeepTheirNumbers();
    void keysLookedUpTogetherHaveTheNumbersOfKeysLookedUpAlone();
    void groupsCountMissingValuesApart();
    void groupsAreSortedByTheBytesOfTheirKeys();
    void mergedBlocksEqualAllRowsAtOnce();
    void splitHashIsTheDocumentedOne();
    void splitSharesComeNearTheFraction();
    void splitComparesAsDoubles();
    void momentsOfFarAwayValuesStayExact();
    void constantColumnsAreKnown();
    void lbfgsFindsTheBottomOfAValley();
    void lbfgsStopsAtTheStart();
    void lbfgsPassesErrorsOn();
    void lbfgsStaysWhereTheFunctionIsFinite();
};

void KernelsTest::compensatedSumsKeepWhatPlainOnesLose()
{
    CompensatedSum sum;
    for (const double value : {1e16, 1.0, 1.0, -1e16})
        sum.add(value);
    QCOMPARE(sum.value(), 2.0);
    CompensatedSum tenths;
    for (int i = 0; i < 1'000'000; ++i)
        tenths.add(0.1);
    QCOMPARE(tenths.value(), 100000.00000000001); // 10^6 times the double nearest to 0.1
}

void KernelsTest::compensatedSumsKnowInfinities()
{
    CompensatedSum sum;
    sum.add(1);
    sum.add(std::numeric_limits<double>::infinity());
    sum.add(1);
    QCOMPARE(sum.value(), std::numeric_limits<double>::infinity());
    sum.add(-std::numeric_limits<double>::infinity());
    QVERIFY(std::isnan(sum.value()));
}

void KernelsTest::keysAreNumberedByFirstAppearance()
{
    KeyTable table;
    const std::vector<std::string_view> keys{"b", "", "alpha", "b", "alpha", "beta", "", "\xff"};
    std::vector<KeyTable::Id> ids(keys.size());
    table.idsOf(keys, ids.data());
    const std::vector<KeyTable::Id> expected{0, 1, 2, 0, 2, 3, 1, 4};
    QCOMPARE(ids, expected);
    QCOMPARE(table.size(), 5);
    QCOMPARE(table.key(1), "");
    QCOMPARE(table.key(4), "\xff");
}

void KernelsTest::aMillionKeysKeepTheirNumbers()
{
    KeyTable table;
    for (int round = 0; round < 2; ++round)
        for (KeyTable::Id i = 0; i < 1'000'000; ++i)
            if (table.idOf(std::to_string(i)) != i) QFAIL("A key changed its number.");
    QCOMPARE(table.size(), 1'000'000);
    QCOMPARE(table.key(765'432), "765432");
}

void KernelsTest::keysLookedUpTogetherHaveTheNumbersOfKeysLookedUpAlone()
{
    // Old and new keys, of one byte and of more, in spans that end within a batch; the table grows
    // out of the cache on the way.
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < 120'001; ++i)
        texts.push_back(i % 7 == 0 ? std::string(1, static_cast<char>(i % 251))
                                   : std::to_string(i * 2654435761 % 60'000));
    const std::vector<std::string_view> keys(texts.begin(), texts.end());
    KeyTable alone;
    KeyTable together;
    std::size_t length = 1;
    for (std::size_t begin = 0; begin < keys.size(); begin += length, length = length * 3 % 1009) {
        const auto some = std::span(keys).subspan(begin, std::min(length, keys.size() - begin));
        std::vector<KeyTable::Id> ids(some.size());
        together.idsOf(some, ids.data());
        for (std::size_t i = 0; i < some.size(); ++i)
            if (ids[i] != alone.idOf(some[i])) QFAIL(texts[begin + i].c_str());
    }
    QVERIFY(together.size() > 40'000);
    QCOMPARE(together.size(), alone.size());
}

void KernelsTest::groupsCountMissingValuesApart()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::array<double, 4> x{1, nan, 3, nan};
    const std::array<double, 4> y{nan, nan, 5, 7};
    const std::array<const double*, 2> values{x.data(), y.data()};
    const std::vector<std::string_view> keys{"a", "b", "a", "a"};
    GroupSums sums(2);
    sums.add(keys, values);
    const EtlResult result = sums.result({"x", "y"});
    QCOMPARE(result.rows, 4);
    QCOMPARE(result.groupsCount, 2);
    QCOMPARE(result.groups[0].count, 3);
    QCOMPARE(result.groups[0].means, (std::vector<double>{2, 6}));
    QCOMPARE(result.groups[1].count, 1);
    QVERIFY(std::isnan(result.groups[1].means[0]));
    QCOMPARE(result.missing, (std::vector<std::int64_t>{2, 2}));
}

void KernelsTest::groupsAreSortedByTheBytesOfTheirKeys()
{
    using namespace std::string_view_literals;
    // Ties in the first eight bytes, a zero byte against none, bytes above 127.
    const std::vector<std::string_view> sorted{
        ""sv,          "a"sv,         "a\0"sv,      "aaaaaaaa"sv, "aaaaaaaa\0b"sv,
        "aaaaaaaaa"sv, "aaaaaaaab"sv, "aaaaaaab"sv, "b"sv,        "\xc3\xa9"sv};
    std::vector<std::string_view> keys{sorted.rbegin(), sorted.rend()};
    std::swap(keys[2], keys[7]);
    const std::vector<double> ones(keys.size(), 1);
    const std::array<const double*, 1> values{ones.data()};
    GroupSums sums(1);
    sums.add(keys, values);
    const EtlResult result = sums.result({"x"});
    QCOMPARE(result.groups.size(), sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        QCOMPARE(result.groups[i].key, std::string(sorted[i]));
}

void KernelsTest::mergedBlocksEqualAllRowsAtOnce()
{
    Sequence random(3);
    GroupSums all(1);
    GroupSums merged(1);
    for (int block = 0; block < 20; ++block) {
        std::vector<std::string> names;
        std::vector<double> values;
        for (int i = 0; i < 500; ++i) {
            names.push_back("k" + std::to_string(random.next() % 97));
            values.push_back((random.unit() - 0.5) * std::pow(10, random.next() % 12));
        }
        const std::vector<std::string_view> keys(names.begin(), names.end());
        const std::array<const double*, 1> columns{values.data()};
        GroupSums part(1);
        part.add(keys, columns);
        merged.merge(part.totals());
        all.add(keys, columns);
    }
    const auto a = all.result({"x"});
    const auto b = merged.result({"x"});
    QCOMPARE(a.groupsCount, 97);
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
        QCOMPARE(a.groups[i].key, b.groups[i].key);
        QCOMPARE(a.groups[i].count, b.groups[i].count);
        const double scale = std::abs(a.groups[i].means[0]);
        QVERIFY(std::abs(a.groups[i].means[0] - b.groups[i].means[0]) <= 1e-14 * scale);
    }
}

void KernelsTest::splitHashIsTheDocumentedOne()
{
    QCOMPARE(splitMix(0), 0xe220a8397b1dcdafu);
    QCOMPARE(featureHash(std::array{0.5, 0.25}), 0x6e3ce847f682a5a5u);
    QCOMPARE(featureHash(std::array{-0.0}), featureHash(std::array{0.0}));
    QVERIFY(featureHash(std::array{0.25, 0.5}) != featureHash(std::array{0.5, 0.25}));
}

void KernelsTest::splitSharesComeNearTheFraction()
{
    for (const double fraction : {0.0, 0.1, 0.2, 0.75}) {
        const FeatureSplit split(fraction);
        Sequence random(7);
        int tested = 0;
        for (int i = 0; i < 100'000; ++i)
            tested += !split.trains(featureHash(std::array{random.unit()}));
        QVERIFY(std::abs(tested - 100'000 * fraction) < 600);
    }
}

void KernelsTest::splitComparesAsDoubles()
{
    Sequence random(9);
    for (const double fraction : {1e-300, 1e-17, 0.1, 0.2, 0.5, 0.9999, 1.0}) {
        const FeatureSplit split(fraction);
        const double limit = 0x1p64 * (1 - fraction);
        const auto near = limit < 0x1p64 ? static_cast<std::uint64_t>(limit) : 0;
        for (std::uint64_t i = 0; i < 20'000; ++i) {
            const std::uint64_t hash = i % 2 == 0 ? splitMix(random.next()) : near + i - 10'000;
            QCOMPARE(split.trains(hash), static_cast<double>(hash) < limit);
        }
    }
}

void KernelsTest::momentsOfFarAwayValuesStayExact()
{
    std::vector<double> values;
    for (int i = 0; i < 999; ++i)
        values.push_back(1e9 + i % 3);
    const std::span<const double> all(values);
    const auto whole = momentsOf(all);
    QCOMPARE(whole.mean, 1e9 + 1);
    QCOMPARE(whole.squares, 666.0);
    const auto parts =
        combined(combined(momentsOf(all.first(333)), momentsOf({})), momentsOf(all.subspan(333)));
    QCOMPARE(parts.count, 999);
    QCOMPARE(parts.mean, whole.mean);
    QVERIFY(std::abs(parts.squares - 666) < 1e-9);
}

void KernelsTest::constantColumnsAreKnown()
{
    QVERIFY(momentsOf(std::vector<double>(1000, 0.1)).constant());
    QVERIFY(momentsOf(std::vector<double>(10, 0.0)).constant());
    std::vector<double> almost(1000, 1.0);
    almost[5] = 1 + 1e-6;
    QVERIFY(!momentsOf(almost).constant());
}

namespace {

/// Rosenbrock's valley; its bottom is at (1, 1).
Result<Evaluation> valley(const Eigen::VectorXd& at)
{
    const double a = 1 - at[0];
    const double b = at[1] - at[0] * at[0];
    Evaluation evaluation{.value = a * a + 100 * b * b, .gradient = Eigen::VectorXd(2)};
    evaluation.gradient << -2 * a - 400 * at[0] * b, 200 * b;
    return evaluation;
}

} // namespace

void KernelsTest::lbfgsFindsTheBottomOfAValley()
{
    int evaluations = 0;
    const auto counted = [&](const Eigen::VectorXd& at) {
        ++evaluations;
        return valley(at);
    };
    int told = 0;
    double last = std::numeric_limits<double>::infinity();
    const auto minimum =
        minimise(counted, Eigen::Vector2d(-1.2, 1), {.maxIterations = 200, .tolerance = 1e-9},
                 [&](const Minimum& now) {
                     ++told;
                     QVERIFY(now.at.value <= last);
                     last = now.at.value;
                 });
    QVERIFY(minimum.has_value());
    QVERIFY(minimum->converged);
    QVERIFY((minimum->point - Eigen::Vector2d(1, 1)).norm() < 1e-8);
    QCOMPARE(minimum->evaluations, evaluations);
    QCOMPARE(minimum->iterations, told);
    QVERIFY(evaluations < 80);
}

void KernelsTest::lbfgsStopsAtTheStart()
{
    const auto bottom = minimise(valley, Eigen::Vector2d(1, 1), {});
    QVERIFY(bottom->converged);
    QCOMPARE(bottom->iterations, 0);
    QCOMPARE(bottom->evaluations, 1);
    const auto none = minimise(valley, Eigen::Vector2d(-1.2, 1), {.maxIterations = 0});
    QVERIFY(!none->converged);
    QCOMPARE(none->iterations, 0);
}

void KernelsTest::lbfgsPassesErrorsOn()
{
    int calls = 0;
    const auto failing = [&](const Eigen::VectorXd& at) -> Result<Evaluation> {
        if (++calls == 5) return Error{.code = ErrorCode::Cancelled, .message = "stop"};
        return valley(at);
    };
    const auto minimum = minimise(failing, Eigen::Vector2d(-1.2, 1), {.maxIterations = 200});
    QVERIFY(minimum.has_error());
    QCOMPARE(minimum.error().code, ErrorCode::Cancelled);
    QCOMPARE(calls, 5);
}

void KernelsTest::lbfgsStaysWhereTheFunctionIsFinite()
{
    // x − log x with a barrier at 0: the first steps of a careless search leave its domain.
    const auto barrier = [](const Eigen::VectorXd& at) -> Result<Evaluation> {
        Evaluation evaluation{.gradient = Eigen::VectorXd(1)};
        const bool inside = at[0] > 0;
        evaluation.value =
            inside ? 100 * at[0] - std::log(at[0]) : std::numeric_limits<double>::infinity();
        evaluation.gradient[0] = inside ? 100 - 1 / at[0] : 0;
        return evaluation;
    };
    const auto minimum = minimise(barrier, Eigen::VectorXd::Constant(1, 0.5),
                                  {.maxIterations = 100, .tolerance = 1e-8});
    QVERIFY(minimum.has_value());
    QVERIFY(minimum->converged);
    QVERIFY(std::abs(minimum->point[0] - 0.01) < 1e-9);
}

QTEST_APPLESS_MAIN(KernelsTest)
#include "kernels_test.moc"
