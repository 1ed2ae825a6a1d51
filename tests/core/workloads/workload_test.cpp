#include "base/json.h"
#include "suites/suites.h"
#include "workloads/etl/etl.h"
#include "workloads/fill_columns.h"
#include "workloads/logreg/logreg.h"
#include "workloads/workload_type.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTest>

#include <set>

namespace spillway {

class WorkloadTest : public QObject {
    Q_OBJECT
private slots:
    void everyKindIsFoundByItsFolder();
    void namesOfAKindAreNamesOfOptionsAndFields();
    void everyDefaultIsTakenAndIsNotKept();
    void equalWorkIsEqualHoweverItWasWritten();
    void whatWorkIsCalledIsNoPartOfItsIdentity();
    void identityLeavesOutWhatIsAtItsDefault();
    void jsonSaysEveryRoleAndParameter();
    void jsonIsReadBack();
    void whatIsLeftOpenStaysOpen();
    void whatAKindDoesNotHaveIsRefused_data();
    void whatAKindDoesNotHaveIsRefused();
    void valuesOutOfRangeSayWhatIsTaken_data();
    void valuesOutOfRangeSayWhatIsTaken();
    void hostileJsonIsRefused_data();
    void hostileJsonIsRefused();
    void columnsAreFilledInByRole();
    void anUnknownKindHasNothing();
    void noKindIsNamedOutsideItsFolder();
};

namespace {

Workload etl()
{
    return EtlWorkload{.groupBy = "k", .values = {"x", "y"}};
}

Workload logreg()
{
    return LogregWorkload{.label = "k", .features = {"x"}};
}

std::string messageOf(const Result<void>& outcome)
{
    return outcome ? std::string() : describe(outcome.error());
}

} // namespace

void WorkloadTest::everyKindIsFoundByItsFolder()
{
    std::vector<std::string> ids;
    for (const auto* type : workloadTypes()) {
        ids.push_back(type->id);
        QVERIFY(findWorkloadType(type->id) == type);
        QVERIFY(!type->title.empty() && !type->shortName.empty() && type->question.ends_with('.'));
    }
    QVERIFY(std::ranges::is_sorted(ids));
    QVERIFY(std::ranges::find(ids, "etl") != ids.end());
    QVERIFY(std::ranges::find(ids, "logreg") != ids.end());
    QVERIFY(!findWorkloadType("ETL") && !findWorkloadType(""));
}

/// A name with a dash could not be a field, one that is a role and a parameter would be both.
void WorkloadTest::namesOfAKindAreNamesOfOptionsAndFields()
{
    for (const auto* type : workloadTypes()) {
        std::set<std::string> names{"kind"};
        const auto add = [&](const std::string& name) {
            QVERIFY2(names.insert(name).second, name.c_str());
            QVERIFY2(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                         std::string::npos,
                     name.c_str());
        };
        for (const auto& role : type->roles)
            add(role.name);
        for (const auto& parameter : type->parameters) {
            add(parameter.name);
            QVERIFY(parameter.meaning.ends_with('.'));
        }
    }
}

void WorkloadTest::everyDefaultIsTakenAndIsNotKept()
{
    for (const auto* type : workloadTypes())
        for (const auto& parameter : type->parameters) {
            Workload workload{.kind = type->id};
            const auto text = parameterText(parameter.fallback);
            QVERIFY2(setParameter(workload, dashed(parameter.name), text), text.c_str());
            QVERIFY(workload.parameters.empty());
            QVERIFY(parameterOf(workload, parameter.name) == parameter.fallback);
        }
}

void WorkloadTest::equalWorkIsEqualHoweverItWasWritten()
{
    auto typed = logreg();
    QVERIFY(setParameter(typed, "max-iterations", "7"));
    QVERIFY(setParameter(typed, "max-iterations", "20"));
    QVERIFY(setParameter(typed, "c", "1.0"));
    QVERIFY(typed == logreg());
    QVERIFY(*workloadFromJson(*parseJson(
                R"({"kind": "logreg", "label": "k", "features": ["x"], "c": 1})")) == logreg());
    QVERIFY(setParameter(typed, "standardise", "no"));
    QVERIFY(typed != logreg());
}

void WorkloadTest::whatWorkIsCalledIsNoPartOfItsIdentity()
{
    Workload job{.kind = "query"};
    QVERIFY(setParameter(job, "job", R"({"steps": []})"));
    const auto identity = identityOf(job);
    QCOMPARE(nameOf(job), std::string("query"));
    QVERIFY(setLabel(job, "q1"));
    QVERIFY(setParameter(job, "sql", "SELECT\n1"));
    QCOMPARE(nameOf(job), std::string("query q1"));
    QCOMPARE(distinctionOf(job), std::string("q1"));
    QCOMPARE(identityOf(job), identity);
    QVERIFY(*workloadFromJson(toJson(job)) == job);
    // Another job is other work.
    QVERIFY(setParameter(job, "job", R"({"steps": [1]})"));
    QVERIFY(identityOf(job) != identity);
    // Without a label the beginning of its text tells it apart, whole characters on one line.
    Workload sql{.kind = "query"};
    QVERIFY(setParameter(sql, "sql", "SELECT\n" + std::string(31, 'x') + "\xc3\xa4\xc3\xa4"));
    QCOMPARE(distinctionOf(sql), "SELECT " + std::string(31, 'x') + "\xc3\xa4…");
    for (const auto& bad :
         {std::string("two\nlines"), std::string(81, 'a'), std::string("\x1b[2J")})
        QVERIFY(!setLabel(sql, bad));
    Workload none = etl();
    QVERIFY(setLabel(none, "of no effect") && none == etl());
    QCOMPARE(distinctionOf(none), std::string("streamed"));
    // Of several parameters those that are set.
    Workload fit = logreg();
    QVERIFY(setParameter(fit, "max-iterations", "7"));
    QVERIFY(setParameter(fit, "standardise", "no"));
    QCOMPARE(distinctionOf(fit), std::string("lbfgs, max-iterations 7, standardise false"));
}

void WorkloadTest::identityLeavesOutWhatIsAtItsDefault()
{
    QCOMPARE(identityOf(etl()), std::string(R"({"group_by":"k","kind":"etl","values":["x","y"]})"));
    // As sessions of older versions have it, with every default.
    QCOMPARE(identityOf(toLine(toJson(etl()))), identityOf(etl()));
    QCOMPARE(identityOf("no workload"), std::string("no workload"));
}

/// The form of version 1: engines, plans and sessions have it.
void WorkloadTest::jsonSaysEveryRoleAndParameter()
{
    QCOMPARE(toLine(toJson(etl())),
             std::string(R"({"group_by":"k","kind":"etl","materialise":"streamed",)"
                         R"("values":["x","y"]})"));
    QCOMPARE(toLine(toJson(logreg())),
             std::string(R"({"c":1.0,"features":["x"],"kind":"logreg","label":"k",)"
                         R"("max_iterations":20,"solver":"lbfgs","standardise":true,)"
                         R"("test_fraction":0.2,"tolerance":0.0001})"));
    QCOMPARE(toLine(toJson(Workload{.kind = "etl"})),
             std::string(R"({"group_by":"","kind":"etl","materialise":"streamed","values":[]})"));
}

void WorkloadTest::jsonIsReadBack()
{
    const LogregWorkload fit{.label = "k",
                             .features = {"x", "y"},
                             .solver = LogregWorkload::Solver::SgdAveraged,
                             .maxIterations = 7,
                             .tolerance = 1e-6,
                             .c = 0.5,
                             .standardise = false,
                             .testFraction = 0};
    for (const Workload& workload :
         {etl(), logreg(), Workload(fit),
          Workload(EtlWorkload{"k", {"x"}, EtlWorkload::Materialise::Loaded})})
        QVERIFY(*workloadFromJson(*parseJson(toLine(toJson(workload)))) == workload);
    QVERIFY(LogregWorkload::of(fit) == fit);
}

void WorkloadTest::whatIsLeftOpenStaysOpen()
{
    const auto read = *workloadFromJson(*parseJson(R"({"kind": "etl", "values": ["x"]})"));
    QVERIFY(columnsFor(read, "group_by").empty());
    QVERIFY(columnsOf(read) == std::vector<std::string>{"x"});
    QCOMPARE(QString::fromStdString(messageOf(validate(read))),
             QString("The group-by column is missing."));
}

void WorkloadTest::whatAKindDoesNotHaveIsRefused_data()
{
    QTest::addColumn<std::string>("message");
    QTest::addColumn<int>("change");
    QTest::newRow("kind") << "There is no workload \"sort\". Use " + workloadNames() + "." << 0;
    QTest::newRow("role") << std::string("etl has no columns \"label\".") << 1;
    QTest::newRow("parameter") << std::string("etl has no parameter \"c\".") << 2;
    QTest::newRow("two keys") << std::string("There is more than one group-by column.") << 3;
    QTest::newRow("twice") << std::string("Column \"x\" is named twice.") << 4;
    QTest::newRow("no values") << std::string("There is no value column.") << 5;
    QTest::newRow("type") << std::string("materialise takes \"streamed\" or \"loaded\", not "
                                         "\"true\".")
                          << 6;
}

void WorkloadTest::whatAKindDoesNotHaveIsRefused()
{
    QFETCH(const std::string, message);
    QFETCH(const int, change);
    Workload workload = etl();
    switch (change) {
    case 0:
        workload.kind = "sort";
        break;
    case 1:
        workload.columns["label"] = {"z"};
        break;
    case 2:
        workload.parameters["c"] = 2.0;
        break;
    case 3:
        workload.columns["group_by"] = {"k", "j"};
        break;
    case 4:
        workload.columns["values"] = {"x", "x"};
        break;
    case 5:
        workload.columns.erase("values");
        break;
    default:
        workload.parameters["materialise"] = true;
    }
    const auto said = messageOf(validate(workload));
    QVERIFY2(said.starts_with(message), said.c_str());
}

void WorkloadTest::valuesOutOfRangeSayWhatIsTaken_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("takes");
    const auto row = [](const char* name, const char* value, const char* takes) {
        QTest::addRow("%s=%s", name, value) << name << value << takes;
    };
    row("max-iterations", "0", "a whole number from 1 to 1000000");
    row("max-iterations", "1.5", "a whole number from 1 to 1000000");
    row("max-iterations", "1e300", "a whole number from 1 to 1000000");
    row("tolerance", "-1e-9", "a number from 0");
    row("tolerance", "nan", "a number from 0");
    row("c", "0", "a number above 0");
    row("c", "inf", "a number above 0");
    row("c", "1 ", "a number above 0");
    row("test-fraction", "1", "a number from 0, below 1");
    row("standardise", "maybe", "true or false");
    row("solver", "newton", "\"lbfgs\", \"sgd\" or \"sgd-averaged\"");
}

