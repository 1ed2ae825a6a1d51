#include "generator_support.h"
#include "suites/suites.h"

#include "data/fingerprint.h"
#include "generator/names.h"
#include "generator/philox.h"

#include <unistd.h>

#include <cmath>
#include <map>
#include <thread>

using namespace spillway;
using namespace spillway::test;

class GeneratorTest : public QObject {
    Q_OBJECT
private slots:
    void rowsAreThoseThatNumPyDraws_data();
    void rowsAreThoseThatNumPyDraws();
    void sameBytesForEveryNumberOfThreads_data();
    void sameBytesForEveryNumberOfThreads();
    void anyRangeCanBeMadeAlone();
    void columnsAreNamedInOrder();
    void categoriesAreNamedAsSpreadsheetColumns_data();
    void categoriesAreNamedAsSpreadsheetColumns();
    void manyCategoriesAreNamedByTheirIndex();
    void oracleEqualsAnIndependentCount_data();
    void oracleEqualsAnIndependentCount();
    void manyGroupsAreLeftToAPass();
    void sizeIsMetWithinOnePercent_data();
    void sizeIsMetWithinOnePercent();
    void ramFactorIsAShareOfTheMemory();
    void partsTogetherAreTheMainFile();
    void progressComesAtMostTenTimesASecond();
};

/// Printed by philox_vectors.py with NumPy 2.4.6.
void GeneratorTest::rowsAreThoseThatNumPyDraws_data()
{
    QTest::addColumn<quint64>("seed");
    QTest::addColumn<qint64>("row");
    QTest::addColumn<qint64>("categories");
    QTest::addColumn<int>("features");
    QTest::addColumn<QString>("text");
    QTest::newRow("first") << quint64{1} << qint64{0} << qint64{4} << 2
                           << "0,0.794901327418393,0.6379192318013047,D\n";
    QTest::newRow("four digits") << quint64{1} << qint64{9999} << qint64{4} << 2
                                 << "9999,0.15804967619800947,0.04720354667717552,B\n";
    QTest::newRow("five digits") << quint64{1} << qint64{10000} << qint64{4} << 2
                                 << "10000,0.4844912724229098,0.7035584339565234,D\n";
    QTest::newRow("far") << quint64{2026} << qint64{123456789012} << qint64{26} << 3
                         << "123456789012,0.6612752749132993,0.08954230025135557,"
                            "0.013169832770199896,H\n";
    QTest::newRow("two blocks") << quint64{7} << qint64{5} << qint64{26} << 7
                                << "5,0.06163956831671513,0.5249688441764717,0.683276231763482,"
                                   "0.4405589204703524,0.2646754626289197,0.0899945685135054,"
                                   "0.7297810984211386,P\n";
}

void GeneratorTest::rowsAreThoseThatNumPyDraws()
{
    QFETCH(quint64, seed);
    QFETCH(qint64, row);
    QFETCH(qint64, categories);
    QFETCH(int, features);
    QFETCH(QString, text);
    GeneratorSpec spec = specOfRows(1);
    spec.seed = seed;
    spec.categories = categories;
    spec.features = features;
    QCOMPARE(QString::fromStdString(generateRows(spec, row, 1)), text);
}

