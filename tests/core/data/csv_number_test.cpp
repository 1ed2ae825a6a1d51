#include "data/csv_number.h"
#include "suites/suites.h"

#include <QtTest>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

using namespace spillway;
using Kind = ParsedNumber::Kind;

namespace {

/// `text` with the readable bytes around it that parsePlainDecimal() asks for: digits, the worst
/// there could be.
double plain(const std::string& text)
{
    const std::string padding(64, '7');
    const std::string padded = padding + text + padding;
    return parsePlainDecimal(padded.data() + 64, padded.data() + 64 + text.size());
}

/// The C library's correctly rounded value is the judge of both paths.
bool agrees(const std::string& text)
{
    const double judge = std::strtod(text.c_str(), nullptr);
    const auto full = parseNumber(text);
    const double fast = plain(text);
    return full.kind == Kind::Number && sameBits(full.value, judge) &&
           (std::isnan(fast) || sameBits(fast, judge));
}

std::string digits(std::mt19937_64& random, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text.push_back(static_cast<char>('0' + random() % 10));
    return text;
}

} // namespace

class CsvNumberTest : public QObject {
    Q_OBJECT

private slots:
    void plainDecimalsOfAnyLengthRoundAsStrtodDoes()
    {
        std::mt19937_64 random(1);
        for (std::size_t before = 1; before <= 22; ++before)
            for (std::size_t after = 0; after <= 22; ++after)
                for (int i = 0; i < 100; ++i) {
                    std::string text = (i % 3 == 0 ? "-" : "") + digits(random, before);
                    if (after > 0) text += "." + digits(random, after);
                    QVERIFY2(agrees(text), text.c_str());
                }
    }

    void shortestFormsOfRandomDoublesReadBackExactly()
    {
        std::mt19937_64 random(2);
        for (int i = 0; i < 200'000; ++i) {
            const double value = static_cast<double>(random() >> 11) * 0x1p-53;
            char text[64];
            const int length = std::snprintf(text, sizeof text, i % 2 ? "%.16g" : "%.17g", value);
            QVERIFY(length > 0);
            QVERIFY2(agrees(text), text);
        }
    }

    void doublesOfEveryMagnitudeReadBackExactly()
    {
        std::mt19937_64 random(3);
        for (int i = 0; i < 200'000; ++i) {
            const auto value = std::bit_cast<double>(random());
            if (!std::isfinite(value)) continue;
            char text[64];
            const int length = std::snprintf(text, sizeof text, "%.17g", value);
            QVERIFY(length > 0);
            QVERIFY2(agrees(text), text);
            QVERIFY(sameBits(parseNumber(text).value, value));
        }
    }

    /// Decimals exactly half way between two doubles, and one unit in a far digit to either side.
    void halfWayCasesRoundToEven()
    {
        std::mt19937_64 random(4);
        for (int i = 0; i < 2'000; ++i) {
            const std::uint64_t integer = (std::uint64_t{1} << 53) + 2 * (random() >> 12) + 1;
            const std::string text = std::to_string(integer);
            for (const char* tail : {"", ".0", ".00000000000000000000001", "000", "e3", "e-3"})
                QVERIFY2(agrees(text + tail), (text + tail).c_str());
            const std::string below = std::to_string(integer - 1) + ".99999999999999999999999";
            QVERIFY2(agrees(below), below.c_str());
        }
        const std::string nearOne = "0.99999999999999994448884876874217297881841659545898437";
        for (const char* tail : {"4", "5", "49", "51"})
            QVERIFY(agrees(nearOne + tail));
    }

    void theFastPathTakesWhatGeneratedFilesHold()
    {
        for (const char* text :
             {"0.1234567890123456", "0.12345678901234567", "0.012345678901234567",
              "0.0012345678901234567", "0.5", "0", "7", "12345", "1234567", "12345678",
              "1234567890123456789", "-0.25", "-17", "3.14159", "0.0"})
            QVERIFY2(sameBits(plain(text), std::strtod(text, nullptr)), text);
    }

    void theFastPathLeavesEverythingElse()
    {
        for (const char* text : {"",
                                 "-",
                                 ".",
                                 ".5",
                                 "5.",
                                 "+1",
                                 " 1",
                                 "1 ",
                                 "1e5",
                                 "1.5e3",
                                 "0.12a4",
                                 "0..1",
                                 "a",
                                 "NA",
                                 "nan",
                                 "1234567x",
                                 "12345678x",
                                 "x12345678",
                                 "0.123456789012345678901",
                                 "123456789012345678901",
                                 "1:2",
                                 "1/2",
                                 "0.1234567x",
                                 "0.x234567890123456",
                                 "12.345678901234567890",
                                 "--1"})
            QVERIFY2(std::isnan(plain(text)), text);
    }

    void missingWordsAreMissing_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"",        " ",       "\t ",      "NA",    "na",   "Na",       "N/A",
              "n/a",     "NaN",     "nan",      "NAN",   "-nan", "-NaN",     "NULL",
              "null",    "None",    "<NA>",     "#N/A",  "#NA",  "#N/A N/A", "1.#IND",
              "-1.#IND", "1.#QNAN", "-1.#QNAN", "  NA  "})
            QTest::newRow(text) << text;
    }
    void missingWordsAreMissing()
    {
        QFETCH(QString, text);
        const auto number = parseNumber(text.toStdString());
        QVERIFY(number.kind == Kind::Missing);
        QVERIFY(std::isnan(number.value));
    }

    void spellingsOfNumbers_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("value");
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const std::pair<const char*, double> rows[] = {
            {" 1.5", 1.5},         {"1.5\t ", 1.5},        {"+1.5", 1.5},      {"1.", 1.0},
            {".5", 0.5},           {"-.5", -0.5},          {"+.5", 0.5},       {"1e3", 1000.0},
            {"1E+3", 1000.0},      {"1e-3", 0.001},        {"007", 7.0},       {"inf", infinity},
            {"-INF", -infinity},   {"Infinity", infinity}, {"+inf", infinity}, {"1e999", infinity},
            {"-1e999", -infinity}, {"1e-999", 0.0},        {"-0", -0.0},       {"-0.0", -0.0}};
        for (const auto& [text, value] : rows)
            QTest::newRow(text) << QString(text) << value;
    }
    void spellingsOfNumbers()
    {
        QFETCH(QString, text);
        QFETCH(double, value);
        const auto number = parseNumber(text.toStdString());
        QVERIFY(number.kind == Kind::Number);
        QVERIFY(sameBits(number.value, value));
    }

    void garbageIsGarbage_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"abc",   "1x",  "x1",  "1 2",   "1,5", "1_000", "0x10", "+-1",   "-+1",
              "--1",   "+",   "-",   ".",     "e5",  "1e",    "1e+",  "1.2.3", "nan(1)",
              "infin", "NAs", "+ 1", "1e5.5", "$1",  "1%",    "true"})
            QTest::newRow(text) << text;
    }
    void garbageIsGarbage()
    {
        QFETCH(QString, text);
        QVERIFY(parseNumber(text.toStdString()).kind == Kind::Garbage);
    }
};

SPILLWAY_TESTS(CsvNumberTest, QCoreApplication)
#include "csv_number_test.moc"
