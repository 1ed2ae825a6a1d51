#include "native_data.h"
#include "suites/suites.h"
#include "workloads/native/native_kinds.h"

#include "base/files.h"
#include "base/json.h"
#include "native/chunked/chunked_engine.h"
#include "workloads/logreg/logreg_result.h"

#include <QtTest>

#include <cmath>
#include <cstring>
#include <numeric>

using namespace spillway;

/// Logistic regression against scikit-learn's figures: see make_sklearn_oracle.py.
class OracleTest : public QObject {
    Q_OBJECT
private slots:
    void convergedFitsAgreeWithScikitLearn_data();
    void convergedFitsAgreeWithScikitLearn();

private:
    const std::filesystem::path folder_ = SPILLWAY_SOURCE_DIR "/tests/core/native/oracle";
    Json cases_;
};

void OracleTest::convergedFitsAgreeWithScikitLearn_data()
{
    QTest::addColumn<int>("index");
    cases_ = parseJson(readFile(folder_ / "oracle.json").value()).value()["cases"];
    for (std::size_t i = 0; i < cases_.size(); ++i) {
        const auto& one = cases_[i];
        QTest::addRow("%s, %s, c = %g", one["data"].get<std::string>().c_str(),
                      one["standardise"].get<bool>() ? "standardised" : "as read",
                      one["c"].get<double>())
            << static_cast<int>(i);
    }
}

namespace {

/// Largest difference of two sets of coefficients, relative to the largest coefficient.
double distance(const std::vector<std::vector<double>>& a,
                const std::vector<std::vector<double>>& b)
{
    double largest = 0;
    double difference = 0;
    for (std::size_t k = 0; k < a.size(); ++k)
        for (std::size_t j = 0; j < a[k].size(); ++j) {
            largest = std::max(largest, std::abs(b.at(k).at(j)));
            difference = std::max(difference, std::abs(a[k][j] - b[k][j]));
        }
    return difference / largest;
}

using Rows = std::vector<std::vector<double>>;

/// The features of the CSV; its last column is the label.
Rows featuresOf(const std::filesystem::path& csv)
{
    Rows rows;
    std::ifstream file(csv);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        rows.emplace_back();
        const char* at = line.c_str();
        for (const char* comma = at; (comma = std::strchr(at, ',')); at = comma + 1)
            rows.back().push_back(std::strtod(at, nullptr));
    }
    return rows;
}

std::size_t predicted(const std::vector<double>& row, const Rows& weights,
                      const std::vector<double>& intercepts)
{
    std::vector<double> scores;
    for (std::size_t k = 0; k < weights.size(); ++k)
        scores.push_back(
            std::inner_product(row.begin(), row.end(), weights[k].begin(), intercepts[k]));
    if (scores.size() == 1) return scores[0] > 0 ? 1 : 0;
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) -
                                    scores.begin());
}

} // namespace

void OracleTest::convergedFitsAgreeWithScikitLearn()
{
    QFETCH(int, index);
    const Json& expected = cases_[static_cast<std::size_t>(index)];
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (expected["data"] == "digits" && !expected["standardise"].get<bool>())
        QSKIP("Thousands of passes take minutes under a sanitizer; other cases take the same way.");
#endif
    RunSpec spec{.runId = "1",
                 .dataset = testing::datasetOf(
                     {folder_ / (expected["data"].get<std::string>() + ".csv")}, {"label"}),
                 .workers = 1};
    LogregWorkload workload{.label = "label",
                            .maxIterations = 100000,
                            .tolerance = 1e-9,
                            .c = expected["c"].get<double>(),
                            .standardise = expected["standardise"].get<bool>(),
                            .testFraction = 0};
    for (const Column& column : spec.dataset.schema.columns)
        if (column.name != "label") workload.features.push_back(column.name);
    spec.workload = workload;
    spec.scratch = "/nowhere";

    ChunkedEngine engine(nativeKinds());
    testing::EventLog log;
    QVERIFY(engine.prepare(spec).has_value());
    const auto result = engine.run(spec, log, {});
    QVERIFY2(result.has_value(), result.has_error() ? result.error().message.c_str() : "");
    const auto& fit = LogregResult::of(*result);

    const auto loss = expected["loss"].get<double>();
    const auto objective = expected["objective"].get<double>();
    const auto accuracy = expected["accuracy"].get<double>();
    QVERIFY2(fit.converged, fmt::format("{} iterations, {} passes, objective {} against {}",
                                        fit.iterations, fit.dataPasses, fit.objective, objective)
                                .c_str());
    QCOMPARE(fit.classes, expected["classes"].get<std::vector<std::string>>());
    QVERIFY2(std::abs(fit.loss - loss) <= 1e-6 * loss,
             fmt::format("loss {} against {}", fit.loss, loss).c_str());
    QVERIFY(fit.objective <= objective * (1 + 1e-9));
    QVERIFY2(std::abs(fit.trainAccuracy - accuracy) <= 0.001,
             fmt::format("accuracy {} against {}", fit.trainAccuracy, accuracy).c_str());
    const auto coefficients = expected["coefficients"].get<std::vector<std::vector<double>>>();
    QVERIFY2(
        distance(fit.coefficients, coefficients) <= 1e-4,
        fmt::format("coefficients {} apart", distance(fit.coefficients, coefficients)).c_str());
    const auto intercepts = expected["intercepts"].get<std::vector<double>>();
    QVERIFY2(distance({fit.intercepts}, {intercepts}) <= 1e-4,
             fmt::format("intercepts {} apart", distance({fit.intercepts}, {intercepts})).c_str());
    const auto rows = featuresOf(spec.dataset.paths.front());
    QCOMPARE(static_cast<std::int64_t>(rows.size()), fit.rows);
    const auto same = std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
        return predicted(row, fit.coefficients, fit.intercepts) ==
               predicted(row, coefficients, intercepts);
    });
    QVERIFY(static_cast<double>(same) >= 0.999 * static_cast<double>(rows.size()));
}

SPILLWAY_TESTS(OracleTest, QCoreApplication)
#include "oracle_test.moc"
