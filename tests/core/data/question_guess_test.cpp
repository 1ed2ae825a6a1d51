#include "data/question_guess.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

/// What is ticked before the user has said anything.
class QuestionGuessTest : public QObject {
    Q_OBJECT
private slots:
    void textOfFewValuesGroups();
    void noDateAndNoIdentifierGroups();
    void severalThatWouldDoAreNoRefusal();
    void wholeNumbersAreAveragedWhereThereIsNothingElse();
    void aTableWithoutNumbersHasNoQuestion();

private:
    struct Made {
        Schema schema;
        std::vector<ColumnFacts> facts;
        void add(const char* name, ColumnType type, std::int64_t distinct, const char* least = "a",
                 const char* greatest = "z")
        {
            schema.columns.push_back({name, type});
            facts.push_back({.sampled = 1000,
                             .missing = 0,
                             .distinct = distinct,
                             .allDifferent = distinct >= 1000,
                             .complete = false,
                             .least = least,
                             .greatest = greatest});
        }
        QuestionGuess guess() const { return guessQuestion(schema, facts); }
    };
};

void QuestionGuessTest::textOfFewValuesGroups()
{
    Made made;
    made.add("note", ColumnType::Text, 900);
    made.add("passengers", ColumnType::Integer, 4);
    made.add("zone", ColumnType::Text, 7);
    made.add("fare", ColumnType::Real, 800);
    const auto guess = made.guess();
    QCOMPARE(guess.keys, (std::vector<std::string>{"zone", "note", "passengers"}));
    QCOMPARE(guess.values, std::vector<std::string>{"fare"});
}

void QuestionGuessTest::noDateAndNoIdentifierGroups()
{
    Made made;
    made.add("pickup", ColumnType::Text, 28, "2025-01-01", "2025-01-28");
    made.add("id", ColumnType::Integer, 1000, "1", "1000");
    made.add("day", ColumnType::Date, 28);
    made.add("code", ColumnType::Integer, 12, "1", "12");
    made.add("fare", ColumnType::Real, 800);
    QCOMPARE(made.guess().keys.front(), std::string("code"));
}

void QuestionGuessTest::severalThatWouldDoAreNoRefusal()
{
    Made made;
    for (const char* name : {"b", "a", "c"})
        made.add(name, ColumnType::Text, 5);
    made.add("x", ColumnType::Real, 9);
    made.add("y", ColumnType::Real, 9);
    const auto guess = made.guess();
    QVERIFY(guess.complete());
    QCOMPARE(guess.keys, (std::vector<std::string>{"b", "a", "c"})); // in the order of the file
    QCOMPARE(guess.values.size(), std::size_t(2));
}

void QuestionGuessTest::wholeNumbersAreAveragedWhereThereIsNothingElse()
{
    Made made;
    made.add("id", ColumnType::Integer, 1000);
    made.add("zone", ColumnType::Text, 5);
    made.add("count", ColumnType::Integer, 60);
    QCOMPARE(made.guess().values, std::vector<std::string>{"count"});
}

void QuestionGuessTest::aTableWithoutNumbersHasNoQuestion()
{
    Made made;
    made.add("zone", ColumnType::Text, 5);
    QVERIFY(!made.guess().complete());
    QVERIFY(!Made().guess().complete());
}

SPILLWAY_TESTS(QuestionGuessTest, QCoreApplication)
#include "question_guess_test.moc"
