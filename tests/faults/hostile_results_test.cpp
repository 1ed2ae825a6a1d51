/// Results of every shape that an adapter may send.

#include "base/json.h"
#include "hostile_adapter.h"
#include "suites/suites.h"

using namespace spillway;
using namespace spillway::test;

class HostileResultsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { fixture_.prepare(); }
    void groupMeans_data();
    void groupMeans() { fixture_.runRow(fixture_.etl, fixture_.rightEtl()); }
    void regressions_data();
    void regressions() { fixture_.runRow(fixture_.logreg, fixture_.rightLogreg()); }
    void theSessionCanBeRead() { fixture_.checkSession(); }

private:
    HostileFixture fixture_;
};

namespace {

/// A change of the result.
void result(const char* name, const char* status, const char* words,
            std::function<void(Json&)> change)
{
    row(name, status, words, [change](Script& script) { change(script.result); });
}

void withValues(Json& r, const std::vector<std::string>& values)
{
    r["values"] = values;
    r["missing"] = std::vector<int>(values.size(), 0);
    for (auto& group : r["groups"])
        for (const auto& value : values)
            if (!group["mean"].contains(value)) group["mean"][value] = 0.5;
}

} // namespace

void HostileResultsTest::groupMeans_data()
{
    addColumns();
    result("as it should be", ok, "", [](Json&) {});
    result("missing not told", ok, "", [](Json& r) { r["missing"] = Json::array(); });
    // Columns.
    const char* planned = "Field \"values\" should hold the planned columns x, y, not ";
    result("no value column", breach, planned, [](Json& r) {
        withValues(r, {});
        for (auto& group : r["groups"])
            group["mean"] = Json::object();
    });
    result("one value column", breach, planned, [](Json& r) {
        withValues(r, {"x"});
        for (auto& group : r["groups"])
            group["mean"].erase("y");
    });
    result("doubled value columns", breach, planned, [](Json& r) {
        withValues(r, {"x", "y", "x", "y"});
    });
    result("other value column", breach, "x, y, not x, z", [](Json& r) {
        withValues(r, {"x", "z"});
        for (auto& group : r["groups"])
            group["mean"].erase("y");
    });
    result("columns in another order", breach, "not y, x", [](Json& r) {
        withValues(r, {"y", "x"});
    });
    result("a mean too many", breach, "Field \"mean\" should hold 2 numbers, not 3",
           [](Json& r) { r["groups"][0]["mean"]["z"] = 1; });
    result("a mean too few", breach, "Field \"y\" should hold a mean",
           [](Json& r) { r["groups"][0]["mean"].erase("y"); });
    result("a mean as text", breach, "Field \"x\" should hold a number or null",
           [](Json& r) { r["groups"][0]["mean"]["x"] = "0.5"; });
    result("a mean of null", wrong, "mean of x nan",
           [](Json& r) { r["groups"][0]["mean"]["x"] = nullptr; });
    // Rows and counts.
    result("rows -1", breach, "Field \"rows\" should hold a whole number from 0 to ",
           [](Json& r) { r["rows"] = -1; });
    result("rows 2^64 - 1", breach, "Field \"rows\"",
           [](Json& r) { r["rows"] = ~std::uint64_t(0); });
    result("rows as text", breach, "Field \"rows\"", [](Json& r) { r["rows"] = "2000"; });
    result("no rows", breach, "Field \"rows\"", [](Json& r) { r.erase("rows"); });
    result("more rows than groups have", breach, "the 2000 rows of all groups, not 2001",
           [](Json& r) { r["rows"] = 2001; });
    result("fewer rows than groups have", breach, "Field \"count\"",
           [](Json& r) { r["rows"] = 1999; });
    result("a group of no row", breach, "Field \"count\" should hold a whole number from 1 to ",
           [](Json& r) { r["groups"][0]["count"] = 0; });
    result("a group of -5 rows", breach, "Field \"count\"",
           [](Json& r) { r["groups"][0]["count"] = -5; });
    result("a group twice", breach, "each once, not A before A",
           [](Json& r) { r["groups"].insert(r["groups"].begin(), r["groups"][0]); });
    result("groups in another order", breach, "not B before A",
           [](Json& r) { std::swap(r["groups"][0], r["groups"][1]); });
    result("missing -1", breach, "Field \"missing\" should hold a whole number from 0 to 2000",
           [](Json& r) { r["missing"][0] = -1; });
    result("more missing than rows", breach, "Field \"missing\"",
           [](Json& r) { r["missing"][1] = 2001; });
    result("missing of one column", breach, "Field \"missing\" should hold 2 counts",
           [](Json& r) { r["missing"] = {0}; });
    result("missing half a value", breach, "Field \"missing\"",
           [](Json& r) { r["missing"][0] = 0.5; });
    result("missing what is there", wrong, "3 missing values of x, expected 0",
           [](Json& r) { r["missing"][0] = 3; });
    // Groups elsewhere.
    result("1,001 groups in the line", breach, "at most 1000 groups, not 1001", [](Json& r) {
        r["groups"] = Json::array();
        for (int i = 0; i < 1001; ++i)
            r["groups"].push_back({{"key", fmt::format("{:04}", i)},
                                   {"count", 1},
                                   {"mean", {{"x", 0.5}, {"y", 0.5}}}});
        r["rows"] = 1001;
    });
    const auto elsewhere = [](Json& r, const Json& count, const Json& hash) {
        r.erase("groups");
        r["groups_count"] = count;
        r["groups_xxh64"] = hash;
    };
    result("10^12 groups", breach, "Field \"groups_count\"", [elsewhere](Json& r) {
        r["rows"] = 1'000'000'000'000;
        elsewhere(r, 1'000'000'000'000, "0123456789abcdef");
    });
    result("-1 groups", breach, "Field \"groups_count\"",
           [elsewhere](Json& r) { elsewhere(r, -1, "0123456789abcdef"); });
    result("a hash of 64 KiB", breach, "Field \"groups_xxh64\"",
           [elsewhere](Json& r) { elsewhere(r, 4, std::string(65536, 'a')); });
    result("groups nowhere", breach, "wrote no groups.jsonl",
           [elsewhere](Json& r) { elsewhere(r, 4, "0123456789abcdef"); });
    // Kinds.
    row("a regression", breach, "Field \"kind\" should hold \"etl\", the planned workload",
        [this](Script& script) { script.result = fixture_.rightLogreg(); });
    result("a list", breach, "", [](Json& r) { r = Json::array(); });
    result("nothing", breach, "", [](Json& r) { r = nullptr; });
}

