#include "data/csv_decimals.h"
#include "suites/suites.h"

#include "data/csv_number.h"

#include "../on_target.h"

#include <QtTest>

#include <bit>
#include <charconv>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace spillway;
using testing::OnTarget;

namespace {

/// Fields one behind the other, as they lie in a file.
class Fields {
public:
    Fields() : text_(padding, '7') {}
    void add(std::string_view field)
    {
        begins_.push_back(static_cast<std::uint32_t>(text_.size() - padding));
        text_ += field;
        ends_.push_back(static_cast<std::uint32_t>(text_.size() - padding));
        text_ += ',';
    }
    std::size_t size() const { return begins_.size(); }
    std::string_view field(std::size_t i) const
    {
        return std::string_view(text_).substr(padding + begins_[i], ends_[i] - begins_[i]);
    }
    std::vector<double> parsed()
    {
        text_.append(padding, '7');
        std::vector<double> values(size());
        parsePlainDecimals(text_.data() + padding, begins_.data(), ends_.data(), size(),
                           values.data());
        text_.resize(text_.size() - padding);
        return values;
    }

private:
    static constexpr std::size_t padding = 64;
    std::string text_;
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> ends_;
};

/// Numbers of every form the fast path takes, and those whose rounding is hardest.
class Numbers {
public:
    void write(std::string& text)
    {
        text.clear();
        if (random_() % 8 == 0) text.push_back('-');
        switch (random_() % 6) {
        case 0:
            return digits(text, 1 + random_() % 12, random_() % 12);
        case 1: // as generated files hold them
            return shortest(text, static_cast<double>(random_() >> 11) * 0x1p-53);
        case 2: // of any magnitude that needs no exponent
            return shortest(text, std::ldexp(static_cast<double>(random_() >> 11),
                                             -static_cast<int>(random_() % 60)));
        case 3: // exactly between two doubles: an odd integer of 54 bits and more
            text += std::to_string((random_() >> 10 | std::uint64_t(1) << 53 | 1) << random_() % 9);
            return;
        case 4: { // the same with binary places
            const int places = 1 + static_cast<int>(random_() % 10);
            return middle(text, random_() >> (9 + random_() % 30) | 1, -places, places);
        }
        default: // the middle between two doubles, cut after as many digits as are taken
            return middle(text, (random_() >> 10) | std::uint64_t(1) << 53 | 1,
                          -static_cast<int>(random_() % 54), static_cast<int>(random_() % 19));
        }
    }

private:
    void digits(std::string& text, std::size_t before, std::size_t after)
    {
        const bool small = random_() % 2 == 0;
        for (std::size_t i = 0; i < before; ++i)
            text.push_back(static_cast<char>('0' + (small ? 0 : random_() % 10)));
        if (after > 0) text.push_back('.');
        for (std::size_t i = 0; i < after; ++i)
            text.push_back(static_cast<char>('0' + random_() % 10));
    }
    static void shortest(std::string& text, double value)
    {
        char buffer[128];
        const auto end =
            std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
        text.append(buffer, end);
    }
    /// numerator · 2^exponent with `places` decimal places.
    static void middle(std::string& text, std::uint64_t numerator, int exponent, int places)
    {
        const long double value = std::ldexp(static_cast<long double>(numerator), exponent);
        char buffer[64];
        const auto end =
            std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, places)
                .ptr;
        text.append(buffer, end);
    }
    std::mt19937_64 random_{5};
};

/// More by hand: SPILLWAY_TEST_NUMBERS=100000000 tests/data_tests csv_decimals_test
std::int64_t wanted()
{
    const auto asked = qEnvironmentVariable("SPILLWAY_TEST_NUMBERS").toLongLong();
    return asked > 0 ? asked : 3'000'000;
}

} // namespace

