#include "base/json.h"
#include "suites/suites.h"
#include "workloads/shipped_jobs.h"
#include "workloads/workload.h"
#include "workloads/workload_type.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <set>

using namespace spillway;
namespace fs = std::filesystem;

class ShippedJobsTest : public QObject {
    Q_OBJECT
private slots:
    void everyFileIsAJob();
    void jobsOfASuiteAreCountedAsPeopleDo();
    void columnsStayInTheOrderOfTheFile();
    void suitesHaveTablesAndOthersHaveNone();
};

void ShippedJobsTest::everyFileIsAJob()
{
    std::set<std::string> files;
    const fs::path folder = fs::path(SPILLWAY_SOURCE_DIR) / "core/workloads/query/jobs";
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename() != "tables.json")
            files.insert(entry.path().parent_path().filename().string() + "/" +
                         entry.path().stem().string());
    std::set<std::string> jobs;
    for (const auto& job : shippedJobs()) {
        jobs.insert(job.suite + "/" + job.name);
        QVERIFY2(!job.title.empty() && job.shows.ends_with('.'), job.name.c_str());
        const auto workload = workloadOf(job);
        QVERIFY2(workload && validate(*workload), job.name.c_str());
        QCOMPARE(nameOf(*workload), job.kind + " " + job.name);
        const auto pipeline = parseJson(job.pipeline);
        QVERIFY2(pipeline && pipeline->contains("steps"), job.name.c_str());
    }
    QVERIFY(files.size() >= 20);
    QVERIFY(files == jobs);
}

void ShippedJobsTest::jobsOfASuiteAreCountedAsPeopleDo()
{
    std::vector<std::string> names;
    for (const auto& job : shippedJobs("db-benchmark"))
        names.push_back(job.name);
    QCOMPARE(names.size(), std::size_t(15));
    QCOMPARE(names[0], std::string("groupby-1"));
    QCOMPARE(names[1], std::string("groupby-2"));
    QCOMPARE(names[9], std::string("groupby-10"));
    QCOMPARE(names[10], std::string("join-1"));
    QVERIFY(shippedJobs("no such suite").empty());
}

void ShippedJobsTest::columnsStayInTheOrderOfTheFile()
{
    const auto jobs = shippedJobs("tpch");
    const auto& pipeline = jobs.front().pipeline;
    QVERIFY(pipeline.find("sum_qty") < pipeline.find("sum_base_price"));
    QVERIFY(pipeline.find("sum_base_price") < pipeline.find("avg_qty"));
}

void ShippedJobsTest::suitesHaveTablesAndOthersHaveNone()
{
    for (const auto& suite : shippedSuites()) {
        const auto text = shippedTables(suite);
        QVERIFY2(text && parseJson(*text), suite.c_str());
    }
    const auto none = shippedTables("no such suite");
    QVERIFY(none.has_error());
    QVERIFY(none.error().remedy.find("tpch") != std::string::npos);
}

SPILLWAY_TESTS(ShippedJobsTest, QCoreApplication)
#include "shipped_jobs_test.moc"
