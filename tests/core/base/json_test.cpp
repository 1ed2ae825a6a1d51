#include "base/json.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class JsonTest : public QObject {
    Q_OBJECT
private slots:
    void depthIsBounded();
    void numberOfValuesIsBounded();
    void manySmallObjectsTakeLinearTime();
    void garbageIsAnErrorThatQuotesIt();
    void nanBecomesNull();
    void brokenUtf8IsReplaced();
    void fieldsAreNotConverted();
    void numbersSurviveTheRoundTripToTheBit();
};

void JsonTest::depthIsBounded()
{
    const std::string deep = std::string(100000, '[') + std::string(100000, ']');
    const auto parsed = parseJson(deep, 16);
    QVERIFY(!parsed.has_value());
    QCOMPARE(parsed.error().code, ErrorCode::Protocol);
    QVERIFY(parseJson("[[[1]]]", 16).has_value());
}

void JsonTest::numberOfValuesIsBounded()
{
    const std::string_view text = R"({"a":[1,2],"b":{}})"; // the object, the array, 1, 2, {}
    QVERIFY(parseJson(text, JsonBounds{.values = 5}).has_value());
    const auto refused = parseJson(text, JsonBounds{.values = 4});
    QCOMPARE(refused.error().code, ErrorCode::Protocol);
    QVERIFY(refused.error().message.find("more than 4 values") != std::string::npos);
}

/// 4 MB: where each value is compared with all before it, this takes a quarter of an hour.
void JsonTest::manySmallObjectsTakeLinearTime()
{
    constexpr std::size_t objects = 1'400'000;
    std::string text = "[";
    for (std::size_t i = 1; i < objects; ++i)
        text += "{},";
    text += "{}]";
    const auto parsed = parseJson(text);
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->size(), objects);
}

void JsonTest::garbageIsAnErrorThatQuotesIt()
{
    const auto parsed = parseJson("hello there");
    QVERIFY(!parsed.has_value());
    QVERIFY(parsed.error().message.find("hello there") != std::string::npos);
}

void JsonTest::nanBecomesNull()
{
    QCOMPARE(toLine(Json{{"x", std::nan("")}, {"y", HUGE_VAL}}), R"({"x":null,"y":null})");
}

void JsonTest::brokenUtf8IsReplaced()
{
    const std::string line = toLine(Json(std::string("a\xff b\n")));
    QVERIFY(line.find('\n') == std::string::npos);
    QVERIFY(parseJson(line).has_value());
}

void JsonTest::fieldsAreNotConverted()
{
    const auto json = *parseJson(R"({"real":1.5,"truth":true,"text":"x","none":null,"count":3})");
    QVERIFY(!field<int>(json, "real").has_value());
    QVERIFY(!field<int>(json, "truth").has_value());
    QVERIFY(!field<double>(json, "text").has_value());
    QVERIFY(!field<int>(json, "none").has_value());
    QVERIFY(!field<int>(json, "absent").has_value());
    QCOMPARE(*field<int>(json, "count"), 3);
    QCOMPARE(*field<double>(json, "count"), 3.0);
    QVERIFY(optionalField<int>(json, "none")->has_value() == false);
    QVERIFY(!optionalField<int>(json, "text").has_value());
    QCOMPARE(fieldOr(json, "text", 7), 7);
    QVERIFY(!field<int>(Json(5), "x").has_value());
}

void JsonTest::numbersSurviveTheRoundTripToTheBit()
{
    std::uint64_t state = 42;
    for (int i = 0; i < 100'000; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        const double value = static_cast<double>(state >> 11) * 0x1p-53;
        QCOMPARE(parseJson(toLine(Json(value)))->get<double>(), value);
    }
}

SPILLWAY_TESTS(JsonTest, QCoreApplication)
#include "json_test.moc"
