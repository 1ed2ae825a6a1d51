#include "native_data.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"

#include "workloads/etl/native/etl_blocks.h"
#include "workloads/etl/native/group_sums.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <limits>

using namespace spillway;
using testing::Sequence;

/// Keys and the sums of their groups.
class GroupsTest : public QObject {
    Q_OBJECT
private slots:
    void keysAreNumberedByFirstAppearance();
    void leadingBytesAreTheFirstEight();
    void keysThatBeginAlikeAreToldApart();
    void aMillionKeysKeepTheirNumbers();
    void keysLookedUpTogetherHaveTheNumbersOfKeysLookedUpAlone();
    void aClearedTableBeginsAnew();
    void groupsCountMissingValuesApart();
    void groupsAreSortedByTheBytesOfTheirKeys();
    void mergedBlocksEqualAllRowsAtOnce();
    void tablesUsedAgainGiveTheSameSums();
};

void GroupsTest::keysAreNumberedByFirstAppearance()
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

void GroupsTest::leadingBytesAreTheFirstEight()
{
    const std::string text("\x01\xff\x03\x80\x05\x06\x07\x08\x09\x0a", 10);
    for (std::size_t size = 0; size <= text.size(); ++size) {
        std::uint64_t expected = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(size, 8); ++i)
            expected |= std::uint64_t(static_cast<unsigned char>(text[i])) << (8 * i);
        QCOMPARE(leadingBytes(std::string_view(text).substr(0, size)), expected);
    }
}

void GroupsTest::keysThatBeginAlikeAreToldApart()
{
    // Same first eight bytes, zeros at the end or none, sizes beyond what a slot tells.
    std::vector<std::string> texts;
    for (std::size_t size = 2; size < 600; ++size) {
        texts.push_back(std::string(size, '\0'));
        texts.push_back("aaaaaaaa" + std::string(size, 'b'));
        texts.push_back("aaaaaaaa" + std::string(size, 'b') + 'c');
    }
    // Enough of them for a table that is too large for the cache.
    for (int i = 0; i < 20'000; ++i)
        texts.push_back("a long beginning " + std::to_string(i));
    const std::vector<std::string_view> keys(texts.begin(), texts.end());
    KeyTable table;
    std::vector<KeyTable::Id> ids(keys.size());
    for (int round = 0; round < 2; ++round) {
        table.idsOf(keys, ids.data());
        for (KeyTable::Id i = 0; i < ids.size(); ++i)
            if (ids[i] != i || table.key(i) != keys[i]) QFAIL(texts[i].c_str());
    }
    QCOMPARE(table.size(), keys.size());
}

void GroupsTest::aMillionKeysKeepTheirNumbers()
{
    KeyTable table;
    for (int round = 0; round < 2; ++round)
        for (KeyTable::Id i = 0; i < 1'000'000; ++i)
            if (table.idOf(std::to_string(i)) != i) QFAIL("A key changed its number.");
    QCOMPARE(table.size(), 1'000'000);
    QCOMPARE(table.key(765'432), "765432");
}

void GroupsTest::keysLookedUpTogetherHaveTheNumbersOfKeysLookedUpAlone()
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

void GroupsTest::aClearedTableBeginsAnew()
{
    KeyTable table;
    for (int i = 0; i < 50'000; ++i)
        table.idOf(std::to_string(i));
    const std::size_t bytes = table.bytes();
    table.clear();
    QCOMPARE(table.size(), 0);
    QCOMPARE(table.bytes(), bytes);
    for (KeyTable::Id i = 0; i < 50'000; ++i)
        if (table.idOf(std::to_string(49'999 - i)) != i) QFAIL("A key kept its number.");
}

void GroupsTest::groupsCountMissingValuesApart()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::array<double, 4> x{1, nan, 3, nan};
    const std::array<double, 4> y{nan, nan, 5, 7};
    const std::array<const double*, 2> values{x.data(), y.data()};
    const std::vector<std::string_view> keys{"a", "b", "a", "a"};
    GroupSums sums(2);
    sums.add(keys, values);
    const auto result = EtlResult::of(sums.result({"x", "y"}));
    QCOMPARE(result.rows, 4);
    QCOMPARE(result.groupsCount, 2);
    QCOMPARE(result.groups[0].count, 3);
    QCOMPARE(result.groups[0].means, (std::vector<double>{2, 6}));
    QCOMPARE(result.groups[1].count, 1);
    QVERIFY(std::isnan(result.groups[1].means[0]));
    QCOMPARE(result.missing, (std::vector<std::int64_t>{2, 2}));
}

void GroupsTest::groupsAreSortedByTheBytesOfTheirKeys()
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
    const auto result = EtlResult::of(sums.result({"x"}));
    QCOMPARE(result.groups.size(), sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i)
        QCOMPARE(result.groups[i].key, std::string(sorted[i]));
}

void GroupsTest::mergedBlocksEqualAllRowsAtOnce()
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
    const auto a = EtlResult::of(all.result({"x"}));
    const auto b = EtlResult::of(merged.result({"x"}));
    QCOMPARE(a.groupsCount, 97);
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
        QCOMPARE(a.groups[i].key, b.groups[i].key);
        QCOMPARE(a.groups[i].count, b.groups[i].count);
        const double scale = std::abs(a.groups[i].means[0]);
        QVERIFY(std::abs(a.groups[i].means[0] - b.groups[i].means[0]) <= 1e-14 * scale);
    }
}

void GroupsTest::tablesUsedAgainGiveTheSameSums()
{
    SummedBlocks blocks(1, Summed::Values);
    const std::vector<std::string_view> many{"x", "first", "second", "first"};
    const std::vector<std::string_view> few{"second", "y"};
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::array<double, 4> values{1, nan, 3, 4};
    const std::array<const double*, 1> columns{values.data()};
    auto block = blocks.take();
    const auto* const memory = block.get();
    block->sums.add(many, columns);
    blocks.giveBack(std::move(block));
    block = blocks.take();
    QCOMPARE(block.get(), memory);
    block->sums.add(few, columns);

    GroupSums fresh(1);
    fresh.add(few, columns);
    const auto result = EtlResult::of(block->sums.result({"x"}));
    const auto expected = EtlResult::of(fresh.result({"x"}));
    QCOMPARE(result.groupsHash, expected.groupsHash);
    QCOMPARE(result.groupsCount, 2);
    QCOMPARE(result.rows, 2);
    QCOMPARE(result.missing, expected.missing);
    QVERIFY(blocks.take().get() != memory); // that one is in use
}

SPILLWAY_TESTS(GroupsTest, QCoreApplication)
#include "groups_test.moc"
