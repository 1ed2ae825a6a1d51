#include "csv_support.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;
using namespace spillway::test;

class CsvBlocksTest : public QObject {
    Q_OBJECT

private slots:
    void blocksCoverAllRowsOnceAndEndAtMultiples()
    {
        const Folder folder;
        const auto path = folder.write("t.csv", "a,b\n" + std::string(100, '\n'));
        for (const Bytes size : {1, 2, 3, 4, 5, 64, 103, 104, 1000}) {
            const auto blocks = planBlocks(datasetOf({path}, {"a", "b"}), size);
            QVERIFY(blocks);
            QCOMPARE(blocks->front().begin, Bytes(4));
            QCOMPARE(blocks->back().end, Bytes(104));
            for (std::size_t i = 0; i < blocks->size(); ++i) {
                const Block& block = (*blocks)[i];
                QCOMPARE(block.index, static_cast<std::int64_t>(i));
                QVERIFY(block.begin < block.end && block.end - block.begin <= size);
                QVERIFY(block.end % size == 0 || block.end == 104);
                if (i > 0) QCOMPARE(block.begin, (*blocks)[i - 1].end);
            }
        }
    }

    void everyFileStartsABlockOfItsOwn()
    {
        const Folder folder;
        const auto a = folder.write("a.csv", "x\n1\n2\n");
        const auto b = folder.write("b.csv", "\xef\xbb\xbfx\n3\n");
        const auto blocks = planBlocks(datasetOf({a, b}, {"x"}));
        QVERIFY(blocks);
        QCOMPARE(blocks->size(), std::size_t(2));
        QCOMPARE((*blocks)[1].file, 1);
        QCOMPARE((*blocks)[1].index, std::int64_t(1));
        QCOMPARE((*blocks)[1].begin, Bytes(5));
    }

    void aFileWithOnlyAHeaderHasNoBlock()
    {
        const Folder folder;
        const auto a = folder.write("a.csv", "x,y\n");
        const auto blocks = planBlocks(datasetOf({a}, {"x", "y"}));
        QVERIFY(blocks && blocks->empty());
    }

