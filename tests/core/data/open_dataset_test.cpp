#include "csv_support.h"
#include "data/data_files.h"
#include "data/open_dataset.h"
#include "generator/generator.h"
#include "suites/suites.h"

#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

using namespace spillway;
using namespace spillway::test;

namespace {

std::string said(const Error& error)
{
    return describe(error);
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ",") + name;
    return text;
}

/// A small generated file with its manifest and two parts.
DatasetManifest generated(const Folder& folder)
{
    GeneratorSpec spec{.rows = 100, .seed = 7};
    spec.split = 2;
    auto manifest = generate(spec, folder.path("g.csv"), {}, {});
    return manifest ? *manifest : DatasetManifest{};
}

OpenedDataset opened(const std::string& content)
{
    const Folder folder;
    auto result = openDataset(folder.write("o.csv", content).string());
    return result ? *result : OpenedDataset{};
}

} // namespace

class OpenDatasetTest : public QObject {
    Q_OBJECT

private slots:
    void aFileIsOpenedWithItsGuess()
    {
        const Folder folder;
        const auto path = folder.write("my.csv", "k,v\na,1.5\nb,2.5\n");
        const auto result = openDataset(path.string());
        QVERIFY(result);
        QCOMPARE(result->dataset.name, std::string("my.csv"));
        QVERIFY(result->dataset.paths == std::vector{path});
        QCOMPARE(result->dataset.bytes, Bytes(16));
        QVERIFY(!result->dataset.rows && !result->manifest);
        QCOMPARE(result->dataset.fingerprint.size(), std::size_t(32));
        QVERIFY(result->dataset.schema == result->guess.schema);
        QCOMPARE(result->guess.preview.size(), std::size_t(2));
        QVERIFY(planBlocks(result->dataset));
    }

    void aRelativePathBecomesAbsolute()
    {
        const Folder folder;
        folder.write("r.csv", "k,v\na,1\n");
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(folder.path(""));
        const auto result = openDataset("./r.csv");
        std::filesystem::current_path(before);
        QVERIFY(result);
        QVERIFY(result->dataset.paths[0].is_absolute());
        QCOMPARE(result->dataset.paths[0].filename().string(), std::string("r.csv"));
    }

    void aDirectoryIsItsTextFilesSortedByName()
    {
        const Folder folder;
        folder.write("d/b.csv", "k,v\nb,2\n");
        folder.write("d/a.tsv", "k,v\na,1\n");
        folder.write("d/c.txt", "k,v\nc,3\n");
        folder.write("d/notes.md", "nothing");
        std::filesystem::create_directory(folder.path("d/sub.csv"));
        for (const char* slash : {"", "/"}) {
            const auto result = openDataset(folder.path("d").string() + slash);
            QVERIFY(result);
            QCOMPARE(result->dataset.name, std::string("d"));
            QVERIFY(result->dataset.paths ==
                    (std::vector{folder.path("d/a.tsv"), folder.path("d/b.csv"),
                                 folder.path("d/c.txt")}));
            QCOMPARE(result->dataset.bytes, Bytes(24));
        }
    }

    void aPatternIsWhatItMatchesSortedByName()
    {
        const Folder folder;
        folder.write("p-2.csv", "k,v\nb,2\n");
        folder.write("p-1.csv", "k,v\na,1\n");
        folder.write("q.csv", "other\n1\n");
        const auto result = openDataset(folder.path("p-*.csv").string());
        QVERIFY(result);
        QVERIFY(result->dataset.name.ends_with("/p-*.csv"));
        QVERIFY(result->dataset.paths ==
                (std::vector{folder.path("p-1.csv"), folder.path("p-2.csv")}));
        const auto strange = folder.write("x[1].csv", "k,v\na,1\n");
        QVERIFY(openDataset(strange.string()));
    }

