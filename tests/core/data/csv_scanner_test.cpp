#include "csv_support.h"
#include "data/csv_rows.h"
#include "suites/suites.h"

#include <QtTest>

#include <cstdio>
#include <limits>
#include <random>

using namespace spillway;
using namespace spillway::test;

namespace {

/// Bytes drawn from those that mean something to CSV: mostly malformed, never predictable.
std::string noise(std::mt19937& random, std::size_t length)
{
    constexpr std::string_view alphabet("12.,,,\n\n\n\"\"\r x\0", 16);
    std::string text;
    while (text.size() < length) {
        const char byte = alphabet[random() % alphabet.size()];
        if (byte == '\0' && random() % 8 != 0) continue;
        if (byte == '\r' && random() % 8 != 0)
            text += '\r', text += '\n';
        else
            text.push_back(byte);
    }
    return text;
}

/// A well-formed file with known content: any text, quoted where needed and sometimes where not.
Truth wellFormed(std::mt19937& random, int rows)
{
    constexpr std::string_view alphabet = "ab ,\"\n\r1";
    Truth truth{.content = "a,b,c\n", .reading = {.numeric = {{}, {}}, .missing = {0, 0}}};
    const char* const lineEnd = random() % 2 ? "\n" : "\r\n";
    for (int i = 0; i < rows; ++i) {
        std::string text;
        for (auto left = random() % 12; left > 0; --left)
            text.push_back(alphabet[random() % 8]);
        const auto number = static_cast<double>(random()) / 256;
        const bool missing = random() % 8 == 0;
        truth.reading.numeric[0].push_back(number);
        truth.reading.numeric[1].push_back(missing ? std::numeric_limits<double>::quiet_NaN() : i);
        truth.reading.missing[1] += missing;
        truth.reading.text.push_back(text);
        const bool plain = text.find_first_of(",\"\n\r") == std::string::npos && random() % 2;
        char decimal[32];
        std::snprintf(decimal, sizeof decimal, "%.17g", number);
        truth.content += std::string(decimal) + "," + (missing ? "" : std::to_string(i)) + "," +
                         (plain ? text : inQuotes(text)) + lineEnd;
        if (random() % 16 == 0) truth.content += lineEnd;
    }
    truth.reading.rows = rows;
    return truth;
}

} // namespace

class CsvScannerTest : public QObject {
    Q_OBJECT

private slots:
    void noiseIsReadAlikeForEveryBlockSizeAndThreadCount()
    {
        const Folder folder;
        std::mt19937 random(1);
        int faults = 0;
        for (int round = 0; round < 150; ++round) {
            const auto length = 1 + random() % 120;
            const auto path = folder.write("n.csv", "a,b,c\n" + noise(random, length));
            const Dataset dataset = datasetOf({path}, abc);
            const Reading whole = readAll(dataset, {.numeric = {0}, .text = 1}, 4096);
            faults += whole.error.has_value();
            for (const Bytes size : {1, 2, 3, 4, 7, 11, 16, 30, 64})
                for (const int threads : {1, 2, 4})
                    QVERIFY2(readAll(dataset, {.numeric = {0}, .text = 1}, size, threads) == whole,
                             qPrintable(QString("round %1 size %2").arg(round).arg(size)));
        }
        QVERIFY(faults > 50);
    }