void WorkloadTest::valuesOutOfRangeSayWhatIsTaken()
{
    QFETCH(const QString, name);
    QFETCH(const QString, value);
    QFETCH(const QString, takes);
    auto workload = logreg();
    const auto said = messageOf(setParameter(workload, name.toStdString(), value.toStdString()));
    QCOMPARE(QString::fromStdString(said),
             QString("%1 takes %2, not \"%3\".").arg(name, takes, value));
    QVERIFY(workload == logreg());
}

void WorkloadTest::hostileJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no object") << QByteArray("7");
    QTest::newRow("no kind") << QByteArray("{}");
    QTest::newRow("unknown kind") << QByteArray(R"({"kind": "sort"})");
    QTest::newRow("kind is a number") << QByteArray(R"({"kind": 3})");
    QTest::newRow("column is a list") << QByteArray(R"({"kind": "etl", "group_by": ["k"]})");
    QTest::newRow("columns are a text") << QByteArray(R"({"kind": "etl", "values": "x"})");
    QTest::newRow("column is a number") << QByteArray(R"({"kind": "etl", "values": [1]})");
    QTest::newRow("unknown word") << QByteArray(R"({"kind": "etl", "materialise": "half"})");
    QTest::newRow("whole number is none")
        << QByteArray(R"({"kind": "logreg", "max_iterations": 1.5})");
    QTest::newRow("out of range") << QByteArray(R"({"kind": "logreg", "c": -1})");
    QTest::newRow("flag is a number") << QByteArray(R"({"kind": "logreg", "standardise": 1})");
}

