#include "data/dataset.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class DatasetTest : public QObject {
    Q_OBJECT
private slots:
    void columnsAreFoundByName();
    void validatesSchemas_data();
    void validatesSchemas();
};

namespace {

Schema schemaOf(const std::vector<std::string>& names)
{
    Schema schema;
    for (const auto& name : names)
        schema.columns.push_back({.name = name, .type = ColumnType::Real});
    return schema;
}

} // namespace

Q_DECLARE_METATYPE(Schema)

void DatasetTest::columnsAreFoundByName()
{
    const Schema schema = schemaOf({"id", "x", "category"});
    QCOMPARE(schema.find("x"), std::optional<std::size_t>(1));
    QCOMPARE(schema.find("category"), std::optional<std::size_t>(2));
    QCOMPARE(schema.find("X"), std::optional<std::size_t>());
    QCOMPARE(schema.find(""), std::optional<std::size_t>());
}

void DatasetTest::validatesSchemas_data()
{
    QTest::addColumn<Schema>("schema");
    QTest::addColumn<QString>("message");
    const auto add = [](const char* name, Schema schema, CsvFormat format, const char* message) {
        schema.format = format;
        QTest::newRow(name) << schema << message;
    };
    add("good", schemaOf({"a", "b"}), {}, "");
    add("without quoting", schemaOf({"a"}), {.quote = '\0'}, "");
    add("no columns", schemaOf({}), {}, "no columns");
    add("a name twice", schemaOf({"a", "b", "a"}), {}, "\"a\"");
    add("no name", schemaOf({"a", ""}), {}, "no name");
    add("same characters", schemaOf({"a"}), {.delimiter = ';', .quote = ';'}, "same character");
    add("delimiter breaks lines", schemaOf({"a"}), {.delimiter = '\n'}, "line break");
    add("quote breaks lines", schemaOf({"a"}), {.quote = '\r'}, "line break");
    add("comment is the quote", schemaOf({"a"}), {.comment = '"'}, "quote and the comment");
    add("decimal is the delimiter", schemaOf({"a"}), {.decimal = ','}, "delimiter and the decimal");
    add("decimal of another kind", schemaOf({"a"}), {.decimal = ':'}, "a point or a comma");
    add("lines skipped backwards", schemaOf({"a"}), {.skipRows = -1}, "lines can be skipped");
    add("a missing word of two lines", schemaOf({"a"}), {.missing = {{"a\nb"}}}, "no line break");
    add("no delimiter", schemaOf({"a"}), {.delimiter = '\0'}, "delimiter is missing");
}

void DatasetTest::validatesSchemas()
{
    QFETCH(Schema, schema);
    QFETCH(QString, message);
    const auto valid = schema.validate();
    QCOMPARE(valid.has_value(), message.isEmpty());
    if (valid) return;
    QCOMPARE(valid.error().code, ErrorCode::InvalidArgument);
    QVERIFY(valid.error().message.find(message.toStdString()) != std::string::npos);
}

SPILLWAY_TESTS(DatasetTest, QCoreApplication)
#include "dataset_test.moc"
