#include "base/json.h"
#include "csv_support.h"
#include "suites/suites.h"

#include <QtTest>

#include <limits>
#include <set>

using namespace spillway;
using namespace spillway::test;

namespace {

const std::filesystem::path torture =
    std::filesystem::path(SPILLWAY_SOURCE_DIR) / "tests/core/data/csv_torture";

Json cases()
{
    const auto text = readFile(torture / "expected.json");
    return text ? Json::parse(*text) : Json::array();
}

std::string textOf(const Json& field)
{
    if (field.is_string()) return field.get<std::string>();
    return QByteArray::fromHex(QByteArray::fromStdString(field["hex"].get<std::string>()))
        .toStdString();
}

double valueOf(const Json& value)
{
    if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (value.is_number()) return value.get<double>();
    return value == "inf" ? std::numeric_limits<double>::infinity()
                          : -std::numeric_limits<double>::infinity();
}

Dataset datasetOf(const Json& entry)
{
    const auto quote = entry["quote"].get<std::string>();
    return test::datasetOf({torture / entry["file"].get<std::string>()},
                           entry["columns"].get<std::vector<std::string>>(),
                           {.delimiter = entry["delimiter"].get<std::string>()[0],
                            .quote = quote.empty() ? '\0' : quote[0],
                            .header = entry["header"].get<bool>()});
}

Reading expectedReading(const Json& entry, std::size_t textColumn)
{
    Reading reading;
    for (const auto& column : entry["values"]) {
        auto& values = reading.numeric.emplace_back();
        for (const auto& value : column)
            values.push_back(valueOf(value));
        reading.missing.push_back(std::ranges::count_if(values, [](double v) { return v != v; }));
    }
    for (const auto& row : entry["rows"])
        reading.text.push_back(textOf(row[textColumn]));
    reading.rows = static_cast<std::int64_t>(reading.text.size());
    return reading;
}

std::string expectedMessage(const Json& entry)
{
    const Json& fault = entry["fault"];
    return (torture / entry["file"].get<std::string>()).string() + ": malformed row at byte " +
           fault["offset"].dump() + ", line " + fault["line"].dump() + ", column " +
           fault["column"].dump() + ": expected " + fault["expectation"].get<std::string>() + ".";
}

/// Every block size up to 40 bytes, then ever larger steps, then the whole file.
std::set<Bytes> blockSizes(Bytes fileSize)
{
    std::set<Bytes> sizes{fileSize + 1, blockBytes};
    for (Bytes size = 1; size <= fileSize; size += size < 40 ? 1 : size / 3)
        sizes.insert(size);
    return sizes;
}

} // namespace

class CsvTortureTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { cases_ = cases(); }
    void theSetIsLargeEnough() { QVERIFY(cases_.size() >= 60); }

    void theReadingIsTheExpectedOneForEveryBlockSizeAndThreadCount_data()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const auto& entry : cases_)
            QTest::newRow(entry["file"].get<std::string>().c_str()) << index++;
    }

    void theReadingIsTheExpectedOneForEveryBlockSizeAndThreadCount()
    {
        QFETCH(int, index);
        const Json& entry = cases_[static_cast<std::size_t>(index)];
        const Dataset dataset = datasetOf(entry);
        const auto size = static_cast<Bytes>(std::filesystem::file_size(dataset.paths[0]));
        const std::size_t columns = dataset.schema.columns.size();
        for (std::size_t text = 0; text < std::min<std::size_t>(columns, 4); ++text) {
            const ColumnSelection selection{
                .numeric = entry["numeric"].get<std::vector<std::size_t>>(), .text = text};
            for (const Bytes blockSize : blockSizes(size))
                for (const int threads : {1, 3}) {
                    if (threads > 1 && blockSize % 5 != 1) continue;
                    check(entry, text, readAll(dataset, selection, blockSize, threads), blockSize);
                    if (QTest::currentTestFailed()) return;
                }
        }
    }

private:
    Json cases_;

    static void check(const Json& entry, std::size_t text, const Reading& reading, Bytes blockSize)
    {
        const auto context = [&](const std::string& what) {
            return QByteArray::fromStdString(what + " at block size " + std::to_string(blockSize));
        };
        const std::string message = reading.error ? reading.error->message : "";
        if (entry.contains("fault")) {
            QVERIFY2(reading.error, context("no error").constData());
            QVERIFY2(message == expectedMessage(entry), context(message).constData());
            QVERIFY(reading.error->code == ErrorCode::DataUnreadable);
            return;
        }
        QVERIFY2(!reading.error, context(message).constData());
        const Reading expected = expectedReading(entry, text);
        QVERIFY2(reading.text == expected.text, context("other texts").constData());
        QVERIFY2(reading.missing == expected.missing, context("other missing").constData());
        QVERIFY2(reading.rows == expected.rows, context("other row count").constData());
        for (std::size_t c = 0; c < expected.numeric.size(); ++c)
            for (std::size_t i = 0; i < expected.numeric[c].size(); ++i) {
                const double read = reading.numeric[c][i];
                const double wanted = expected.numeric[c][i];
                QVERIFY2((read != read && wanted != wanted) ||
                             (read == wanted && std::signbit(read) == std::signbit(wanted)),
                         context("another number").constData());
            }
    }
};

SPILLWAY_TESTS(CsvTortureTest, QCoreApplication)
#include "csv_torture_test.moc"