    void wellFormedFilesReadBackForEveryBlockSizeAndThreadCount()
    {
        const Folder folder;
        std::mt19937 random(2);
        int rescans = 0;
        for (int round = 0; round < 40; ++round) {
            const Truth truth = wellFormed(random, static_cast<int>(random() % 30));
            const Dataset dataset = datasetOf({folder.write("w.csv", truth.content)}, abc);
            for (const Bytes size : {1, 2, 3, 5, 8, 13, 34, 89, 233, 610, 100'000})
                for (const int threads : {1, 3}) {
                    const Reading reading = readAll(dataset, everything, size, threads);
                    QVERIFY2(!reading.error, truth.content.c_str());
                    QVERIFY2(reading == truth.reading, truth.content.c_str());
                    rescans += reading.rescans;
                }
        }
        QVERIFY(rescans > 100);
    }

    void filesOfManyPiecesReadBack()
    {
        const Folder folder;
        std::mt19937 random(3);
        const Truth truth = wellFormed(random, 150'000);
        QVERIFY(truth.content.size() > 4 * (std::size_t(1) << 20));
        const Dataset dataset = datasetOf({folder.write("m.csv", truth.content)}, abc);
        for (const Bytes size :
             {Bytes(50'000), Bytes(1) << 20, (Bytes(1) << 20) + 1, blockBytes, Bytes(100) << 20})
            QVERIFY(readAll(dataset, everything, size, 2) == truth.reading);
    }

    void aFileWithoutQuotesIsNeverScannedTwice()
    {
        const Folder folder;
        std::string content = "a,b,c\n";
        for (int i = 0; i < 200; ++i)
            content += std::to_string(i) + ",1.5,xyz\n" + (i % 9 ? "" : "\n");
        const Dataset dataset = datasetOf({folder.write("p.csv", content)}, abc);
        for (Bytes size = 1; size < 300; size += 1 + size / 8) {
            const Reading reading = readAll(dataset, everything, size, 2);
            QCOMPARE(reading.rows, std::int64_t(200));
            QCOMPARE(reading.rescans, 0);
        }
    }

    void aFieldLargerThanManyBlocksIsOneField()
    {
        const Folder folder;
        std::string inner;
        while (inner.size() < 5'000'000)
            inner += "1,2,x\n";
        const auto path = folder.write("f.csv", "a,b,c\n1,2,\"" + inner + "\"\n3,4,y\n");
        for (const Bytes size : {Bytes(64) << 10, Bytes(1) << 20, blockBytes, Bytes(10) << 20}) {
            const Reading reading = readAll(datasetOf({path}, abc), everything, size, 2);
            QVERIFY(!reading.error);
            QCOMPARE(reading.rows, std::int64_t(2));
            QVERIFY(reading.text == (std::vector<std::string>{inner, "y"}));
        }
    }

    void rowsUpToTheLimitAreReadAndLongerOnesRefused_data()
    {
        QTest::addColumn<int>("excess");
        QTest::addColumn<QString>("end");
        for (const char* end : {"\n", "\r\n", ""})
            for (const int excess : {0, 1})
                QTest::addRow("%d %d", excess, static_cast<int>(std::strlen(end)))
                    << excess << QString(end);
    }
    void rowsUpToTheLimitAreReadAndLongerOnesRefused()
    {
        QFETCH(int, excess);
        QFETCH(QString, end);
        const Folder folder;
        const std::string tail = end.toStdString();
        const auto length = static_cast<std::size_t>(maxRowBytes + excess) - 4 - tail.size();
        const std::string rest = tail.empty() ? "" : "5,6,z\n";
        const auto path =
            folder.write("l.csv", "a,b,c\n1,2,x\n3,4," + std::string(length, 'y') + tail + rest);
        for (const Bytes size : {Bytes(5'000'000), Bytes(100) << 20}) {
            const Reading reading = readAll(datasetOf({path}, abc), everything, size);
            QCOMPARE(reading.error.has_value(), excess > 0);
            if (excess <= 0)
                QCOMPARE(reading.rows, std::int64_t(rest.empty() ? 2 : 3));
            else
                QVERIFY(reading.error->message.find(
                            "byte 12, line 3, column 1: expected a row of at most") !=
                        std::string::npos);
        }
    }

    void aQuoteLeftOpenInALongFileIsFoundEarly()
    {
        const Folder folder;
        std::string content = "a,b,c\n1,2,\"x\n";
        while (content.size() < 24'000'000)
            content += "3,4,yyyyyyyyyyyyyyyyyyyyyyyyy\n";
        const auto path = folder.write("q.csv", content);
        for (const Bytes size : {blockBytes, Bytes(100) << 20}) {
            const Reading reading = readAll(datasetOf({path}, abc), everything, size, 2);
            QVERIFY(reading.error);
            QVERIFY(reading.error->message.find("byte 6, line 2, column 1") != std::string::npos);
        }
    }

    void onlyChosenColumnsAreDecoded()
    {
        const Folder folder;
        const auto path = folder.write("c.csv", "a,b,c\nx,1,?\ny,2,!\n");
        const Dataset dataset = datasetOf({path}, abc);
        const Reading middle = readAll(dataset, {.numeric = {1}, .text = {}});
        QVERIFY(!middle.error);
        QVERIFY(middle.numeric[0] == (std::vector<double>{1, 2}));
        QVERIFY(middle.text.empty());
        const Reading twice = readAll(dataset, {.numeric = {1, 1}, .text = 1});
        QVERIFY(twice.numeric[0] == twice.numeric[1]);
        QVERIFY(twice.text == (std::vector<std::string>{"1", "2"}));
        const Reading none = readAll(dataset, {});
        QCOMPARE(none.rows, std::int64_t(2));
        QVERIFY(readAll(dataset, {.numeric = {2}, .text = 0}).error);
    }

    void numericColumnsComeInTheOrderAskedFor()
    {
        const Folder folder;
        const auto path = folder.write("o.csv", "a,b,c\n1,2,3\n4,5,6\n");
        const Reading reading = readAll(datasetOf({path}, abc), {.numeric = {2, 0}, .text = 1});
        QVERIFY(reading.numeric[0] == (std::vector<double>{3, 6}));
        QVERIFY(reading.numeric[1] == (std::vector<double>{1, 4}));
        QVERIFY(reading.text == (std::vector<std::string>{"2", "5"}));
    }

    void batchesHoldAtMostTheirCapacity()
    {
        const Folder folder;
        std::string content;
        for (int i = 0; i < 5000; ++i)
            content += "1\n";
        Dataset dataset = datasetOf({folder.write("b.csv", content)}, {"a"}, {.header = false});
        const auto blocks = planBlocks(dataset);
        Keeper keeper;
        CsvScanner scanner(dataset, {.numeric = {0}, .text = {}});
        const auto scan = scanner.scan(blocks->front(), {}, keeper);
        QVERIFY(scan);
        QCOMPARE(scan->rows, std::int64_t(5000));
        QCOMPARE(scan->lines, std::int64_t(5000));
        QVERIFY(!scan->sawQuote);
        QCOMPARE(keeper.largest, RowBatch::capacity);
        QCOMPARE(keeper.numeric[0].size(), std::size_t(5000));
    }

    void filesFollowOneAnotherAndFaultsNameTheirFile()
    {
        const Folder folder;
        const auto a = folder.write("a.csv", "a,b,c\n1,2,x\n3,4,y");
        const auto b = folder.write("b.csv", "\xef\xbb\xbf"
                                             "a,b,c\r\n5,6,z\r\n");
        const auto c = folder.write("c.csv", "a,b,c\n");
        const auto d = folder.write("d.csv", "a,b,c\n7,8,\"p\nq\"\n9,oops,r\n");
        for (const Bytes size : {1, 5, 8, 1000}) {
            const Reading reading = readAll(datasetOf({a, b, c}, abc), everything, size, 2);
            QVERIFY(!reading.error);
            QVERIFY(reading.text == (std::vector<std::string>{"x", "y", "z"}));
            const Reading bad = readAll(datasetOf({a, b, c, d}, abc), everything, size, 2);
            QVERIFY(bad.error);
            QCOMPARE(bad.error->message, d.string() + ": malformed row at byte 18, line 4, column "
                                                      "2: expected a number, found \"oops\".");
        }
    }

    void aFaultFarIntoAFileHasItsExactPlace()
    {
        const Folder folder;
        std::string content = "a,b,c\n";
        for (int i = 0; i < 300'000; ++i)
            content += "0.12345,6.789,abc\n";
        const auto offset = content.size();
        const auto path = folder.write("far.csv", content + "0.1,x,y\n" + content);
        for (const Bytes size : {Bytes(70'000), blockBytes, Bytes(1) << 30}) {
            const Reading reading = readAll(datasetOf({path}, abc), everything, size, 2);
            QVERIFY(reading.error);
            QVERIFY(reading.error->message.find("byte " + std::to_string(offset + 4) +
                                                ", line 300002, column 2:") != std::string::npos);
        }
    }

    void aFileThatChangedSinceThePlanIsNotRead_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("said");
        QTest::newRow("truncated") << "truncated"
                                   << "had 24 bytes and has 12";
        QTest::newRow("grown") << "grown"
                               << "had 24 bytes and has 30";
        QTest::newRow("modified") << "modified"
                                  << "content was modified";
        QTest::newRow("replaced") << "replaced"
                                  << "another file took its place";
        QTest::newRow("deleted") << "deleted"
                                 << "No such file";
    }
    void aFileThatChangedSinceThePlanIsNotRead()
    {
        QFETCH(QString, change);
        QFETCH(QString, said);
        for (const bool during : {false, true}) {
            const Folder folder;
            const std::string content = "a,b,c\n1,2,x\n3,4,y\n5,6,z\n";
            const Dataset dataset = datasetOf({folder.write("t.csv", content)}, abc);
            const auto blocks = planBlocks(dataset);
            CsvScanner scanner(dataset, everything);
            ChangingSink sink(
                during ? std::function<void()>([&] { apply(change, folder, content); }) : nullptr);
            if (!during) apply(change, folder, content);
            const auto scan = scanner.scan(blocks->front(), {}, sink);
            QVERIFY(!scan);
            QVERIFY(scan.error().code == ErrorCode::DataUnreadable);
            const auto message = QString::fromStdString(scan.error().message);
            QVERIFY2(message.contains(said), qPrintable(message));
        }
    }

    void aFileCutShortWhileItIsReadIsSaidSo()
    {
        const Folder folder;
        std::string content = "a,b,c\n";
        while (content.size() < 3'900'000)
            content += "1,2,x\n";
        const Dataset dataset = datasetOf({folder.write("t.csv", content)}, abc);
        const auto blocks = planBlocks(dataset);
        CsvScanner scanner(dataset, everything);
        ChangingSink sink([&] { std::filesystem::resize_file(folder.path("t.csv"), 500'000); });
        const auto scan = scanner.scan(blocks->front(), {}, sink);
        QVERIFY(!scan);
        QVERIFY(scan.error().code == ErrorCode::DataUnreadable);
    }

    void stoppingIsCancelled()
    {
        const Folder folder;
        std::string content = "a,b,c\n";
        while (content.size() < 3'000'000)
            content += "1,2,x\n";
        const Dataset dataset = datasetOf({folder.write("t.csv", content)}, abc);
        const auto blocks = planBlocks(dataset);
        CsvScanner scanner(dataset, everything);
        std::stop_source source;
        ChangingSink sink([&] { source.request_stop(); });
        const auto scan = scanner.scan(blocks->front(), {}, sink, source.get_token());
        QVERIFY(!scan);
        QVERIFY(scan.error().code == ErrorCode::Cancelled);
        QVERIFY(sink.rows < 300'000);
        Keeper keeper;
        QVERIFY(scanner.scan(blocks->front(), {}, keeper));
    }

private:
    /// Does something once, while a block is being read.
    class ChangingSink : public RowSink {
    public:
        explicit ChangingSink(std::function<void()> change) : change_(std::move(change)) {}
        void onRows(const RowBatch& batch) override
        {
            rows += batch.rows;
            if (change_) std::exchange(change_, nullptr)();
        }
        std::size_t rows = 0;

    private:
        std::function<void()> change_;
    };

    static void apply(const QString& change, const Folder& folder, const std::string& content)
    {
        const auto path = folder.path("t.csv");
        if (change == "truncated") std::filesystem::resize_file(path, 12);
        if (change == "grown") folder.write("t.csv", content + "7,8,w\n");
        if (change == "deleted") std::filesystem::remove(path);
        if (change == "replaced") std::filesystem::rename(folder.write("u.csv", content), path);
        if (change == "modified") {
            folder.write("t.csv", std::string(content).replace(6, 1, "9"));
            const auto time = std::filesystem::last_write_time(path);
            std::filesystem::last_write_time(path, time + std::chrono::seconds(1));
        }
    }
};

SPILLWAY_TESTS(CsvScannerTest, QCoreApplication)
#include "csv_scanner_test.moc"
