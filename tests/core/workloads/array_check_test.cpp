#include "base/json.h"
#include "result_columns.h"
#include "suites/suites.h"
#include "workloads/array/array_check.h"
#include "workloads/array/array_oracle.h"

#include <QtTest>

#include <cmath>

using namespace spillway;
using namespace spillway::test;

/// The array's numbers against NumPy's, and which tables of its means count as right.
class ArrayCheckTest : public QObject {
    Q_OBJECT
private slots:
    void theGeneratorIsNumPys();
    void meansAreThoseOfDask();
    void aTableIsRightOrSaysWhatIsWrong_data();
    void aTableIsRightOrSaysWhatIsWrong();
};

namespace {

constexpr array::Shape shape{7, 3};
constexpr std::uint64_t arraySeed = 5;

ResultTable rightArrayTable()
{
    auto table = tableFromColumns(*parseJson(
        R"([{"name": "column", "type": "int64"}, {"name": "mean", "type": "float64"}])"));
    std::int64_t column = 0;
    for (const double mean : array::columnMeans(shape, arraySeed))
        if (!appendRow(*table, Json::array({column++, mean}))) qFatal("not a row");
    return *table;
}

QString wrongIn(const ResultTable& table)
{
    const Workload workload{
        .kind = "array", .columns = {}, .parameters = {{"n", shape.n}, {"c", shape.c}}};
    const RunResult result{.kind = "array"};
    const auto checked = array::arrayChecker().check({.workload = workload,
                                                      .result = result,
                                                      .table = table,
                                                      .reference = {},
                                                      .manifest = {},
                                                      .native = {},
                                                      .seed = arraySeed});
    return checked.wrong ? QString::fromStdString(checked.wrong->message) : QString();
}

} // namespace

/// SeedSequence(12345678901234, spawn_key=(7,)).generate_state(4, np.uint64), and
/// Generator(PCG64(SeedSequence(1, spawn_key=(3,)))).random(3), of NumPy 2.4.6.
void ArrayCheckTest::theGeneratorIsNumPys()
{
    const std::array<std::uint64_t, 4> state{17255002402861341945ULL, 14144228212145809995ULL,
                                             3076866631964535545ULL, 679557056908237961ULL};
    QCOMPARE(array::seedState(12345678901234ULL, 7), state);
    array::Pcg64 random(1, 3);
    for (const double expected : {0.1141246529720964, 0.85336370523038074, 0.55106784210444615})
        QCOMPARE(static_cast<double>(random.next53()) * 0x1p-53, expected);
}

/// dask.array.random.default_rng(5).random((7, 7), chunks=3).mean(axis=0) of Dask 2026.8.0, whose
/// sums of float64 round.
void ArrayCheckTest::meansAreThoseOfDask()
{
    const std::array expected{0.41041345817137742, 0.45624247743836882, 0.48991325535470626,
                              0.35013661351099712, 0.21908885712397616, 0.63597015300731619,
                              0.44500851539908837};
    const auto means = array::columnMeans(shape, arraySeed);
    QCOMPARE(means.size(), expected.size());
    for (std::size_t i = 0; i < means.size(); ++i)
        QVERIFY(std::abs(means[i] - expected[i]) < 1e-15);
}

void ArrayCheckTest::aTableIsRightOrSaysWhatIsWrong_data()
{
    using Change = std::function<void(ResultTable&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words"); // begins so; empty: it is right
    const auto row = [](const char* name, const char* words, Change change) {
        QTest::newRow(name) << change << words;
    };
    row("everything", "", [](ResultTable&) {});
    row("rounded", "", [](ResultTable& t) { column<double>(t, 1)[2] *= 1 + 5e-13; });
    row("off", "the mean of column 2 is 0.4899",
        [](ResultTable& t) { column<double>(t, 1)[2] *= 1 + 2e-12; });
    row("not a number", "the mean of column 0 is nan",
        [](ResultTable& t) { column<double>(t, 1)[0] = std::nan(""); });
    row("two changed places", "column 1 in place of 0", [](ResultTable& t) {
        std::swap(column<std::int64_t>(t, 0)[0], column<std::int64_t>(t, 0)[1]);
    });
    row("one less", "the means of 6 columns, expected 7", [](ResultTable& t) {
        column<std::int64_t>(t, 0).pop_back();
        column<double>(t, 1).pop_back();
    });
    row("no means", "the result has no table of column and mean",
        [](ResultTable& t) { t.columns.pop_back(); });
}

void ArrayCheckTest::aTableIsRightOrSaysWhatIsWrong()
{
    QFETCH(std::function<void(ResultTable&)>, change);
    QFETCH(QString, words);
    auto table = rightArrayTable();
    change(table);
    const auto wrong = wrongIn(table);
    QVERIFY2(words.isEmpty() ? wrong.isEmpty() : wrong.startsWith(words), qPrintable(wrong));
}

SPILLWAY_TESTS(ArrayCheckTest, QCoreApplication)
#include "array_check_test.moc"