void HostileResultsTest::regressions_data()
{
    addColumns();
    result("as it should be", ok, "", [](Json&) {});
    result("accuracy 7.5", breach, "Field \"accuracy\"", [](Json& r) { r["accuracy"] = 7.5; });
    result("all accuracies 7.5", breach, "Field \"train_accuracy\" should hold a share",
           [](Json& r) { r["accuracy"] = r["train_accuracy"] = r["test_accuracy"] = 7.5; });
    result("accuracy -0.1", breach, "Field \"test_accuracy\" should hold a share",
           [](Json& r) { r["accuracy"] = r["test_accuracy"] = -0.1; });
    result("no accuracy", breach,
           "Field \"train_accuracy\" should hold a share from 0 to 1, not null", [](Json& r) {
               for (const char* field : {"accuracy", "train_accuracy", "test_accuracy"})
                   r.erase(field);
           });
    result("majority accuracy 2", breach, "Field \"majority_accuracy\"",
           [](Json& r) { r["majority_accuracy"] = 2; });
    result("loss -5", breach, "Field \"loss\" should hold finite numbers from 0, not -5",
           [](Json& r) { r["loss"] = -5; });
    result("loss null", breach, "Field \"loss\" should hold finite numbers from 0, not null",
           [](Json& r) { r["loss"] = nullptr; });
    result("loss null after 0 iterations", breach, "Field \"loss\"", [](Json& r) {
        r["loss"] = nullptr;
        r["iterations"] = 0;
    });
    result("no loss", breach, "Field \"loss\"", [](Json& r) { r.erase("loss"); });
    result("loss as text", breach, "Field \"loss\"", [](Json& r) { r["loss"] = "small"; });
    result("loss history with null", breach, "Field \"loss_history\"", [](Json& r) {
        r["loss_history"] = {1.4, nullptr};
    });
    result("test loss -1", breach, "Field \"test_loss\"", [](Json& r) { r["test_loss"] = -1; });
    result("no objective", breach, "Field \"objective\"", [](Json& r) { r.erase("objective"); });
    result("objective below the loss", breach, "Field \"objective\" should hold at least the loss",
           [](Json& r) { r["objective"] = 1.0; });
    result("no classes", breach, "Field \"classes\" should hold at least 2 classes, not 0",
           [](Json& r) { r["classes"] = Json::array(); });
    result("one class", breach, "Field \"classes\"", [](Json& r) { r["classes"] = {"A"}; });
    result("a class twice", breach, "each once, not B before B", [](Json& r) {
        r["classes"] = {"A", "B", "B", "D"};
    });
    result("classes in another order", breach, "not C before B", [](Json& r) {
        r["classes"] = {"A", "C", "B", "D"};
    });
    result("another class", wrong, "class D is missing", [](Json& r) {
        r["classes"] = {"A", "B", "C", "E"};
    });
    result("two classes of four", wrong, "class C is missing", [](Json& r) {
        r["classes"] = {"A", "B"};
        r["coefficients"] = Json::array({{0, 0}});
        r["intercepts"] = {0};
    });
    result("a class too many", wrong, "classes that are not in the file", [](Json& r) {
        r["classes"] = {"A", "B", "C", "D", "E"};
        r["coefficients"].push_back({0, 0});
        r["intercepts"].push_back(0);
    });
    result("coefficients of three classes", breach, "Field \"coefficients\" should hold 4 rows",
           [](Json& r) { r["coefficients"].erase(0); });
    result("coefficients of one feature", breach, "2 numbers per row, one per feature, not 1",
           [](Json& r) { r["coefficients"][2] = {0}; });
    result("a coefficient of null", breach, "Field \"coefficients\" should hold finite numbers",
           [](Json& r) { r["coefficients"][1][1] = nullptr; });
    result("no intercepts", breach, "Field \"intercepts\" should hold 4 rows",
           [](Json& r) { r.erase("intercepts"); });
    result("an intercept of null", breach, "Field \"intercepts\"",
           [](Json& r) { r["intercepts"][0] = nullptr; });
    result("iterations -1", breach, "Field \"iterations\"", [](Json& r) { r["iterations"] = -1; });
    result("iterations 2^40", breach, "Field \"iterations\"",
           [](Json& r) { r["iterations"] = std::int64_t(1) << 40; });
    result("rows 0", breach, "Field \"rows\"", [](Json& r) { r["rows"] = 0; });
    result("more training rows than rows", breach, "Field \"train_rows\"",
           [](Json& r) { r["train_rows"] = 2001; });
    result("other rows", wrong, "1,999 rows used and dropped, the file has 2,000",
           [](Json& r) { r["rows"] = 1999; });
    result("rows dropped", wrong, "5 rows dropped, expected 0", [](Json& r) {
        r["rows"] = 1995;
        r["dropped_rows"] = 5;
    });
    result("201 warnings", breach, "Field \"warnings\"",
           [](Json& r) { r["warnings"] = std::vector<std::string>(201, "!"); });
    result("a warning of 64 KiB", breach, "Field \"warnings\"",
           [](Json& r) { r["warnings"] = {std::string(65536, '!')}; });
    row("group means", breach, "Field \"kind\" should hold \"logreg\"",
        [this](Script& script) { script.result = fixture_.rightEtl(); });
}

SPILLWAY_TESTS(HostileResultsTest, QCoreApplication)
#include "hostile_results_test.moc"
