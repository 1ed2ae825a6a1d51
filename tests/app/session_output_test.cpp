#include "base/json.h"
#include "shell_program.h"
#include "suites/suites.h"

#include "session/session_store.h"
#include "workloads/etl/etl.h"

#include <QDirIterator>
#include <QFile>
#include <QtTest>

using namespace spillway;

/// What `compare` and `export` make of a session: of one that an attacker has written, and of one
/// that repeats the paper.
class SessionOutputTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aHostileSessionPutsNoLineIntoTheProgram_data();
    void aHostileSessionPutsNoLineIntoTheProgram();
    void aHostileSessionSendsTheTerminalNoControls();
    void anExcludedRunIsLeftOutAndSaid();
    void aHostileSessionExportsWellFormedFiles();
    void aSessionOfThePaperHasTheStudyInEveryFormat();
    void otherSessionsHaveItWhenAsked();
    void onlyTheTerminalWritesToIt();

private:
    auto spillway(const QStringList& arguments) const { return program_.run(arguments); }
    QString path(const QString& name) const { return program_.path(name.toUtf8()); }
    QByteArray content(const QString& name) const;
    QString write(const char* file, const std::string& poison, const char* engine,
                  const char* preset = nullptr) const;
    std::string snippetOf(const QString& session) const;

    const testing::ShellProgram program_;
};