void WorkloadTest::hostileJsonIsRefused()
{
    QFETCH(const QByteArray, json);
    QVERIFY(!workloadFromJson(*parseJson(json.toStdString())));
}

void WorkloadTest::columnsAreFilledInByRole()
{
    OpenedDataset opened;
    opened.dataset.schema.columns = {
        {"id", ColumnType::Integer}, {"x", ColumnType::Real}, {"k", ColumnType::Text}};
    Workload open{.kind = "logreg"};
    QVERIFY(fillColumns(open, opened));
    QVERIFY(open == logreg());
    Workload said = EtlWorkload{.groupBy = "id", .values = {"x"}};
    QVERIFY(fillColumns(said, opened));
    QVERIFY(columnsOf(said) == (std::vector<std::string>{"id", "x"}));
}

void WorkloadTest::anUnknownKindHasNothing()
{
    const Workload unknown{.kind = "sort", .columns = {{"by", {"x"}}}};
    QVERIFY(columnsOf(unknown).empty());
    QVERIFY(parameterOf(unknown, "c") == ParameterValue(std::string()));
    QVERIFY(!typeOf(unknown).title.empty());
}

/// Else the next kind would be forgotten there.
void WorkloadTest::noKindIsNamedOutsideItsFolder()
{
    const QDir root(SPILLWAY_SOURCE_DIR);
    int read = 0;
    for (const char* room : {"core", "work", "charts", "ui", "app"}) {
        QDirIterator files(root.filePath(room), {"*.cpp", "*.h"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            const QString path = root.relativeFilePath(file.fileName());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QByteArray text;
            while (!file.atEnd()) {
                const QByteArray line = file.readLine();
                const auto comment = line.indexOf("//"); // may name examples
                text += comment < 0 ? line : line.left(comment);
            }
            ++read;
            for (const auto* type : workloadTypes()) {
                const auto id = QString::fromStdString(type->id);
                if (path.startsWith("core/workloads/" + id + '/')) continue;
                // Also an event of the protocol, and a counter.
                if (id == "tasks" && path.startsWith("core/protocol/event")) continue;
                QVERIFY2(!text.contains('"' + id.toUtf8() + '"'), qPrintable(path + ": " + id));
            }
        }
    }
    QVERIFY(read > 300);
}

SPILLWAY_TESTS(WorkloadTest, QCoreApplication)
} // namespace spillway

#include "workload_test.moc"
