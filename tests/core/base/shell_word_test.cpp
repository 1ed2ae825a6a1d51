#include "base/shell_word.h"

#include <QProcess>
#include <QtTest>

using namespace spillway;

class ShellWordTest : public QObject {
    Q_OBJECT
private slots:
    void plainWordsStayAsTheyAre();
    void aShellReadsTheSameWord_data();
    void aShellReadsTheSameWord();
};

void ShellWordTest::plainWordsStayAsTheyAre()
{
    for (const std::string word : {"data.csv", "/a/b-c_d", "x=1,y=2", "50%"})
        QCOMPARE(shellWord(word), word);
}

void ShellWordTest::aShellReadsTheSameWord_data()
{
    QTest::addColumn<QString>("word");
    for (const char* word : {"", "two words", "it's", "'", "$HOME `id` $(id)", "a\\b", "*?[x]",
                             "line\nline", "~", "a;b&c|d", "\"quoted\"", "größe"})
        QTest::newRow(word) << word;
}

void ShellWordTest::aShellReadsTheSameWord()
{
    QFETCH(QString, word);
    QProcess shell;
    const QString command = "printf %s " + QString::fromStdString(shellWord(word.toStdString()));
    shell.start(QStringLiteral("/bin/sh"), {"-c", command});
    QVERIFY(shell.waitForFinished());
    QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), word);
}

QTEST_GUILESS_MAIN(ShellWordTest)
#include "shell_word_test.moc"
