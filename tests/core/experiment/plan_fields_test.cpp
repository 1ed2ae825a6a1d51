#include "base/json.h"
#include "example_plan.h"
#include "experiment/plan_fields.h"
#include "suites/suites.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

#include <algorithm>
#include <ranges>
#include <set>

using namespace spillway;

/// The table of fields that the manual page is made from is what is read and written.
class PlanFieldsTest : public QObject {
    Q_OBJECT
private slots:
    void everyFieldThatIsWrittenIsInTheTable();
    void whatMayBeAbsentMayBeAbsent();
    void whatIsRequiredIsMissed_data();
    void whatIsRequiredIsMissed();
    void misspeltFieldsAreRefused_data();
    void misspeltFieldsAreRefused();
};

namespace {

const PlanObject& object(std::string_view title)
{
    const auto& all = planObjects();
    return *std::ranges::find(all, title, &PlanObject::title);
}

std::set<std::string> namesOf(const PlanObject& object)
{
    std::set<std::string> names;
    for (const auto& field : object.fields)
        names.insert(std::string(field.name));
    return names;
}

std::set<std::string> namesOf(const Json& json)
{
    std::set<std::string> names;
    for (const auto& [name, value] : json.items())
        names.insert(name);
    return names;
}

QString joined(const std::set<std::string>& names)
{
    QStringList words;
    for (const auto& name : names)
        words << QString::fromStdString(name);
    return words.join(QLatin1Char(' '));
}

/// A plan in which nothing is at its default, so that everything is written.
Plan fullPlan()
{
    Plan plan = example::plan();
    auto& format = plan.datasets.front().schema.format;
    format.comment = '#';
    format.skipRows = 2;
    format.decimal = ',';
    format.delimiter = ';';
    format.encoding = TextEncoding::Latin1;
    format.missing = {"-"};
    plan.workloads = {EtlWorkload{.groupBy = "k", .values = {"x"}},
                      LogregWorkload{.label = "k", .features = {"x"}}, Workload{.kind = "query"}};
    plan.workloads.push_back({.kind = "array",
                              .columns = {},
                              .parameters = {{"materialise", "loaded"},
                                             {"size", "quick"},
                                             {"n", std::int64_t(500)},
                                             {"c", std::int64_t(50)}}});
    plan.workloads.push_back(
        {.kind = "tasks", .columns = {}, .parameters = {{"size", "quick"}, {"fault", "raise"}}});
    plan.workloads.push_back({.kind = "tune", .columns = {}, .parameters = {{"size", "quick"}}});
    plan.workloads.push_back({.kind = "serve",
                              .columns = {},
                              .parameters = {{"size", "quick"},
                                             {"prediction", "weights"},
                                             {"port", std::int64_t(8080)},
                                             {"fault", "status"}}});
    auto& data = plan.datasets.front();
    data.tables = {{"t", data.paths.size(), data.schema, 10, data.bytes}};
    data.origin = "another";
    plan.preset = "quick";
    plan.budget = Seconds(120);
    plan.untilDecided = true;
    return plan;
}

/// Each object of a plan's JSON by its title in the table.
Json& place(Json& plan, const std::string& title)
{
    if (title == "Plan") return plan;
    if (title == "Dataset") return plan["datasets"][0];
    if (title == "Schema") return plan["datasets"][0]["schema"];
    if (title == "Column") return plan["datasets"][0]["schema"]["columns"][0];
    if (title == "Table") return plan["datasets"][0]["tables"][0];
    for (Json& workload : plan["workloads"])
        if ("Workload " + workload["kind"].get<std::string>() == title) return workload;
    qFatal("The plan of this test has no %s", title.c_str());
}

} // namespace

void PlanFieldsTest::everyFieldThatIsWrittenIsInTheTable()
{
    Json json = toJson(fullPlan());
    // Of CSV they go without saying.
    json["datasets"][0]["schema"].update(Json{{"files", "csv"}, {"folders", Json::array()}});
    for (const auto& object : planObjects())
        QCOMPARE(joined(namesOf(place(json, std::string(object.title)))), joined(namesOf(object)));
    QVERIFY(planFromJson(json).has_value());
}

void PlanFieldsTest::whatMayBeAbsentMayBeAbsent()
{
    Json json = toJson(fullPlan());
    // What is within others goes first.
    for (const auto& object : planObjects() | std::views::reverse)
        for (const auto& field : object.fields)
            if (!field.fallback.empty() && object.title != "Plan")
                place(json, std::string(object.title)).erase(std::string(field.name));
    QVERIFY(planFromJson(json).has_value());
    const auto plan = planFromJson(Json{{"version", 1}});
    QVERIFY(plan.has_value());
    QVERIFY(*plan == Plan());
}

void PlanFieldsTest::whatIsRequiredIsMissed_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("field");
    for (const auto& object : planObjects())
        for (const auto& field : object.fields)
            if (field.fallback.empty())
                QTest::addRow("%s: %s", object.title.data(), field.name.data())
                    << QString::fromStdString(std::string(object.title))
                    << QString::fromStdString(std::string(field.name));
}

void PlanFieldsTest::whatIsRequiredIsMissed()
{
    QFETCH(QString, title);
    QFETCH(QString, field);
    Json json = toJson(fullPlan());
    place(json, title.toStdString()).erase(field.toStdString());
    const auto plan = planFromJson(json);
    QVERIFY(!plan || !plan->validate());
}

void PlanFieldsTest::misspeltFieldsAreRefused_data()
{
    QTest::addColumn<QString>("title");
    for (const auto& object : planObjects())
        QTest::newRow(object.title.data()) << QString::fromStdString(std::string(object.title));
}

void PlanFieldsTest::misspeltFieldsAreRefused()
{
    QFETCH(QString, title);
    Json json = toJson(fullPlan());
    place(json, title.toStdString())["materialize"] = "loaded";
    const auto plan = planFromJson(json);
    QVERIFY(!plan);
    QVERIFY(plan.error().code == ErrorCode::InvalidArgument);
    QVERIFY2(plan.error().message.find("\"materialize\"") != std::string::npos,
             plan.error().message.c_str());
    QVERIFY(!object(title.toStdString()).meaning.empty());
}

SPILLWAY_TESTS(PlanFieldsTest, QCoreApplication)
#include "plan_fields_test.moc"