    void unreadableFilesAreSaidSo_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << QByteArray() << "is empty";
        QTest::newRow("mark only") << QByteArray("\xef\xbb\xbf") << "is empty";
        QTest::newRow("other header") << QByteArray("x,z\n1,2\n") << "x, z where x, y are expected";
        QTest::newRow("fewer columns") << QByteArray("x\n1\n") << "has the columns x where";
        QTest::newRow("blank") << QByteArray("\n\n\n") << "no header row";
        QTest::newRow("broken header") << QByteArray("\n\"x\"z,y\n") << "byte 4, line 2, column 1";
        QTest::newRow("utf-16") << QByteArray("\xff\xfex\0,\0y\0\n\0", 10) << "UTF-16";
        QTest::newRow("utf-16 unmarked") << QByteArray("x\0,\0y\0\n\0", 8) << "UTF-16";
        QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08\x00 aaaa", 9) << "gzip";
        QTest::newRow("endless quote")
            << QByteArray("\"") + QByteArray(static_cast<int>(maxHeader), 'x') << "16 MiB";
        QTest::newRow("open quote") << QByteArray("\"x,y\n1,2\n") << "closing quote";
    }
    void unreadableFilesAreSaidSo()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, message);
        const Folder folder;
        const auto path = folder.write("bad.csv", content.toStdString());
        const auto blocks = planBlocks(datasetOf({path}, {"x", "y"}));
        QVERIFY(!blocks);
        QVERIFY(blocks.error().code == ErrorCode::DataUnreadable);
        const auto said = QString::fromStdString(blocks.error().message);
        QVERIFY2(said.contains(message) && said.contains("bad.csv"), qPrintable(said));
    }

    void aMissingFileOrADirectoryIsSaidSo()
    {
        const Folder folder;
        for (const auto& path : {folder.path("none.csv"), folder.path("")}) {
            const auto blocks = planBlocks(datasetOf({path}, {"x"}));
            QVERIFY(!blocks);
            QVERIFY(blocks.error().code == ErrorCode::DataUnreadable);
        }
    }

    void anotherSizeThanTheDatasetSaysIsRefused()
    {
        const Folder folder;
        Dataset dataset = datasetOf({folder.write("a.csv", "x\n1\n")}, {"x"});
        dataset.bytes = 4;
        QVERIFY(planBlocks(dataset));
        dataset.bytes = 5;
        QVERIFY(!planBlocks(dataset));
        QVERIFY(planBlocks(dataset).error().code == ErrorCode::DataUnreadable);
    }

    void skippedLinesAndCommentsComeBeforeTheHeader()
    {
        const Folder folder;
        const auto path = folder.write("s.csv", "\xef\xbb\xbfsep=;\n\"open\n#c\"\n\na,b\n1,2\n");
        const auto blocks =
            planBlocks(datasetOf({path}, {"a", "b"}, {.comment = '#', .skipRows = 2}));
        QVERIFY2(blocks, blocks ? "" : blocks.error().message.c_str());
        QCOMPARE(blocks->front().begin, Bytes(24));
        QVERIFY(blocks->front().first);
        const auto none = planBlocks(datasetOf({path}, {"a", "b"}, {.skipRows = 7}));
        QVERIFY(!none && none.error().message.find("fewer than the 7 lines") != std::string::npos);
        QVERIFY(none.error().remedy.find("--skip-rows") != std::string::npos);
    }

    void smallFilesShareAPartition()
    {
        std::vector<Block> blocks;
        for (int i = 0; i < 10'000; ++i)
            blocks.push_back({.file = i, .index = i, .begin = 4, .end = 400, .first = true});
        const auto partitions = planPartitions(blocks, 2);
        QCOMPARE(partitions.size(), (blocks.size() + maxPartitionBlocks - 1) / maxPartitionBlocks);
    }

    void partitionsAreWholeBlocksOfOneFileWithinTheLimits_data()
    {
        QTest::addColumn<int>("blocksA");
        QTest::addColumn<int>("blocksB");
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("maxBlocks");
        QTest::newRow("one block") << 1 << 0 << 4 << 10;
        QTest::newRow("fewer than wanted") << 7 << 2 << 4 << 10;
        QTest::newRow("just enough") << 16 << 0 << 4 << 10;
        QTest::newRow("uneven") << 33 << 5 << 2 << 10;
        QTest::newRow("many") << 1000 << 999 << 3 << 15;
        QTest::newRow("limit below a block") << 20 << 0 << 1 << 0;
        QTest::newRow("no worker") << 20 << 0 << 0 << 4;
    }
    void partitionsAreWholeBlocksOfOneFileWithinTheLimits()
    {
        QFETCH(int, blocksA);
        QFETCH(int, blocksB);
        QFETCH(int, workers);
        QFETCH(int, maxBlocks);
        std::vector<Block> blocks;
        for (int i = 0; i < blocksA + blocksB; ++i)
            blocks.push_back({.file = i >= blocksA,
                              .index = i,
                              .begin = i * blockBytes,
                              .end = (i + 1) * blockBytes,
                              .first = i == 0 || i == blocksA});
        const Bytes limit = maxBlocks * blockBytes + 1;
        const auto partitions = planPartitions(blocks, workers, limit);
        std::size_t next = 0;
        for (const Partition& partition : partitions) {
            QCOMPARE(partition.firstBlock, next);
            QVERIFY(partition.blockCount >= 1);
            next += partition.blockCount;
            QCOMPARE(blocks[partition.firstBlock].file, blocks[next - 1].file);
            QVERIFY(static_cast<Bytes>(partition.blockCount) * blockBytes <= limit ||
                    partition.blockCount == 1);
        }
        QCOMPARE(next, blocks.size());
        QVERIFY(partitions.size() >=
                std::min<std::size_t>(blocks.size(), 4 * static_cast<std::size_t>(workers)));
    }

    void noBlocksMakeNoPartitions() { QVERIFY(planPartitions({}, 4).empty()); }

private:
    static constexpr std::size_t maxHeader = std::size_t(17) << 20;
};

SPILLWAY_TESTS(CsvBlocksTest, QCoreApplication)
#include "csv_blocks_test.moc"
