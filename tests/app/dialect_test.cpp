#include "base/json.h"
#include "shell_program.h"
#include "suites/suites.h"

#include <QFile>
#include <QtTest>

using namespace spillway;

/// Files as people have them, given to the real program on both native engines: what is guessed is
/// said, and what is guessed wrong can be said.
class DialectTest : public QObject {
    Q_OBJECT
private slots:
    void filesAreRead_data();
    void filesAreRead();
    void whatCannotBeReadSaysWhereAndWhatToSay_data();
    void whatCannotBeReadSaysWhereAndWhatToSay();
    void aLongRowIsReadByBothEngines();
    void rowsWithoutALabelAreSaidToBeLeftOut();
    void aDryRunTellsHowAPlanFileReadsItsData();

private:
    QString write(const QByteArray& content) const;
    auto spillway(const QStringList& arguments) const { return program_.run(arguments); }

    const testing::ShellProgram program_;
};

namespace {

QStringList etlOf(const QString& file)
{
    return {"run",
            "--data",
            file,
            "--workload",
            "etl",
            "--engine",
            "chunked,objectstore",
            "--workers",
            "1",
            "-r",
            "1",
            "-w",
            "0",
            "--json",
            "--cache",
            "as-is",
            "--memory-limit",
            "none"};
}

/// "k=mean k=mean" of the first value column.
QString meansOf(const Json& line)
{
    QStringList means;
    for (const auto& group : line["result"]["groups"])
        means << QString("%1=%2")
                     .arg(QString::fromStdString(group["key"].get<std::string>()))
                     .arg(group["mean"].begin()->is_null() ? 0.0
                                                           : group["mean"].begin()->get<double>());
    return means.join(' ');
}

} // namespace

QString DialectTest::write(const QByteArray& content) const
{
    QFile file(program_.path("data.csv"));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) return {};
    return file.fileName();
}

void DialectTest::filesAreRead_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("means");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char* name, const QByteArray& content, const QStringList& options,
                        const char* means, const char* said) {
        QTest::newRow(name) << content << options << QString::fromUtf8(means) << QByteArray(said);
    };
    const QStringList usual{"--group-by", "k", "--values", "x"};
    row("sep line", "sep=;\nk;x\na;1\nb;2\n", usual, "a=1 b=2", "names the delimiter, semicolon");
    row("comment first", "# produced by tool v1\nk,x\na,1\nb,2\n", usual, "a=1 b=2", "--comment");
    row("comment further down", "k,x\na,1\n# b's\nb,2\n", usual, "a=1 b=2", "--comment");
    row("comment by option", "k,x\n!a,9\na,1\n", usual + QStringList{"--comment", "!"}, "a=1",
        "--delimiter");
    row("decimal comma", "1,5;2,5\n3,5;4,5\n1,5;2,5\n",
        {"--delimiter", ";", "--group-by", "column1", "--values", "column2"}, "1,5=2.5 3,5=4.5",
        "decimal comma (--decimal)");
    row("duplicate names", "k,x,x\na,1,2\nb,2,3\n", {"--group-by", "k", "--values", "x_2"},
        "a=2 b=3", "Column 3 is renamed x_2");
    row("comma in a name", "k,\"net, EUR\",y\na,1,2\nb,2,3\n",
        {"--group-by", "k", "--values", "\"net, EUR\",y"}, "a=1 b=2", "\"net, EUR\" integer");
    row("numbers as names", "country,2019,2020\nA,1,2\nB,3,4\nA,5,6\n",
        {"--header", "yes", "--group-by", "country", "--values", "2019"}, "A=3 B=3", "Types");
    row("Latin-1", "k,caf\xe9,x\nb\xe4r,b,1\nb,c,2\n", {"--group-by", "k", "--values", "x"},
        "b=2 b\xc3\xa4r=1", "Encoding latin-1");
    row("missing words", "k,x\na,1\na,NAN\nb,\" n/a \"\nb,2\n", usual, "a=1 b=2", "x integer");
    row("words of its own", "k,x\na,1\n-,5\na,-\n", usual + QStringList{"--missing", "-"}, "=5 a=1",
        "x integer");
    row("skipped lines", "A report\n\"\nk,x\na,1\n", usual + QStringList{"--skip-rows", "2"}, "a=1",
        "--delimiter");
    row("a type", "k,x\na,\nb,\n", usual + QStringList{"--column", "x=real"}, "a=0 b=0",
        "--column NAME=TYPE");
}

