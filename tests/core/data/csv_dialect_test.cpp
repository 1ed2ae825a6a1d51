#include "csv_support.h"
#include "suites/suites.h"

#include <QtTest>

#include <array>
#include <limits>
#include <random>

using namespace spillway;
using namespace spillway::test;

namespace {

/// Everything that can be said of a file.
const CsvFormat dialect{.delimiter = ';',
                        .comment = '#',
                        .skipRows = 1,
                        .decimal = ',',
                        .encoding = TextEncoding::Latin1,
                        .missing = std::vector<std::string>{"-", "none"}};

/// Bytes drawn from those that mean something to it: mostly malformed, never predictable.
std::string dialectNoise(std::mt19937& random, std::size_t length)
{
    constexpr std::string_view alphabet("12,;;;\n\n\n##\"\" -\xe9\r", 17);
    std::string text;
    while (text.size() < length) {
        const char byte = alphabet[random() % alphabet.size()];
        if (byte == '\r' && random() % 8 != 0)
            text += '\r', text += '\n';
        else
            text.push_back(byte);
    }
    return text;
}

/// A well-formed file in the dialect with known content: comments between the rows, "-" for a
/// missing number, "None" and "-" for a missing text, which is handed over as the empty one.
Truth inDialect(std::mt19937& random, int rows)
{
    constexpr std::string_view alphabet = "ab #;,\"\n-\xe9";
    const std::array<std::string, 4> comments{"#\n", "# \"open\n", "#;;;\r\n", "\n"};
    Truth truth{.content = "a title; \"not closed\n#c\na;b;c\n",
                .reading = {.numeric = {{}, {}}, .missing = {0, 0}}};
    for (int i = 0; i < rows; ++i) {
        std::string text;
        for (auto left = random() % 10; left > 0; --left)
            text.push_back(alphabet[random() % alphabet.size()]);
        const bool quoted = text.find_first_of(";\"\n") != text.npos || random() % 2;
        const bool missing = random() % 8 == 0;
        truth.reading.numeric[0].push_back(i + 0.5);
        truth.reading.numeric[1].push_back(missing ? std::numeric_limits<double>::quiet_NaN() : i);
        truth.reading.missing[1] += missing;
        std::string decoded;
        for (const char byte : text)
            decoded += byte == '\xe9' ? std::string("\u00e9") : std::string(1, byte);
        const bool gone = random() % 8 == 0;
        const bool isWord = !quoted && decoded.find_first_not_of(" -") == decoded.npos;
        truth.reading.text.push_back(gone ? "" : decoded);
        // What looks like a missing word by chance is written in quotes, which keep it.
        truth.content += std::to_string(i) + ",5;" + (missing ? " - " : std::to_string(i)) + ";" +
                         (gone               ? " None "
                          : quoted || isWord ? inQuotes(text)
                                             : text) +
                         "\n";
        if (random() % 4 == 0) truth.content += comments[random() % comments.size()];
    }
    truth.reading.rows = rows;
    return truth;
}

} // namespace

/// Comments, skipped lines, decimal commas, encodings and missing words.
class CsvDialectTest : public QObject {
    Q_OBJECT

private slots:
    void noiseInADialectIsReadAlikeForEveryBlockSizeAndThreadCount()
    {
        const Folder folder;
        std::mt19937 random(2);
        int faults = 0;
        for (int round = 0; round < 150; ++round) {
            const auto length = 1 + random() % 60;
            const auto path = folder.write("n.csv", "t\na;b;c\n" + dialectNoise(random, length));
            const Dataset dataset = datasetOf({path}, abc, dialect);
            const Reading whole = readAll(dataset, {.numeric = {0}, .text = 1}, 4096);
            faults += whole.error.has_value();
            for (const Bytes size : {1, 2, 3, 4, 7, 11, 16, 30, 64})
                for (const int threads : {1, 2, 4})
                    QVERIFY2(readAll(dataset, {.numeric = {0}, .text = 1}, size, threads) == whole,
                             qPrintable(QString("round %1 size %2").arg(round).arg(size)));
        }
        QVERIFY(faults > 50);
    }

    void aDialectIsReadAsWhatItMeansForEveryBlockSizeAndThreadCount()
    {
        const Folder folder;
        std::mt19937 random(3);
        for (int round = 0; round < 40; ++round) {
            const Truth truth = inDialect(random, 1 + static_cast<int>(random() % 40));
            const auto path = folder.write("d.csv", truth.content);
            const Dataset dataset = datasetOf({path}, abc, dialect);
            for (const Bytes size : {1, 3, 7, 16, 50, 4096})
                for (const int threads : {1, 3}) {
                    const Reading reading = readAll(dataset, everything, size, threads);
                    QVERIFY2(!reading.error, reading.error ? reading.error->message.c_str() : "");
                    QVERIFY2(reading == truth.reading,
                             qPrintable(QString("round %1 size %2").arg(round).arg(size)));
                }
        }
    }

    void aNumberOfAnotherDialectIsMalformed()
    {
        const Folder folder;
        const auto path = folder.write("p.csv", "a;b\n1,5;x\n1.5;y\n");
        const Reading comma =
            readAll(datasetOf({path}, {"a", "b"}, {.delimiter = ';', .decimal = ','}),
                    {.numeric = {0}, .text = {}});
        QVERIFY(comma.error);
        QVERIFY(comma.error->message.find("line 3, column 1: expected a number with a decimal "
                                          "\",\", found \"1.5\"") != std::string::npos);
        QVERIFY(comma.error->remedy.find("--decimal") != std::string::npos);
        const auto na = folder.write("m.csv", "a,b\n-9,x\nNA,y\n");
        const Reading words =
            readAll(datasetOf({na}, {"a", "b"}, {.missing = std::vector<std::string>{"-9"}}),
                    {.numeric = {0}, .text = {}});
        QVERIFY(words.error && words.error->message.find("found \"NA\"") != std::string::npos);
    }
};

SPILLWAY_TESTS(CsvDialectTest, QCoreApplication)
#include "csv_dialect_test.moc"