void GeneratorTest::sameBytesForEveryNumberOfThreads_data()
{
    QTest::addColumn<double>("signal");
    QTest::addColumn<qint64>("categories");
    QTest::newRow("no signal") << 0.0 << qint64{4};
    QTest::newRow("signal") << 4.0 << qint64{4};
    QTest::newRow("many categories") << 0.0 << qint64{100'000};
}

void GeneratorTest::sameBytesForEveryNumberOfThreads()
{
    QFETCH(double, signal);
    QFETCH(qint64, categories);
    GeneratorSpec spec = specOfRows(150'001);
    spec.signal = signal;
    spec.categories = categories;
    const Folder folder;
    const auto first = generate(spec, folder.path("1.csv"), {.threads = 1}, {});
    QVERIFY(first.has_value());
    for (const int threads : {2, 5}) {
        const auto path = folder.path(std::to_string(threads) + ".csv");
        auto other = generate(spec, path, {.threads = threads}, {});
        QVERIFY(other.has_value());
        QVERIFY(contentOf(path) == contentOf(folder.path("1.csv")));
        QVERIFY(readDatasetManifest(path).value() == *other);
        QVERIFY(other->modifiedNanoseconds != first->modifiedNanoseconds);
        other->modifiedNanoseconds = first->modifiedNanoseconds;
        QVERIFY(*other == *first);
    }
}

void GeneratorTest::anyRangeCanBeMadeAlone()
{
    const Folder folder;
    GeneratorSpec spec = specOfRows(30'000);
    spec.signal = 2;
    spec.features = 5;
    QVERIFY(generate(spec, folder.path("a.csv"), {}, {}).has_value());
    const std::string rows = rowsOf(folder.path("a.csv"));
    QVERIFY(generateRows(spec, 0, 30'000) == rows);
    const std::vector<std::int64_t> cuts{0, 1, 9'998, 9'999, 10'001, 17'003, 30'000};
    std::string joined;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
        joined += generateRows(spec, cuts[i], cuts[i + 1] - cuts[i]);
    QVERIFY(joined == rows);
}

void GeneratorTest::columnsAreNamedInOrder()
{
    QCOMPARE(headerRow(1), "id,x,category\n");
    QCOMPARE(headerRow(2), "id,x,y,category\n");
    QCOMPARE(headerRow(5), "id,x,y,z,x4,x5,category\n");
}

void GeneratorTest::categoriesAreNamedAsSpreadsheetColumns_data()
{
    QTest::addColumn<qint64>("number");
    QTest::addColumn<QString>("name");
    QTest::newRow("1") << qint64{1} << "A";
    QTest::newRow("26") << qint64{26} << "Z";
    QTest::newRow("27") << qint64{27} << "AA";
    QTest::newRow("52") << qint64{52} << "AZ";
    QTest::newRow("53") << qint64{53} << "BA";
    QTest::newRow("702") << qint64{702} << "ZZ";
    QTest::newRow("703") << qint64{703} << "AAA";
    QTest::newRow("18278") << qint64{18'278} << "ZZZ";
    QTest::newRow("18279") << qint64{18'279} << "AAAA";
    QTest::newRow("10^7") << qint64{10'000'000} << "UVXWJ";
}

void GeneratorTest::categoriesAreNamedAsSpreadsheetColumns()
{
    QFETCH(qint64, number);
    QFETCH(QString, name);
    QCOMPARE(QString::fromStdString(categoryName(number - 1)), name);
}

void GeneratorTest::manyCategoriesAreNamedByTheirIndex()
{
    GeneratorSpec spec = specOfRows(2000);
    spec.categories = 10'000'000;
    const auto rows = parseRows(generateRows(spec, 0, 2000));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto word = philox({i, 0, 0, 0}, {spec.seed, 0})[2];
        const auto category =
            static_cast<std::int64_t>(static_cast<long double>(word) * 0x1p-64L * 1e7L);
        QCOMPARE(rows[i].category, categoryName(category));
    }
}

void GeneratorTest::oracleEqualsAnIndependentCount_data()
{
    QTest::addColumn<qint64>("rows");
    QTest::addColumn<qint64>("categories");
    QTest::addColumn<int>("features");
    QTest::addColumn<double>("signal");
    QTest::newRow("the paper's") << qint64{100'000} << qint64{4} << 2 << 0.0;
    QTest::newRow("one category") << qint64{1000} << qint64{1} << 1 << 0.0;
    QTest::newRow("signal") << qint64{50'000} << qint64{6} << 3 << 4.0;
    QTest::newRow("empty groups") << qint64{2000} << qint64{5000} << 4 << 0.0;
    QTest::newRow("wide") << qint64{300} << qint64{30} << 1000 << 0.0;
}

void GeneratorTest::oracleEqualsAnIndependentCount()
{
    QFETCH(qint64, rows);
    QFETCH(qint64, categories);
    QFETCH(int, features);
    QFETCH(double, signal);
    GeneratorSpec spec = specOfRows(rows);
    spec.categories = categories;
    spec.features = features;
    spec.signal = signal;
    const Folder folder;
    const auto manifest = generate(spec, folder.path("a.csv"), {.threads = 3}, {});
    QVERIFY(manifest.has_value());

    __extension__ typedef unsigned __int128 Wide;
    struct Count {
        std::int64_t rows = 0;
        std::vector<Wide> sums;
    };
    std::map<std::string, Count> counts;
    std::int64_t next = 0;
    for (const PlainRow& row : parseRows(rowsOf(folder.path("a.csv")))) {
        QCOMPARE(row.id, next++);
        QCOMPARE(row.features.size(), static_cast<std::size_t>(features));
        Count& count = counts[row.category];
        count.sums.resize(row.features.size());
        ++count.rows;
        for (std::size_t i = 0; i < row.features.size(); ++i) {
            QVERIFY(row.features[i] >= 0 && row.features[i] < 1);
            count.sums[i] += static_cast<Wide>(row.features[i] * 0x1p53); // whole, and exact
        }
    }
    QCOMPARE(next, rows);
    QCOMPARE(manifest->rows, rows);
    QCOMPARE(manifest->groups.size(), counts.size());
    auto group = manifest->groups.begin();
    for (const auto& [key, count] : counts) {
        QCOMPARE(group->key, key);
        QCOMPARE(group->count, count.rows);
        for (std::size_t i = 0; i < count.sums.size(); ++i)
            QVERIFY(group->sums[i] == static_cast<double>(count.sums[i]) * 0x1p-53);
        ++group;
    }
}

void GeneratorTest::manyGroupsAreLeftToAPass()
{
    const Folder folder;
    GeneratorSpec spec = specOfRows(20'000);
    spec.categories = 1'000'000;
    const auto manifest = generate(spec, folder.path("a.csv"), {}, {});
    QVERIFY(manifest.has_value());
    QVERIFY(manifest->groups.empty());
    QCOMPARE(manifest->rows, 20'000);
    QCOMPARE(parseRows(rowsOf(folder.path("a.csv"))).size(), std::size_t{20'000});
}

void GeneratorTest::sizeIsMetWithinOnePercent_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<qint64>("categories");
    QTest::addColumn<int>("features");
    QTest::newRow("small") << qint64{5'000} << qint64{4} << 2;
    QTest::newRow("within the sample") << qint64{200'000} << qint64{4} << 2;
    QTest::newRow("beyond it") << qint64{7'000'000} << qint64{4} << 2;
    QTest::newRow("many categories") << qint64{3'000'000} << qint64{10'000'000} << 2;
    QTest::newRow("wide") << qint64{9'000'000} << qint64{4} << 1000;
}

void GeneratorTest::sizeIsMetWithinOnePercent()
{
    QFETCH(qint64, bytes);
    QFETCH(qint64, categories);
    QFETCH(int, features);
    GeneratorSpec spec;
    spec.bytes = bytes;
    spec.categories = categories;
    spec.features = features;
    const Folder folder;
    const auto path = folder.path("a.csv");
    const auto estimate = estimateGeneration(spec, path);
    const auto manifest = generate(spec, path, {}, {});
    QVERIFY(manifest.has_value() && estimate.has_value());
    const auto size = static_cast<double>(std::filesystem::file_size(path));
    QVERIFY(std::abs(size - static_cast<double>(bytes)) <= 0.01 * static_cast<double>(bytes));
    QCOMPARE(static_cast<double>(manifest->bytes), size);
    QCOMPARE(estimate->rows, manifest->rows);
    QVERIFY(std::abs(size - static_cast<double>(estimate->bytes)) <= 0.01 * size);
    QVERIFY(estimate->diskNeeded >= manifest->bytes + static_cast<Bytes>(std::filesystem::file_size(
                                                          datasetManifestPath(path))));
    QVERIFY(estimate->diskFree > 0);
}

void GeneratorTest::ramFactorIsAShareOfTheMemory()
{
    GeneratorSpec spec;
    spec.ramFactor = 1.1;
    const Folder folder;
    const auto estimate = estimateGeneration(spec, folder.path("not/there/yet.csv"));
    QVERIFY(estimate.has_value());
    const double memory = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                          static_cast<double>(::sysconf(_SC_PAGESIZE));
    QVERIFY(std::abs(static_cast<double>(estimate->bytes) - 1.1 * memory) < 0.001 * memory);
}

void GeneratorTest::partsTogetherAreTheMainFile()
{
    const Folder folder;
    GeneratorSpec spec = specOfRows(50'003);
    spec.split = 4;
    const auto manifest = generate(spec, folder.path("a.csv"), {}, {});
    QVERIFY(manifest.has_value());
    const std::vector<std::string> parts{"a.part1of4.csv", "a.part2of4.csv", "a.part3of4.csv",
                                         "a.part4of4.csv"};
    QCOMPARE(manifest->parts, parts);
    std::string joined;
    for (const std::string& part : parts) {
        const std::string text = contentOf(folder.path(part));
        QVERIFY(text.starts_with("id,x,y,category\n"));
        const std::string rows = rowsOf(folder.path(part));
        const auto count = std::ranges::count(rows, '\n');
        QVERIFY(count == 12'500 || count == 12'501);
        joined += rows;
    }
    QVERIFY(joined == rowsOf(folder.path("a.csv")));
    QCOMPARE(folder.names(),
             (std::vector<std::string>{"a.csv", "a.csv.json", "a.part1of4.csv", "a.part2of4.csv",
                                       "a.part3of4.csv", "a.part4of4.csv"}));
}

void GeneratorTest::progressComesAtMostTenTimesASecond()
{
    const Folder folder;
    std::vector<GenerateProgress> told;
    const auto caller = std::this_thread::get_id();
    bool elsewhere = false;
    const GenerateOptions options{.threads = 2, .progress = [&](const GenerateProgress& progress) {
                                      elsewhere |= std::this_thread::get_id() != caller;
                                      told.push_back(progress);
                                  }};
    QVERIFY(generate(slowSpec(), folder.path("a.csv"), options, {}).has_value());
    QVERIFY(!told.empty());
    QVERIFY(!elsewhere);
    for (std::size_t i = 0; i < told.size(); ++i) {
        QVERIFY(told[i].fraction > 0 && told[i].fraction <= 1);
        QCOMPARE(told[i].remaining.has_value(), told[i].elapsed > Seconds(0.3));
        if (i == 0) continue;
        QVERIFY(told[i].elapsed - told[i - 1].elapsed >= Seconds(0.0999));
        QVERIFY(told[i].rows >= told[i - 1].rows && told[i].bytes >= told[i - 1].bytes);
    }
}

SPILLWAY_TESTS(GeneratorTest, QCoreApplication)
#include "generate_test.moc"
