#include "../generator/generator_support.h"
#include "base/json.h"
#include "suites/suites.h"

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <limits>

using namespace spillway;
using namespace spillway::test;

using Damage = std::function<void(Json&)>;
Q_DECLARE_METATYPE(Damage)

class DatasetManifestTest : public QObject {
    Q_OBJECT
private slots:
    void comesBackFromJsonUnchanged();
    void liesBesideItsFile();
    void isReadBackFromTheDisk();
    void missingManifestIsNotFound();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void refusesAFileOfAnotherSize();
    void refusesWhatIsNoJson();
    void aFileOfAnotherKindIsNotRead();
    void wholeIsKnownByThePartsName();
};

namespace {

DatasetManifest exampleManifest()
{
    GeneratorSpec spec = specOfRows(300);
    spec.seed = ~std::uint64_t{0};
    spec.signal = 4;
    spec.split = 2;
    const Folder folder;
    return generate(spec, folder.path("a.csv"), {}, {}).value();
}

} // namespace

void DatasetManifestTest::comesBackFromJsonUnchanged()
{
    const auto manifest = exampleManifest();
    const auto json = parseJson(toLine(toJson(manifest)));
    QVERIFY(json.has_value());
    const auto read = datasetManifestFromJson(*json);
    QVERIFY(read.has_value());
    QVERIFY(*read == manifest);
}

void DatasetManifestTest::liesBesideItsFile()
{
    QCOMPARE(datasetManifestPath("/data/a.csv").string(), "/data/a.csv.json");
    QCOMPARE(partPath("/data/a.b.csv", 2, 10).string(), "/data/a.b.part2of10.csv");
    QCOMPARE(partPath("plain", 1, 2).string(), "plain.part1of2");
}

void DatasetManifestTest::isReadBackFromTheDisk()
{
    const Folder folder;
    GeneratorSpec spec;
    spec.bytes = 50'000;
    const auto manifest = generate(spec, folder.path("a.csv"), {}, {});
    const auto read = readDatasetManifest(folder.path("a.csv"));
    QVERIFY(manifest.has_value() && read.has_value());
    QVERIFY(*read == *manifest);
    QVERIFY(read->generator.starts_with("spillway "));
    QCOMPARE(read->label, "category");
    QCOMPARE(read->features, (std::vector<std::string>{"x", "y"}));
}

void DatasetManifestTest::missingManifestIsNotFound()
{
    const Folder folder;
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::NotFound);
}

void DatasetManifestTest::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<Damage>("damage");
    const auto add = [](const char* name, Damage damage) {
        QTest::newRow(name) << std::move(damage);
    };
    add("newer version", [](Json& j) { j["version"] = 2; });
    add("no version", [](Json& j) { j.erase("version"); });
    add("rows as text", [](Json& j) { j["rows"] = "many"; });
    add("no rows", [](Json& j) { j["rows"] = 0; });
    add("no spec", [](Json& j) { j.erase("spec"); });
    add("spec without meaning", [](Json& j) { j["spec"]["features"] = 5000; });
    add("spec of another shape", [](Json& j) { j["spec"] = Json::array(); });
    add("too few features", [](Json& j) { j["features"] = {"x"}; });
    add("groups of another shape", [](Json& j) { j["groups"] = 7; });
    add("a group without sums", [](Json& j) { j["groups"][0].erase("sums"); });
    add("a group with too few sums", [](Json& j) { j["groups"][0]["sums"] = {1.0}; });
    add("a group too few", [](Json& j) { j["groups"].erase(0); });
    add("groups whose sum no number holds", [](Json& j) {
        for (Json& group : j["groups"])
            group["count"] = std::numeric_limits<std::int64_t>::max();
    });
    add("weights as text", [](Json& j) { j["true_weights"] = "W"; });
    add("a row of weights missing", [](Json& j) { j["true_weights"].erase(0); });
    add("accuracy as text", [](Json& j) { j["true_accuracy"] = "good"; });
    add("a part elsewhere", [](Json& j) { j["parts"] = {"../../etc/passwd"}; });
    add("an empty part", [](Json& j) { j["parts"] = {""}; });
}

void DatasetManifestTest::refusesWhatDoesNotFit()
{
    QFETCH(Damage, damage);
    Json json = toJson(exampleManifest());
    damage(json);
    QVERIFY(!datasetManifestFromJson(json).has_value());
    const Folder folder;
    QVERIFY(writeFileAtomically(folder.path("a.csv"), "").has_value());
    QVERIFY(writeFileAtomically(folder.path("a.csv.json"), toLine(json)).has_value());
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::Corrupt);
}

void DatasetManifestTest::refusesAFileOfAnotherSize()
{
    const Folder folder;
    QVERIFY(generate(specOfRows(100), folder.path("a.csv"), {}, {}).has_value());
    const std::string text = contentOf(folder.path("a.csv"));
    QVERIFY(writeFileAtomically(folder.path("a.csv"), text + "100,0.5,0.5,A\n").has_value());
    const auto read = readDatasetManifest(folder.path("a.csv"));
    QCOMPARE(read.error().code, ErrorCode::Corrupt);
    QVERIFY(read.error().message.find("bytes") != std::string::npos);
    std::filesystem::remove(folder.path("a.csv"));
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::Corrupt);
}

void DatasetManifestTest::refusesWhatIsNoJson()
{
    const Folder folder;
    QVERIFY(writeFileAtomically(folder.path("a.csv.json"), "{ \"generator\" : \"spillway 1\"")
                .has_value());
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::Corrupt);
    std::filesystem::remove(folder.path("a.csv.json"));
    std::filesystem::create_directory(folder.path("a.csv.json"));
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::Corrupt);
}

void DatasetManifestTest::aFileOfAnotherKindIsNotRead()
{
    const Folder folder;
    const auto beside = folder.path("a.csv.json");
    // As large as no manifest is, and of another kind: its size does not even matter.
    QVERIFY(writeFileAtomically(beside, "{\"type\":\"FeatureCollection\"}").has_value());
    std::filesystem::resize_file(beside, std::uintmax_t(1) << 40);
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::NotFound);
    // One that begins as a manifest is bounded.
    QVERIFY(writeFileAtomically(beside, "{\"generator\":\"spillway 1\"").has_value());
    std::filesystem::resize_file(beside, std::uintmax_t(1) << 40);
    const auto huge = readDatasetManifest(folder.path("a.csv"));
    QCOMPARE(huge.error().code, ErrorCode::Corrupt);
    QVERIFY(huge.error().message.find("more than the") != std::string::npos);
    // Opening a FIFO would wait for who writes to it.
    std::filesystem::remove(beside);
    QCOMPARE(::mkfifo(beside.c_str(), 0600), 0);
    QCOMPARE(readDatasetManifest(folder.path("a.csv")).error().code, ErrorCode::Corrupt);
}

void DatasetManifestTest::wholeIsKnownByThePartsName()
{
    for (const char* whole : {"/data/a.b.csv", "plain", "x.part1of2.csv"})
        QCOMPARE(wholeOfPart(partPath(whole, 2, 10)).value_or("").string(), std::string(whole));
    for (const char* other :
         {"a.csv", "a.part.csv", "a.part1.csv", "a.partxofy.csv", "a.part1ofn", "a.part1of2x.csv"})
        QVERIFY2(!wholeOfPart(other), other);
}

SPILLWAY_TESTS(DatasetManifestTest, QCoreApplication)
#include "dataset_manifest_test.moc"
