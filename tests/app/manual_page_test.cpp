#include "shell_program.h"
#include "suites/suites.h"

#include <QFile>
#include <QRegularExpression>
#include <QtTest>

using namespace spillway;

/// The manual pages, as the program writes them.
class ManualPageTest : public QObject {
    Q_OBJECT
private slots:
    void everythingInHelpIsInTheManual();
    void hiddenCommandsAreNot();
    void theFormatterHasNothingToSay_data();
    void theFormatterHasNothingToSay();
    void everyFieldOfAPlanIsInItsManual();

private:
    /// Without roff's spelling of hyphens and fonts.
    QString manual(const char* page) const
    {
        auto text = QString::fromUtf8(program_.run({"manual-page", page}).out);
        static const QRegularExpression fonts(QStringLiteral(R"(\\f[BIR])"));
        return text.replace(fonts, QString()).replace(QStringLiteral("\\-"), QStringLiteral("-"));
    }

    const testing::ShellProgram program_;
};

void ManualPageTest::everythingInHelpIsInTheManual()
{
    const auto page = manual("spillway");
    QStringList open{QString()};
    int options = 0;
    static const QRegularExpression option(QStringLiteral("^  (?:-[a-zA-Z],)?(--[a-z-]+)"),
                                           QRegularExpression::MultilineOption);
    static const QRegularExpression commands(QStringLiteral("^Subcommands:\\n((?:  .*\\n)+)"),
                                             QRegularExpression::MultilineOption);
    static const QRegularExpression name(QStringLiteral("^  ([a-z-]+)"),
                                         QRegularExpression::MultilineOption);
    while (!open.isEmpty()) {
        const auto command = open.takeFirst();
        const auto help = QString::fromUtf8(
            program_.run(command.split(' ', Qt::SkipEmptyParts) + QStringList{"--help"}).out);
        for (auto found = option.globalMatch(help); found.hasNext(); ++options) {
            const auto word = found.next().captured(1);
            QVERIFY2(page.contains(word), qPrintable(command + ' ' + word));
        }
        for (auto found = name.globalMatch(commands.match(help).captured(1)); found.hasNext();) {
            const auto path = (command + ' ' + found.next().captured(1)).trimmed();
            QVERIFY2(page.contains(".SS \"" + path + '"'), qPrintable(path));
            open << path;
        }
    }
    QVERIFY2(options > 50, qPrintable(QString::number(options)));
}

void ManualPageTest::hiddenCommandsAreNot()
{
    const auto page = manual("spillway");
    for (const char* command : {"manual-page", "complete"})
        QVERIFY(!page.contains(QStringLiteral("spillway %1").arg(QLatin1String(command))));
}

void ManualPageTest::theFormatterHasNothingToSay_data()
{
    QTest::addColumn<QString>("page");
    QTest::newRow("command") << "spillway";
    QTest::newRow("plan") << "spillway-plan";
}

void ManualPageTest::theFormatterHasNothingToSay()
{
    QFETCH(QString, page);
    const auto written = program_.run({"manual-page", page});
    QCOMPARE(written.exitCode, 0);
    QFile file(program_.path("page.1"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(written.out);
    file.close();
    const auto man = program_.startAs(
        "man", {"--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file.fileName()});
    if (!man->waitForStarted()) QSKIP("man is not installed.");
    QVERIFY(man->waitForFinished());
    QCOMPARE(man->readAllStandardError(), QByteArray());
    QCOMPARE(man->exitCode(), 0);
}

void ManualPageTest::everyFieldOfAPlanIsInItsManual()
{
    const auto page = manual("spillway-plan");
    QVERIFY(program_.run({"generate", program_.path("d.csv"), "--rows", "100"}).exitCode == 0);
    const auto plan = program_.run({"run", "--data", program_.path("d.csv"), "--workload", "etl",
                                    "--engine", "chunked", "--dry-run", "--json"});
    QCOMPARE(plan.exitCode, 0);
    const auto fields = plan.lines().front()["plan"];
    QVERIFY(fields.size() > 10);
    for (const auto& [name, value] : fields.items())
        QVERIFY2(page.contains(QString::fromStdString(".TP\n" + name + ": ")), name.c_str());
}

SPILLWAY_TESTS(ManualPageTest, QCoreApplication)
#include "manual_page_test.moc"