class CsvDecimalsTest : public QObject {
    Q_OBJECT

private slots:
    /// fast_float is the judge.
    void everyTargetRoundsCorrectly()
    {
        const auto everyTarget = hwy::SupportedAndGeneratedTargets();
        std::vector<std::int64_t> left(everyTarget.size());
        Numbers numbers;
        std::string text;
        for (std::int64_t done = 0; done < wanted();) {
            Fields fields;
            std::vector<double> judged;
            for (int i = 0; i < 10'000; ++i) {
                numbers.write(text);
                fields.add(text);
                judged.push_back(parseNumber(text).value);
                double judge = 0;
                fast_float::from_chars(text.data(), text.data() + text.size(), judge);
                QVERIFY2(std::isnan(judge) || sameBits(judged.back(), judge), text.c_str());
            }
            for (std::size_t t = 0; t < everyTarget.size(); ++t) {
                const OnTarget on(everyTarget[t]);
                const auto values = fields.parsed();
                for (std::size_t i = 0; i < values.size(); ++i) {
                    const bool plain = !std::isnan(values[i]);
                    left[t] += !plain;
                    if (plain && !sameBits(values[i], judged[i]))
                        QFAIL(qPrintable(
                            QString("%1 reads %2 as %3")
                                .arg(hwy::TargetName(everyTarget[t]),
                                     QString::fromStdString(std::string(fields.field(i))))
                                .arg(values[i], 0, 'g', 17)));
                }
            }
            done += static_cast<std::int64_t>(fields.size());
        }
        for (std::size_t t = 0; t < everyTarget.size(); ++t)
            qInfo("%s: %lld numbers, %lld left to parseNumber()", hwy::TargetName(everyTarget[t]),
                  static_cast<long long>(wanted()), static_cast<long long>(left[t]));
    }

    void everyTargetTakesWhatFilesHold_data() { targetRows(); }
    void everyTargetTakesWhatFilesHold()
    {
        QFETCH(qint64, target);
        const OnTarget on(target);
        Fields fields;
        for (int repeat = 0; repeat < 5; ++repeat)
            for (const char* text :
                 {"0.1234567890123456", "0.12345678901234567", "0.012345678901234567",
                  "0.0012345678901234567", "0.5", "0", "7", "12345", "1234567", "12345678",
                  "1234567890123456789", "-0.25", "-17", "3.14159", "0.0", "-0.0", "-0",
                  "9999999999999999999", "99999.99999999999999"})
                fields.add(text);
        const auto values = fields.parsed();
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::string text(fields.field(i));
            QVERIFY2(sameBits(values[i], std::strtod(text.c_str(), nullptr)), text.c_str());
        }
    }

    void everyTargetLeavesWhatIsNoDecimal_data() { targetRows(); }
    void everyTargetLeavesWhatIsNoDecimal()
    {
        QFETCH(qint64, target);
        const OnTarget on(target);
        Fields fields;
        for (const char* text : {"",
                                 "-",
                                 ".",
                                 "-.",
                                 "+1",
                                 " 1",
                                 "1 ",
                                 "1e5",
                                 "1.5e3",
                                 "0.12a4",
                                 "0..1",
                                 "1.2.3",
                                 "a",
                                 "NA",
                                 "nan",
                                 "inf",
                                 "1234567x",
                                 "12345678x",
                                 "x12345678",
                                 "1:2",
                                 "1/2",
                                 "0.1234567x",
                                 "0.x234567890123456",
                                 "--1",
                                 "1-",
                                 "1-2",
                                 "0.123456789012345678901",
                                 "123456789012345678901",
                                 "12.345678901234567890",
                                 "0000000000000000000000000000000000000000.5",
                                 "1,5",
                                 "\xb1"})
            fields.add(text);
        const auto values = fields.parsed();
        for (std::size_t i = 0; i < fields.size(); ++i)
            QVERIFY2(std::isnan(values[i]), std::string(fields.field(i)).c_str());
    }

private:
    static void targetRows()
    {
        QTest::addColumn<qint64>("target");
        for (const auto target : hwy::SupportedAndGeneratedTargets())
            QTest::newRow(hwy::TargetName(target)) << qint64(target);
    }
};

SPILLWAY_TESTS(CsvDecimalsTest, QCoreApplication)
#include "csv_decimals_test.moc"
