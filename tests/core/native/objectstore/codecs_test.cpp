#include "native/objectstore/codecs.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"
#include "workloads/etl/native/etl_codecs.h"
#include "workloads/logreg/native/logreg_codecs.h"

#include <QtTest>

#include <array>
#include <limits>

using namespace spillway;

/// What travels between the driver and the executors.
class CodecsTest : public QObject {
    Q_OBJECT
private slots:
    void groupsAreReadAsTheyWereWritten();
    void groupsThatDoNotFitTogetherAreRefused_data();
    void groupsThatDoNotFitTogetherAreRefused();
};

namespace {

GroupSums someSums()
{
    const std::vector<std::string_view> keys{"", "b", "a longer key", "b", "c"};
    const std::array<double, 5> x{1, 2, 3, 4, std::numeric_limits<double>::quiet_NaN()};
    const std::array<double, 5> y{0.1, 0.2, 0.3, 0.4, 0.5};
    const std::array<const double*, 2> columns{x.data(), y.data()};
    GroupSums sums(2);
    sums.add(keys, columns);
    return sums;
}

} // namespace

void CodecsTest::groupsAreReadAsTheyWereWritten()
{
    const GroupSums sums = someSums();
    ByteWriter writer;
    write(writer, sums);
    write(writer, GroupSums(2));
    ByteReader reader(writer.bytes());
    GroupSums merged(2);
    ReadGroups groups;
    for (int block = 0; block < 2; ++block) {
        const auto read = groups.read(reader, 2);
        QVERIFY(read.has_value());
        merged.merge(*read);
    }
    QVERIFY(reader.complete());
    const auto expected = EtlResult::of(sums.result({"x", "y"}));
    const auto result = EtlResult::of(merged.result({"x", "y"}));
    QCOMPARE(result.groupsHash, expected.groupsHash);
    QCOMPARE(result.rows, 5);
    QCOMPARE(result.missing, (std::vector<std::int64_t>{1, 0}));
}

void CodecsTest::groupsThatDoNotFitTogetherAreRefused_data()
{
    QTest::addColumn<std::vector<std::size_t>>("ends");
    QTest::addColumn<int>("counts");
    QTest::addColumn<int>("cells");
    QTest::newRow("fits") << std::vector<std::size_t>{1, 3} << 2 << 4;
    QTest::newRow("ends fall") << std::vector<std::size_t>{4, 3} << 2 << 4;
    QTest::newRow("text is longer") << std::vector<std::size_t>{1, 2} << 2 << 4;
    QTest::newRow("text is shorter") << std::vector<std::size_t>{1, 4} << 2 << 4;
    QTest::newRow("text of no key") << std::vector<std::size_t>{} << 0 << 0;
    QTest::newRow("a count is missing") << std::vector<std::size_t>{1, 3} << 1 << 4;
    QTest::newRow("cells of another number of columns") << std::vector<std::size_t>{1, 3} << 2 << 2;
}

void CodecsTest::groupsThatDoNotFitTogetherAreRefused()
{
    QFETCH(std::vector<std::size_t>, ends);
    QFETCH(int, counts);
    QFETCH(int, cells);
    ByteWriter writer;
    writer.putText("abc");
    writer.putAll(ends);
    writer.putAll(std::vector<std::int64_t>(std::size_t(counts), 1));
    writer.putAll(std::vector<GroupCell>(std::size_t(cells)));
    const bool fits = QByteArray(QTest::currentDataTag()) == "fits";
    ByteReader reader(writer.bytes());
    QCOMPARE(ReadGroups().read(reader, 2).has_value(), fits);
    for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
        ByteReader cut(writer.bytes().first(size));
        if (ReadGroups().read(cut, 2)) QFAIL("Read from a message that was cut.");
    }
}

SPILLWAY_TESTS(CodecsTest, QCoreApplication)
#include "codecs_test.moc"
