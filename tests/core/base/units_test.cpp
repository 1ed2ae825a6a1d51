#include "base/units.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class UnitsTest : public QObject {
    Q_OBJECT
private slots:
    void sizesReadDecimalAndBinaryUnits_data();
    void sizesReadDecimalAndBinaryUnits();
    void sizesRefuseEverythingElse_data();
    void sizesRefuseEverythingElse();
    void sizesPrintThreeSignificantDigits_data();
    void sizesPrintThreeSignificantDigits();
    void durationsReadEveryUnit_data();
    void durationsReadEveryUnit();
    void durationsRefuseEverythingElse();
    void durationsPrintForPeople_data();
    void durationsPrintForPeople();
    void countsAreGrouped();
};

void UnitsTest::sizesReadDecimalAndBinaryUnits_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("bytes");
    QTest::newRow("decimal") << QByteArray("8GB") << qint64(8'000'000'000);
    QTest::newRow("binary") << QByteArray("2GiB") << (qint64(2) << 30);
    QTest::newRow("plain") << QByteArray("123") << qint64(123);
    QTest::newRow("fraction") << QByteArray("1.5 kB") << qint64(1500);
    QTest::newRow("MiB") << QByteArray("64MiB") << (qint64(64) << 20);
    QTest::newRow("zero") << QByteArray("0") << qint64(0);
}

void UnitsTest::sizesReadDecimalAndBinaryUnits()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, bytes);
    const auto parsed = parseBytes(text.toStdString());
    QVERIFY(parsed.has_value());
    QCOMPARE(qint64(*parsed), bytes);
}

void UnitsTest::sizesRefuseEverythingElse_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "GB", "-1GB", "1XB", "nan", "inf", "1e300", "1 2", "8gb8"})
        QTest::newRow(text) << QByteArray(text);
}

void UnitsTest::sizesRefuseEverythingElse()
{
    QFETCH(QByteArray, text);
    const auto parsed = parseBytes(text.toStdString());
    QVERIFY(!parsed.has_value());
    QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
    QVERIFY(!parsed.error().remedy.empty());
}

void UnitsTest::sizesPrintThreeSignificantDigits_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("bytes") << qint64(999) << "999 B";
    QTest::newRow("kB") << qint64(1000) << "1.00 kB";
    QTest::newRow("MB") << qint64(64'000'000) << "64.0 MB";
    QTest::newRow("no 1000 kB") << qint64(999'600) << "1.00 MB";
    QTest::newRow("GB") << qint64(1'530'000'000) << "1.53 GB";
    QTest::newRow("negative") << qint64(-2'000'000) << "-2.00 MB";
}

void UnitsTest::sizesPrintThreeSignificantDigits()
{
    QFETCH(qint64, bytes);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(formatBytes(bytes)), text);
}

void UnitsTest::durationsReadEveryUnit_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("seconds");
    QTest::newRow("s") << QByteArray("90s") << 90.0;
    QTest::newRow("min") << QByteArray("10min") << 600.0;
    QTest::newRow("h") << QByteArray("1.5h") << 5400.0;
    QTest::newRow("ms") << QByteArray("250ms") << 0.25;
    QTest::newRow("plain") << QByteArray("7") << 7.0;
    QTest::newRow("h and min") << QByteArray("1h30min") << 5400.0;
    QTest::newRow("all units") << QByteArray("1d 2h 3min 4.5s 10ms") << 93784.51;
}

void UnitsTest::durationsReadEveryUnit()
{
    QFETCH(QByteArray, text);
    QFETCH(double, seconds);
    const auto parsed = parseDuration(text.toStdString());
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->count(), seconds);
}

void UnitsTest::durationsRefuseEverythingElse()
{
    for (const char* text : {"", "min", "-3s", "5 parsecs", "1h30", "30min1h", "1h1h", "1h-3min",
                             "5 6", "1h,5min", "infs", "nans"}) {
        const auto parsed = parseDuration(text);
        QVERIFY2(!parsed.has_value(), text);
        QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
    }
}

void UnitsTest::durationsPrintForPeople_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << 0.0 << "0.00 s";
    QTest::newRow("very short") << 0.0043 << "0.004 s";
    QTest::newRow("short") << 0.417 << "0.42 s";
    QTest::newRow("seconds") << 12.34 << "12.3 s";
    QTest::newRow("rounds up to a minute") << 59.97 << "1 min 00 s";
    QTest::newRow("minutes") << 245.0 << "4 min 05 s";
    QTest::newRow("hours") << 7800.0 << "2 h 10 min";
}

void UnitsTest::durationsPrintForPeople()
{
    QFETCH(double, seconds);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(formatDuration(Seconds(seconds))), text);
}

void UnitsTest::countsAreGrouped()
{
    QCOMPARE(formatCount(7), "7");
    QCOMPARE(formatCount(1234), "1,234");
    QCOMPARE(formatCount(-20000000), "-20,000,000");
}

SPILLWAY_TESTS(UnitsTest, QCoreApplication)
#include "units_test.moc"
