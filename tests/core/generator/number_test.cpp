#include "generator/number.h"
#include "suites/suites.h"

#include "generator/philox.h"

#include <QtTest>

#include <charconv>

using namespace spillway;

class GeneratorNumberTest : public QObject {
    Q_OBJECT
private slots:
    void randomFractionsHaveTheShortestDigits();
    void smallFractionsHaveTheShortestDigits();
    void roundFractionsHaveTheShortestDigits();
    void neverUsesAnExponent();
    void eightDigitsComeInOrder();
};

namespace {

constexpr std::uint64_t one = std::uint64_t{1} << 53;

std::string written(std::uint64_t numerator)
{
    std::array<char, 64> buffer;
    return {buffer.data(), decimal::writeFraction(buffer.data(), numerator)};
}

std::string expected(std::uint64_t numerator)
{
    std::array<char, 64> buffer;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                      static_cast<double>(numerator) * 0x1p-53, std::chars_format::fixed);
    return {buffer.data(), end.ptr};
}

void compare(std::uint64_t numerator)
{
    if (written(numerator) != expected(numerator))
        QCOMPARE(written(numerator), expected(numerator));
}

} // namespace

void GeneratorNumberTest::randomFractionsHaveTheShortestDigits()
{
    for (std::uint64_t i = 0; i < 200'000; ++i)
        for (const std::uint64_t word : philox({i, 0, 0, 0}, {2026, 0}))
            compare(word >> 11);
}

void GeneratorNumberTest::smallFractionsHaveTheShortestDigits()
{
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        const auto words = philox({i, 0, 0, 0}, {7, 0});
        compare(words[0] >> (11 + words[1] % 53));
    }
}

/// Few bits, few digits, and the neighbours of both: where digits are dropped and ties are met.
void GeneratorNumberTest::roundFractionsHaveTheShortestDigits()
{
    for (std::uint64_t digits = 1; digits < 100'000; ++digits) {
        const auto near = static_cast<std::uint64_t>(static_cast<double>(digits) / 1e5 * 0x1p53);
        compare(near - 1);
        compare(near);
        compare(near + 1);
    }
    for (int shift = 0; shift < 53; ++shift) {
        for (std::uint64_t bits = 1; bits < 512 && bits << shift < one; ++bits) {
            compare((bits << shift) - 1);
            compare(bits << shift);
        }
    }
    compare(one - 1);
}

void GeneratorNumberTest::neverUsesAnExponent()
{
    QCOMPARE(written(0), "0");
    QCOMPARE(written(1), "0.00000000000000011102230246251565");
    QCOMPARE(written(one / 2), "0.5");
    QCOMPARE(written(one - 1), "0.9999999999999999");
    QCOMPARE(written(90'071'992'547), "0.00000999999999995449");
}

void GeneratorNumberTest::eightDigitsComeInOrder()
{
    for (const std::uint32_t value : {0u, 1u, 9u, 10u, 99'999'999u, 12'345'678u, 90'000'009u}) {
        const std::uint64_t bytes = decimal::eightDigitBytes(value) | 0x3030303030303030;
        std::string text(8, ' ');
        std::memcpy(text.data(), &bytes, 8);
        QCOMPARE(text, QStringLiteral("%1").arg(value, 8, 10, QLatin1Char('0')).toStdString());
    }
}

SPILLWAY_TESTS(GeneratorNumberTest, QCoreApplication)
#include "number_test.moc"