    void whatCannotBeOpenedIsSaidSo_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("message");
        QTest::newRow("missing") << "none.csv"
                                 << "There is no file";
        QTest::newRow("no match") << "none-*.csv"
                                  << "No file matches";
        QTest::newRow("empty folder") << "void"
                                      << "holds no .csv";
        QTest::newRow("header only") << "header.csv"
                                     << "no other row";
        QTest::newRow("empty file") << "empty.csv"
                                    << "is empty";
        QTest::newRow("other columns") << "mixed"
                                       << "has other columns than";
        QTest::newRow("one is empty") << "holed"
                                      << "is empty";
        QTest::newRow("binary") << "binary.csv"
                                << "gzip";
        QTest::newRow("device") << "/dev/null"
                                << "not the same file in every process";
        QTest::newRow("standard input") << "/dev/stdin"
                                        << "not the same file in every process";
        QTest::newRow("a descriptor") << "/proc/self/fd/0"
                                      << "not the same file in every process";
        QTest::newRow("a link to standard input") << "linked.csv"
                                                  << "not the same file in every process";
        QTest::newRow("FIFO") << "fifo.csv"
                              << "is a FIFO, not a file";
        QTest::newRow("socket") << "socket.csv"
                                << "is a socket, not a file";
        QTest::newRow("a name that is no UTF-8") << "latin-*.csv"
                                                 << "is not UTF-8";
        QTest::newRow("links in a circle") << "circle.csv"
                                           << "symbolic links";
        QTest::newRow("300 characters") << QString(300, 'x') << "too long";
    }
    void whatCannotBeOpenedIsSaidSo()
    {
        QFETCH(QString, source);
        QFETCH(QString, message);
        const Folder folder;
        std::filesystem::create_directory(folder.path("void"));
        folder.write("header.csv", "a,b\n");
        folder.write("empty.csv", "");
        folder.write("mixed/a.csv", "a,b\n1,2\n");
        folder.write("mixed/b.csv", "a,c\n1,2\n");
        folder.write("holed/a.csv", "a,b\n1,2\n");
        folder.write("holed/b.csv", "");
        folder.write("binary.csv", "\x1f\x8b\x08 etc");
        folder.write("latin-\xe9.csv", "a,b\n1,2\n");
        folder.write("plain.csv", "a,b\n1,2\n");
        std::filesystem::create_symlink("/dev/stdin", folder.path("linked.csv"));
        std::filesystem::create_symlink("circle.csv", folder.path("circle.csv"));
        QCOMPARE(::mkfifo(folder.path("fifo.csv").c_str(), 0600), 0);
        QCOMPARE(::mknod(folder.path("socket.csv").c_str(), S_IFSOCK | 0600, 0), 0);
        const UniqueFd plain(::open(folder.path("plain.csv").c_str(), O_RDONLY));
        const UniqueFd before(::dup(0)); // a file as standard input is a file all the same
        ::dup2(plain.get(), 0);
        const auto restore = qScopeGuard([&] { ::dup2(before.get(), 0); });
        const auto result = openDataset(folder.path(source.toStdString()).string());
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::DataUnreadable);
        QVERIFY2(QString::fromStdString(said(result.error())).contains(message),
                 said(result.error()).c_str());
    }

    void partsWithOnlyAHeaderAreFine()
    {
        const Folder folder;
        folder.write("d/a.csv", "k,v\n");
        folder.write("d/b.csv", "k,v\nb,2\n");
        const auto result = openDataset(folder.path("d").string());
        QVERIFY(result);
        QVERIFY(result->dataset.schema.columns[1].type == ColumnType::Integer);
        QCOMPARE(readAll(result->dataset, {.numeric = {1}, .text = 0}).rows, std::int64_t(1));
    }

    void aGeneratedFileComesWithItsManifest()
    {
        const Folder folder;
        const auto manifest = generated(folder);
        const auto result = openDataset(folder.path("g.csv").string());
        QVERIFY2(result, result ? "" : said(result.error()).c_str());
        QVERIFY(result->manifest == manifest);
        QVERIFY(result->dataset.rows == 100);
        QCOMPARE(result->dataset.fingerprint, manifest.fingerprint);
        QVERIFY(result->dataset.schema.columns[1].type == ColumnType::Real);
        QVERIFY(result->dataset.schema.columns[3].type == ColumnType::Text);
        const auto choice = chooseColumns(*result, {}, {});
        QVERIFY(choice);
        QCOMPARE(choice->reason, std::string("x, y by category (manifest)"));
        QCOMPARE(readAll(result->dataset, {.numeric = {1, 2}, .text = 3}).rows, std::int64_t(100));
    }

    void aPartFindsTheSpecButNotTheOracle()
    {
        const Folder folder;
        const auto manifest = generated(folder);
        QCOMPARE(manifest.parts.size(), std::size_t(2));
        const auto result = openDataset(folder.path(manifest.parts[0]).string());
        QVERIFY(result);
        QVERIFY(result->manifest && result->manifest->spec == manifest.spec);
        QVERIFY(result->manifest->groups.empty());
        QVERIFY(!result->dataset.rows);
        QCOMPARE(readAll(result->dataset, {.numeric = {1}, .text = 3}).rows, std::int64_t(50));
    }

    void partsBesideTheirWholeAreNotReadTwice()
    {
        const Folder folder;
        const auto manifest = generated(folder);
        const auto result = openDataset(folder.path("").string());
        QVERIFY(result);
        QVERIFY(result->dataset.paths == std::vector{folder.path("g.csv")});
        QVERIFY(result->guess.notes.size() >= 2);
        QVERIFY(joined(result->guess.notes).find(manifest.parts[1] + " is left out") !=
                std::string::npos);
    }

    void anotherReadingIsAnotherDataset()
    {
        const Folder folder;
        const auto file = folder.write("d.csv", "k;x\na;1,5\nb;2,5\n").string();
        const auto guessed = openDataset(file);
        const auto same = openDataset(file, {.delimiter = ';', .header = true});
        const auto data = openDataset(file, {.header = false});
        const auto words = openDataset(file, {.missing = std::vector<std::string>{"b"}});
        QVERIFY(guessed && same && data && words);
        QCOMPARE(same->dataset.fingerprint, guessed->dataset.fingerprint);
        const std::set<std::string> all{guessed->dataset.fingerprint, data->dataset.fingerprint,
                                        words->dataset.fingerprint};
        QCOMPARE(all.size(), std::size_t(3));
        for (const auto& fingerprint : all)
            QVERIFY(fingerprint.starts_with(guessed->dataset.fingerprint));
    }

    void whatHasToBeSaidIsWhatIsNotGuessed()
    {
        const Folder folder;
        const auto file = folder.write("d.csv", "k;x;y\na;1,5;1\nb;2,5;2\n").string();
        const auto plain = openDataset(file);
        QVERIFY(plain && neededHints(plain->dataset) == SchemaHints());
        const std::vector<SchemaHints> said{
            {.decimal = '.'},
            {.header = false},
            {.missing = std::vector<std::string>{"b"}},
            {.delimiter = ';', .comment = '#', .skipRows = 1, .encoding = TextEncoding::Latin1},
            {.types = {{"y", ColumnType::Text}}}};
        for (const auto& hints : said) {
            const auto opened = openDataset(file, hints);
            QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
            const auto again = openDataset(file, neededHints(opened->dataset));
            QVERIFY2(again, again ? "" : again.error().message.c_str());
            QVERIFY(again->dataset == opened->dataset);
        }
    }

    void aFirstRowLongerThanTheSampleIsNoEmptyFile()
    {
        const Folder folder;
        const std::string content = "k,x,t\na,1,\"" + std::string(3'000'000, 'y') + "\"\nb,2,z\n";
        const auto result = openDataset(folder.write("l.csv", content).string());
        QVERIFY2(result, result ? "" : result.error().message.c_str());
        QCOMPARE(result->dataset.schema.columns.size(), std::size_t(3));
    }

    void aNulInTheFirstRowIsNamedWithItsPlace()
    {
        const Folder folder;
        const std::string content("x,y,z\ntest\0test,Reg,1\n  ,Reg,2\n", 30);
        const auto result = openDataset(folder.write("n.csv", content).string());
        QVERIFY(!result && result.error().code == ErrorCode::DataUnreadable);
        QVERIFY2(
            result.error().message.find("byte 10, line 2, column 1: expected text, found a NUL "
                                        "byte") != std::string::npos,
            result.error().message.c_str());
    }

    /// Of all that lies beside a file only its own manifest is opened.
    void otherJsonFilesBesideAFileAreLeftAlone()
    {
        const Folder folder;
        const auto csv = folder.write("m.part1of2.csv", "k,v\na,1.5\n");
        for (const char* name : {"other.json", "other.csv.json"})
            QCOMPARE(::mkfifo(folder.path(name).c_str(), 0600), 0);
        folder.write("m.part1of2.csv.json", "{\"type\":\"FeatureCollection\"}");
        const auto result = openDataset(csv.string());
        QVERIFY2(result, result ? "" : said(result.error()).c_str());
        QVERIFY(!result->manifest);
        QVERIFY2(joined(result->guess.notes).find("manifest") == std::string::npos,
                 joined(result->guess.notes).c_str());
    }

    void aManifestThatDoesNotFitIsIgnoredWithANote()
    {
        const Folder folder;
        folder.write("m.csv", "k,v\na,1.5\n");
        folder.write("m.csv.json", "{\"generator\":\"spillway 0\",\"version\":1}");
        const auto result = openDataset(folder.path("m.csv").string());
        QVERIFY(result);
        QVERIFY(!result->manifest);
        QVERIFY(joined(result->guess.notes).find("is ignored") != std::string::npos);
    }

    void columnsAreChosen_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("values");
        QTest::newRow("text by reals") << QByteArray("id,x,y,k\n1,.5,1.5,a\n2,.7,2,b\n") << "k"
                                       << "x,y";
        QTest::newRow("integers when nothing is real") << QByteArray("n,k\n1,a\n2,b\n") << "k"
                                                       << "n";
        QTest::newRow("codes when nothing is text")
            << QByteArray("x,c,id\n.5,0,1\n.6,1,2\n.7,0,3\n.8,1,4\n") << "c"
            << "x";
    }
    void columnsAreChosen()
    {
        QFETCH(QByteArray, content);
        const auto choice = chooseColumns(opened(content.toStdString()), {}, {});
        QVERIFY2(choice, choice ? "" : said(choice.error()).c_str());
        QTEST(QString::fromStdString(choice->key), "key");
        QTEST(QString::fromStdString(joined(choice->values)), "values");
        QVERIFY(choice->reason.find("guessed") != std::string::npos);
    }

    void whatIsGivenIsKept()
    {
        const auto data = opened("id,x,y,k\n1,.5,1.5,a\n2,.7,2,b\n");
        const auto key = chooseColumns(data, "id", {});
        QVERIFY(key && key->key == "id" && joined(key->values) == "x,y");
        const auto values = chooseColumns(data, {}, {"id"});
        QVERIFY(values && values->key == "k" && joined(values->values) == "id");
        const auto both = chooseColumns(data, "y", {"x"});
        QVERIFY(both && both->reason == "x by y (as given)");
    }

    void namesWithACommaAreToldApart()
    {
        const auto data = opened("k,fare,\"tip, EUR\"\na,.5,1.5\nb,.7,2\n");
        const auto choice = chooseColumns(data, {}, {});
        QVERIFY(choice);
        QCOMPARE(choice->reason, std::string("fare, \"tip, EUR\" by k (guessed from the types)"));
        const auto types = typesNote(data.dataset.schema, {});
        QVERIFY(types && types->find("\"tip, EUR\" real") != std::string::npos);
    }

    void choicesThatMakeNoSenseAreRefused_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("message");
        const QByteArray one = "x,k\n.5,a\n.6,b\n";
        QTest::newRow("two texts") << QByteArray("x,k,l\n.5,a,c\n.6,b,d\n") << ""
                                   << ""
                                   << "k, l";
        QTest::newRow("nothing fits") << QByteArray("x,y\n.5,.6\n.7,.8\n") << ""
                                      << ""
                                      << "--group-by or --label: x, y";
        QTest::newRow("unknown key") << one << "z"
                                     << ""
                                     << "The columns are x, k";
        QTest::newRow("unknown value") << one << ""
                                       << "z"
                                       << "The columns are x, k";
        QTest::newRow("text as value") << one << "x"
                                       << "k"
                                       << "is text, not numbers (line 2, byte 7 holds \"a\")";
        QTest::newRow("no numbers") << QByteArray("k\na\nb\na\n") << "k"
                                    << ""
                                    << "no numeric column";
    }
    void choicesThatMakeNoSenseAreRefused()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, message);
        std::vector<std::string> values;
        if (!value.isEmpty()) values.push_back(value.toStdString());
        const auto choice = chooseColumns(opened(content.toStdString()), key.toStdString(), values);
        QVERIFY(!choice);
        QVERIFY(choice.error().code == ErrorCode::InvalidArgument);
        QVERIFY2(QString::fromStdString(said(choice.error())).contains(message),
                 said(choice.error()).c_str());
    }

    void parquetIsWhatItsReaderSays()
    {
        const Folder folder;
        const auto b = folder.write("t/k=b/1.parquet", "PAR1 b");
        const auto a = folder.write("t/k=a/1.parquet", "PAR1 and a");
        folder.write("t/_SUCCESS", "");
        folder.write("t/.hidden/1.parquet", "PAR1");
        DataFiles asked;
        const ParquetReader reader = [&](const DataFiles& files) -> Result<SchemaGuess> {
            asked = files;
            SchemaGuess guess;
            guess.schema = {.columns = {{"v", ColumnType::Date}, {"k", ColumnType::Text}},
                            .files = FileFormat::Parquet,
                            .folders = {"k"}};
            guess.rows = 7;
            return guess;
        };
        const auto result = openDataset(folder.path("t").string(), {}, reader);
        QVERIFY2(result, said(result ? Error{} : result.error()).c_str());
        QVERIFY((asked.paths == std::vector{a, b}));
        QCOMPARE(asked.root, folder.path("t"));
        QCOMPARE(result->dataset.rows, std::optional<std::int64_t>(7));
        QCOMPARE(result->dataset.bytes, Bytes(16));
        QVERIFY(result->dataset.schema.files == FileFormat::Parquet);
        QVERIFY(neededHints(result->dataset) == SchemaHints());
        // Nothing of it is guessed.
        const auto hinted = openDataset(folder.path("t").string(), {.delimiter = ';'}, reader);
        QVERIFY(!hinted && hinted.error().code == ErrorCode::InvalidArgument);
    }

    void parquetWithoutAReaderOrBesideCsvIsRefused()
    {
        const Folder folder;
        const auto file = folder.write("t/a.parquet", "PAR1");
        const auto alone = openDataset(file.string());
        QVERIFY(!alone && said(alone.error()).find("is a Parquet file") != std::string::npos);
        folder.write("t/b.parquet", "a,b\n1,2\n");
        const auto mixed = openDataset(folder.path("t").string(), {}, [](const DataFiles&) {
            return Result<SchemaGuess>(SchemaGuess());
        });
        QVERIFY(!mixed && said(mixed.error()).find("the same format") != std::string::npos);
    }

    void whatAParquetReaderSaysIsChecked()
    {
        const Folder folder;
        const auto file = folder.write("a.parquet", "PAR1").string();
        const auto opening = [&](Schema schema) {
            schema.files = FileFormat::Parquet;
            return openDataset(file, {}, [&](const DataFiles&) {
                SchemaGuess guess;
                guess.schema = schema;
                return Result<SchemaGuess>(guess);
            });
        };
        QVERIFY(opening({.columns = {{"a", ColumnType::Boolean}}}));
        QVERIFY(!opening({}));
        QVERIFY(!opening({.columns = {{"a"}, {"a"}}}));
        QVERIFY(!opening({.columns = {{"a"}}, .folders = {"b"}}));
    }

    void aValueNamedTwiceIsRefused()
    {
        QVERIFY(!chooseColumns(opened("x,k\n.5,a\n.6,b\n"), "k", {"x", "x"}));
    }
};

SPILLWAY_TESTS(OpenDatasetTest, QCoreApplication)
#include "open_dataset_test.moc"
