#include "suites/suites.h"
#include "work/window_words.h"

#include "data/open_dataset.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace spillway;

/// The window names its own fields, never an option of the terminal.
class WindowWordsTest : public QObject {
    Q_OBJECT
private slots:
    void whatTheCoreSaysNamesNoOption_data();
    void whatTheCoreSaysNamesNoOption();
    void aMessageReadsWell_data();
    void aMessageReadsWell();
    void optionsOfOthersStay();
};

/// Every text in the sources from which the window's messages come.
void WindowWordsTest::whatTheCoreSaysNamesNoOption_data()
{
    QTest::addColumn<QString>("words");
    static const QRegularExpression literals(
        QStringLiteral(R"re("((?:[^"\\\n]|\\.)*)"(?:\s*"((?:[^"\\\n]|\\.)*)")*)re"));
    for (const char* room : {"core/data", "core/workloads", "core/protocol", "core/analysis",
                             "core/native", "core/experiment"}) {
        QDirIterator files(QStringLiteral(SPILLWAY_SOURCE_DIR "/%1").arg(QLatin1String(room)),
                           {QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            // The command for the clipboard is for a terminal, the fields' words are a manual
            // page's.
            if (file.fileName().contains(QRegularExpression("/plan_(command|fields)\\.cpp$")))
                continue;
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString source = QString::fromUtf8(file.readAll());
            for (auto found = literals.globalMatch(source); found.hasNext();) {
                QString words = found.next().captured(0);
                static const QRegularExpression joint(QStringLiteral("\"\\s*\""));
                words.remove(joint);
                if (words.contains(QRegularExpression(QStringLiteral("(^|[ (\"])--[a-z]"))))
                    QTest::addRow("%s: %s", qPrintable(QFileInfo(file).fileName()),
                                  qPrintable(words.left(60)))
                        << words;
            }
        }
    }
}

void WindowWordsTest::whatTheCoreSaysNamesNoOption()
{
    QFETCH(QString, words);
    const QString shown =
        windowWords(words.replace(QLatin1String("{}"), QLatin1String("x")).toStdString());
    QVERIFY2(!shown.contains(QLatin1String("--")), qPrintable(shown));
}

void WindowWordsTest::aMessageReadsWell_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("words");
    QTest::newRow("header") << QByteArray("a,b\nc,d\n")
                            << "Say whether there is a header row: “First row”.";
    QTest::newRow("delimiter") << QByteArray("a,b;c\n1,2;3\n")
                               << "Say which one it is: “Delimiter”.";
}

/// An engine's own option is not ours.
void WindowWordsTest::optionsOfOthersStay()
{
    QCOMPARE(windowWords("set --timeout-ms or --scratch-dir"),
             QStringLiteral("set --timeout-ms or --scratch-dir"));
    QCOMPARE(windowWords("raise --timeout."), QStringLiteral("raise “Time-out”."));
}

void WindowWordsTest::aMessageReadsWell()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, words);
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("d.csv")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const auto opened = openDataset(file.fileName().toStdString());
    QVERIFY(!opened);
    const QString shown = windowWords(opened.error());
    QVERIFY2(shown.endsWith(words), qPrintable(shown));
    QCOMPARE(windowWords("x is read as numbers (--column x=text)"),
             QStringLiteral("x is read as numbers (the type above the column x: text)"));
}

SPILLWAY_TESTS(WindowWordsTest, QCoreApplication)
#include "window_words_test.moc"