namespace {

/// Everything at once that a name could try.
const std::string hostile =
    "x\nimport os; os.system('id')\r\n\"\"\"\n'''\\\" \x1b]0;title\x07\x1b[2J\x1b]8;"
    ";http://e\x1b\\ \xC2\x9B"
    "31m \xE2\x80\xAE\xE2\x81\xA6 \xFF\xC0\x80 "
    "<script>alert(1)</script> =1+1 & % $ # _ { } ~ ^ \\input{x} `id` $(id)"
    " \xE2\x80\xA8 \x7F";

RunRecord runOf(const std::string& engine, const std::string& poison, int repeat)
{
    RunRecord run;
    run.planId = 1;
    run.repeat = repeat;
    run.round = repeat;
    run.cell = {"fingerprint", "etl", engine, "default" + poison, 2, {}, CacheState::Warm, ""};
    run.datasetName = "data" + poison;
    run.workload = EtlWorkload{"k" + poison, {"v" + poison}, EtlWorkload::Materialise::Streamed};
    run.engineVersion = "1.0" + poison;
    run.settings = {{"memory_limit", "1 GB" + poison}, {"threads" + poison, "2"}};
    run.seconds = 1.0 + 0.01 * repeat;
    run.setupSeconds = 0.1;
    run.peakBytes = 100'000'000;
    run.flags = {"flag" + poison};
    run.startedAt = "2026-11-28T10:00:00Z";
    run.stderrTail = poison;
    return run;
}

RunRecord failed(RunRecord run, const std::string& poison)
{
    run.cell.engine = "my-script";
    run.status = RunStatus::Failed;
    run.seconds.reset();
    run.error = Error{ErrorCode::EngineFailed, "Broke" + poison, "load" + poison, poison};
    return run;
}

bool isHidden(QChar c)
{
    const auto code = c.unicode();
    return (code < 0x20 && code != '\n') || (code >= 0x7F && code < 0xA0) || code == 0x61C ||
           code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

/// The first hidden character of the bytes, in words; empty when there is none.
QByteArray hiddenIn(const QByteArray& bytes)
{
    const auto text = QString::fromUtf8(bytes);
    for (qsizetype i = 0; i < text.size(); ++i)
        if (isHidden(text[i]))
            return "U+" + QByteArray::number(text[i].unicode(), 16) + " in " +
                   text.mid(qMax(qsizetype(0), i - 40), 80).toUtf8().toPercentEncoding(" ");
    return {};
}

/// Standard error of `python3 -c program` with these arguments; empty when all is well.
QByteArray python(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.start("python3", QStringList{"-c", program} + arguments);
    if (!process.waitForFinished(60'000)) return "Python did not end.";
    return process.readAllStandardError();
}

} // namespace

QByteArray SessionOutputTest::content(const QString& name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A session of six runs of `engine` and a failed one, all names of which end in `poison`.
QString SessionOutputTest::write(const char* file, const std::string& poison, const char* engine,
                                 const char* preset) const
{
    auto store = SessionStore::create(path(file).toStdString());
    if (!store) qFatal("No session.");
    Dataset dataset{
        .name = "data" + poison,
        .paths = {"/data/a" + poison + ".csv"},
        .schema = {{',', '"', true},
                   {{"k" + poison, ColumnType::Text}, {"v" + poison, ColumnType::Real}}},
        .rows = 1'000'000,
        .bytes = 100,
        .fingerprint = "fingerprint"};
    Environment environment;
    environment.cpuModel = "CPU" + poison;
    environment.coresUsable = 2;
    environment.ram = Bytes(8) << 30;
    bool written =
        store->addDataset(dataset, {}).has_value() && store->setNotes("Notes" + poison).has_value();
    if (preset) written = written && store->addPlan({{"version", 1}, {"preset", preset}});
    for (int repeat = 1; repeat <= 6; ++repeat)
        written = written && store->addRun(runOf(engine, poison, repeat), {}, environment);
    written =
        written &&
        store->addRun(failed(runOf(engine, poison, 1), poison), {}, environment).has_value() &&
        (poison.empty() || store->excludeRun(6, "reason" + poison).has_value());
    if (!written) qFatal("The session cannot be written.");
    return path(file);
}

std::string SessionOutputTest::snippetOf(const QString& session) const
{
    const auto compared = spillway({"compare", session, "--json"});
    for (const auto& line : compared.lines())
        if (line["recommendation"]["snippet"].is_string())
            return line["recommendation"]["snippet"].get<std::string>();
    return {};
}

void SessionOutputTest::initTestCase()
{
    for (const char* engine : {"duckdb", "polars", "pandas", "modin", "pyspark"}) {
        write(qPrintable(QString("hostile-%1.spillway").arg(engine)), hostile, engine);
        write(qPrintable(QString("plain-%1.spillway").arg(engine)), "", engine);
    }
    write("paper.spillway", "", "dask", "paper");
}

void SessionOutputTest::aHostileSessionPutsNoLineIntoTheProgram_data()
{
    QTest::addColumn<QString>("engine");
    // Those of whose profile the program does not depend.
    for (const char* engine : {"duckdb", "polars", "pandas", "modin", "pyspark"})
        QTest::newRow(engine) << engine;
}

void SessionOutputTest::aHostileSessionPutsNoLineIntoTheProgram()
{
    QFETCH(QString, engine);
    const auto plain = snippetOf(path("plain-" + engine + ".spillway"));
    const auto hostile = snippetOf(path("hostile-" + engine + ".spillway"));
    QVERIFY(!plain.empty() && !hostile.empty());
    QCOMPARE(hiddenIn(QByteArray::fromStdString(hostile)), QByteArray());
    const auto problem =
        python("import ast, re, sys\n"
               "def shape(text):\n"
               "    tree = ast.parse(text)\n"
               "    for node in ast.walk(tree):\n"
               "        if isinstance(node, ast.Constant) and isinstance(node.value, str):\n"
               "            node.value = ''\n"
               "    return ast.dump(tree)\n"
               "assert shape(sys.argv[1]) == shape(sys.argv[2]), sys.argv[2]\n"
               "assert 'os.system' in sys.argv[2]\n"
               "names = {}\n"
               "exec(sys.argv[2].split('\\n\\n')[0], names)\n"
               "assert names['COLUMNS'][0].encode('utf-8', "
               "'surrogateescape').startswith(b'kx\\nimport')\n",
               {QString::fromStdString(plain), QString::fromStdString(hostile)});
    QCOMPARE(problem, QByteArray());
}

void SessionOutputTest::aHostileSessionSendsTheTerminalNoControls()
{
    const auto session = path("hostile-duckdb.spillway");
    const auto plain = path("plain-duckdb.spillway");
    const std::vector<QStringList> commands{
        {"compare", session},
        {"compare", session, "--json"},
        {"compare", session, plain},
        {"compare", session, "--reference", QString::fromStdString("duck\x1b[2J\ndb")},
        {"compare", session, "--memory-limit", "1MB"},
        {"export", session, "--out", path("hostile"), "--format", "csv,md,tex,json,html,svg"},
        {"export", session, "--out", path("dir\x1b]0;t\x07"), "--format", "csv"},
        {"export", session, "--out", path("hostile"), "--only", "a\x1b[31m\nb"},
        {"compare", path("no\x1b]0;t\x07\nfile")},
        {"exclude", session, "1", "--reason", "no\x1b[31m\nuse"},
        {"exclude", session, "99", "--reason", "none"},
        {"fly\x1b[2J"}};
    for (const auto& command : commands) {
        const auto outcome = spillway(command);
        QCOMPARE(hiddenIn(outcome.out), QByteArray());
        QCOMPARE(hiddenIn(outcome.err), QByteArray());
        // Nothing puts a line of its own anywhere.
        QVERIFY2(!("\n" + outcome.out).contains("\nimport os"), outcome.out.constData());
    }
}

void SessionOutputTest::anExcludedRunIsLeftOutAndSaid()
{
    const auto session = write("excluded.spillway", "", "polars", nullptr);
    const auto said = [&](const QStringList& more) { return spillway(more); };
    // Without a reason, and for a run that is not there, nothing changes.
    QCOMPARE(said({"exclude", session, "1"}).exitCode, 2);
    QCOMPARE(said({"exclude", session, "1", "--reason", "  "}).exitCode, 2);
    QVERIFY(said({"exclude", session, "1", "99", "--reason", "x"}).exitCode != 0);
    QVERIFY(!said({"compare", session}).out.contains("repeat 1 ("));
    QCOMPARE(said({"exclude", session, "1", "7", "--reason", "the laptop slept"}).exitCode, 0);
    const auto compared = said({"compare", session}).out;
    QVERIFY2(compared.contains("Excluded by you: ") && compared.contains("(the laptop slept)."),
             compared.constData());
    QVERIFY(said({"compare", session, "--json"}).out.contains("\"reason\":\"the laptop slept\""));
    QVERIFY(said({"export", session, "--out", path("ex"), "--format", "csv"}).exitCode == 0);
    QVERIFY(content("ex/runs.csv").contains("the laptop slept"));
    QCOMPARE(said({"exclude", session, "1", "7", "--undo"}).exitCode, 0);
    QVERIFY(!said({"compare", session}).out.contains("the laptop slept"));
}

void SessionOutputTest::aHostileSessionExportsWellFormedFiles()
{
    const auto exported =
        spillway({"export", path("hostile-duckdb.spillway"), "--out", path("whole")});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    const auto problem = python(
        "import csv, html.parser, json, pathlib, sys, xml.etree.ElementTree\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "kinds = set()\n"
        "class Page(html.parser.HTMLParser):\n"
        "    def handle_starttag(self, tag, attrs):\n"
        "        assert tag not in ('script', 'img', 'a', 'iframe', 'link'), tag\n"
        "        assert not any(name.startswith('on') for name, value in attrs), attrs\n"
        "for file in sorted(folder.iterdir()):\n"
        "    kinds.add(file.suffix)\n"
        "    if file.suffix in ('.png', '.pdf'):\n"
        "        continue\n"
        "    text = file.read_bytes().decode('utf-8')\n"
        "    lines = text.replace('\\r\\n', '\\n').split('\\n')\n"
        "    if file.suffix == '.csv':\n"
        "        rows = list(csv.reader(open(file, newline='', encoding='utf-8'), strict=True))\n"
        "        assert len({len(row) for row in rows}) == 1, file\n"
        "        assert not any(f.lstrip().startswith(('=', '+', '@')) for r in rows for f in r)\n"
        "    elif file.suffix == '.json':\n"
        "        json.loads(text)\n"
        "    elif file.suffix == '.svg':\n"
        "        xml.etree.ElementTree.fromstring(text)\n"
        "    elif file.suffix == '.html':\n"
        "        Page().feed(text)\n"
        "    else:\n"
        "        assert not any(line.startswith('import os') for line in lines), file\n"
        "        assert not any(ord(c) < 32 for line in lines for c in line), file\n"
        "    if file.suffix == '.md':\n"
        "        assert all(line.startswith('|') for line in lines[:-2] if line), file\n"
        "        assert lines[-1] == '' and lines[-2][0].isalnum(), file  # the methods\n"
        "        assert '<script' not in text\n"
        "    if file.suffix == '.tex':\n"
        "        assert '\\\\input' not in text, file\n"
        "assert kinds == {'.png', '.svg', '.pdf', '.html', '.csv', '.json', '.md', '.tex'}, "
        "kinds\n",
        {path("whole")});
    QCOMPARE(problem, QByteArray());
}

void SessionOutputTest::aSessionOfThePaperHasTheStudyInEveryFormat()
{
    const auto session = path("paper.spillway");
    const auto exported = spillway({"export", session, "--out", path("paper")});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    for (const QString curve : {"Table I, published", "Table I, recomputed"})
        for (const char* file : {"paper/etl-data-speedup.svg", "paper/report.html"})
            QVERIFY2(content(file).contains(curve.toUtf8()), file);
    QCOMPARE(content("paper/published.csv").count("\r\n"), 25);
    QVERIFY(content("paper/published.csv").contains("\r\nIII,Ray,etl,larger,"));
    QVERIFY(content("paper/published.tex").contains("Recomputed speedup"));
    QVERIFY(content("paper/published.md").contains("\n| VI |"));
    const auto json = parseJson(content("paper/published.json").toStdString());
    QVERIFY(json && (*json)["rows"].size() == 24);
    QCOMPARE((*json)["rows"][0]["table"], Json("I"));

    const auto compared = spillway({"compare", session});
    QVERIFY2(compared.out.contains("The paper's figures"), compared.out.constData());
    QCOMPARE(spillway({"compare", session, "--json"}).lines().front()["published"]["rows"].size(),
             std::size_t(16));

    const auto without =
        spillway({"export", session, "--out", path("without"), "--overlay", "none"});
    QVERIFY2(without.exitCode == 0, without.err.constData());
    QVERIFY(!QFile::exists(path("without/published.csv")));
    QVERIFY(!content("without/report.html").contains("The paper's figures"));
    QVERIFY(!spillway({"compare", session, "--overlay", "none"}).out.contains("The paper's"));
}

void SessionOutputTest::otherSessionsHaveItWhenAsked()
{
    const auto session = path("plain-duckdb.spillway");
    QVERIFY(spillway({"export", session, "--out", path("own"), "--format", "csv"}).exitCode == 0);
    QVERIFY(!QFile::exists(path("own/published.csv")));
    QVERIFY(spillway({"export", session, "--out", path("asked"), "--format", "csv", "--overlay",
                      "recomputed"})
                .exitCode == 0);
    QVERIFY(content("asked/published.csv").contains("recomputed_speedup"));
    QVERIFY(!content("asked/published.csv").contains("published_speedup"));
}

/// One file prints, and it escapes: no command writes to a terminal past it.
void SessionOutputTest::onlyTheTerminalWritesToIt()
{
    QDirIterator files(SPILLWAY_SOURCE_DIR "/app", {"*.cpp", "*.h"});
    int seen = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        ++seen;
        if (file.fileName().contains("/terminal.") || file.fileName().endsWith("worker_main.cpp"))
            continue;
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto text = file.readAll();
        for (const char* way :
             {"fmt::print", "std::cout", "std::cerr", "printf(", "fputs", "puts("})
            QVERIFY2(!text.contains(way), qPrintable(file.fileName() + ": " + way));
    }
    QVERIFY(seen > 10);
}

SPILLWAY_TESTS(SessionOutputTest, QCoreApplication)
#include "session_output_test.moc"