void DialectTest::filesAreRead()
{
    QFETCH(QByteArray, content);
    QFETCH(QStringList, options);
    QFETCH(QString, means);
    QFETCH(QByteArray, said);
    const auto run = spillway(etlOf(write(content)) + options);
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(run.err.contains(said), run.err.constData());
    QCOMPARE(run.lines().size(), 2);
    for (const auto& line : run.lines())
        QCOMPARE(meansOf(line), means);
}

void DialectTest::whatCannotBeReadSaysWhereAndWhatToSay_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArrayList>("said");
    QTest::newRow("two delimiters")
        << QByteArray("1,5;2\n2,5;3\n") << QByteArrayList{"comma (2 columns)", "--delimiter"};
    QTest::newRow("header or not") << QByteArray("red,x\nblue,y\n") << QByteArrayList{"--header"};
    QTest::newRow("a NUL") << QByteArray("k,x\na\0b,1\n", 10)
                           << QByteArrayList{"byte 5, line 2, column 1", "NUL"};
    QTest::newRow("text for numbers")
        << QByteArray("k,x\na,1\nb,1 kg\n")
        << QByteArrayList{"line 3, byte 10 holds \"1 kg\"", "--column x=real", "--missing"};
    QTest::newRow("a short row") << QByteArray("k,x\na,1\nb\n")
                                 << QByteArrayList{"line 3", "expected 2 columns, found 1",
                                                   "--comment"};
}

void DialectTest::whatCannotBeReadSaysWhereAndWhatToSay()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArrayList, said);
    const auto run =
        spillway(etlOf(write(content)) + QStringList{"--group-by", "k", "--values", "x"});
    QVERIFY(run.exitCode == 2 || run.exitCode == 3);
    QVERIFY2(!run.err.contains("[1/"), run.err.constData()); // no run was begun
    for (const auto& words : said)
        QVERIFY2(run.err.contains(words), run.err.constData());
}

void DialectTest::aLongRowIsReadByBothEngines()
{
    const QByteArray text(5'250'000, 'y');
    const auto run = spillway(etlOf(write("k,x,t\na,1,\"" + text + "\"\nb,2,z\n")) +
                              QStringList{"--group-by", "k", "--values", "x"});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    for (const auto& line : run.lines())
        QCOMPARE(meansOf(line), "a=1 b=2");
}

void DialectTest::rowsWithoutALabelAreSaidToBeLeftOut()
{
    QByteArray content = "y,a,b\n";
    for (int i = 0; i < 40; ++i)
        content += (i % 4 == 0   ? "NA"
                    : i % 4 == 1 ? ""
                    : i % 4 == 2 ? "u"
                                 : "v") +
                   QByteArray(",0.") + QByteArray::number(i * 7 % 100) + ",0." +
                   QByteArray::number(i * 13 % 100) + "\n";
    const auto run = spillway({"run",
                               "--data",
                               write(content),
                               "--workload",
                               "logreg",
                               "--engine",
                               "chunked",
                               "--workers",
                               "1",
                               "-r",
                               "2",
                               "-w",
                               "0",
                               "--label",
                               "y",
                               "--features",
                               "a,b",
                               "--cache",
                               "as-is",
                               "--memory-limit",
                               "none"});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(run.err.count("20 rows with a missing feature or label were left out") == 1,
             run.err.constData());
}

void DialectTest::aDryRunTellsHowAPlanFileReadsItsData()
{
    const auto run =
        spillway(etlOf(write("k;x\n#c\na;1\n")) +
                 QStringList{"--group-by", "k", "--values", "x", "--comment", "#", "--dry-run"});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const Json plan = run.lines().back()["plan"];
    QCOMPARE(plan["datasets"][0]["schema"]["comment"], Json("#"));
    QFile file(program_.path("plan.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(plan.dump()));
    file.close();
    const auto again = spillway({"run", file.fileName(), "--json"});
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QCOMPARE(meansOf(again.lines().front()), "a=1");
}

SPILLWAY_TESTS(DialectTest, QCoreApplication)
#include "dialect_test.moc"
