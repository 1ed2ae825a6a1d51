#include "generator/philox.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class PhiloxTest : public QObject {
    Q_OBJECT
private slots:
    void drawsWhatNumPyDraws_data();
    void drawsWhatNumPyDraws();
    void fractionsAreThoseOfNumPy();
    void fractionsStayBelowOne();
};

using Block = std::array<quint64, 4>;
using Key = std::array<quint64, 2>;

/// Printed by philox_vectors.py with NumPy 2.4.6.
void PhiloxTest::drawsWhatNumPyDraws_data()
{
    constexpr quint64 all = ~quint64{0};
    QTest::addColumn<Key>("key");
    QTest::addColumn<Block>("counter");
    QTest::addColumn<Block>("words");
    QTest::newRow("zero") << Key{0, 0} << Block{0, 0, 0, 0}
                          << Block{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
                                   0x7e68b68aec7ba23b};
    QTest::newRow("one") << Key{0, 0} << Block{1, 0, 0, 0}
                         << Block{0x2f4ba6408e4d89b, 0x3dd62b0b9ca8c5b2, 0x1c8667a55d902e79,
                                  0x907d7a052fd5b4dc};
    QTest::newRow("key") << Key{1, 0} << Block{6, 0, 0, 0}
                         << Block{0xf8cfccd5e7827220, 0xb5d0ced9a8f927a7, 0x3e44b80136904af5,
                                  0x2a5fa730f4481c99};
    QTest::newRow("second word") << Key{0xdeadbeef, 0} << Block{0, 1, 0, 0}
                                 << Block{0x3cc306ff2243ee23, 0xee9e922459088d6e,
                                          0xd0ffa59df73d7706, 0x6a552ceebc025734};
    QTest::newRow("all ones") << Key{all, all} << Block{all, all, all, all}
                              << Block{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6,
                                       0xa09caebf594f0ba0};
    QTest::newRow("every word") << Key{42, 7} << Block{3, 5, 7, 11}
                                << Block{0xc0fbd5ba93d496c5, 0x794696611fcf70fe, 0xdfd8f652d11ec1e3,
                                         0x29a4c0a70afc1d03};
}

void PhiloxTest::drawsWhatNumPyDraws()
{
    QFETCH(Key, key);
    QFETCH(Block, counter);
    QFETCH(Block, words);
    const auto drawn = philox({counter[0], counter[1], counter[2], counter[3]}, {key[0], key[1]});
    for (std::size_t i = 0; i < words.size(); ++i)
        QCOMPARE(quint64{drawn[i]}, words[i]);
}

void PhiloxTest::fractionsAreThoseOfNumPy()
{
    const auto words = philox({6, 0, 0, 0}, {1, 0});
    const std::array<double, 4> expected{0x1.f19f99abcf04ep-1, 0x1.6ba19db351f24p-1,
                                         0x1.f225c009b4824p-3, 0x1.52fd3987a240cp-3};
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY(unitInterval(words[i]) == expected[i]);
}

void PhiloxTest::fractionsStayBelowOne()
{
    QVERIFY(unitInterval(0) == 0);
    QVERIFY(unitInterval(~std::uint64_t{0}) == 1 - 0x1p-53);
}

SPILLWAY_TESTS(PhiloxTest, QCoreApplication)
#include "philox_test.moc"
