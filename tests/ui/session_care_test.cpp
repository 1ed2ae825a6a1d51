#include "suites/suites.h"
#include "window_fixture.h"

#include "base/json.h"
#include "ui/window/header_bar.h"
#include "ui/window/notes_dialog.h"
#include "work/session_title.h"
#include "work/workbench.h"

#include "session/session_store.h"

#include <QAction>
#include <QApplication>
#include <QDateTime>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QtTest>

using namespace spillway;

/// What sessions are called, and how one is found again.
class SessionCareTest : public QObject {
    Q_OBJECT
private slots:
    void aSessionIsCalledByWhatItHolds_data();
    void aSessionIsCalledByWhatItHolds();
    void itIsRenamedInPlace();
    void escapeKeepsTheName();
    void tagsAreKeptWithTheNotes();
    void recentOnesAreTold();

private:
    std::filesystem::path made(const char* file, const char* name, const char* tags)
    {
        const auto path = fixture_.path(file);
        auto store = SessionStore::create(path);
        if (!store || !store->setName(name) || !store->setTags(tags)) qFatal("No session.");
        return path;
    }
    WindowFixture fixture_;
};

void SessionCareTest::aSessionIsCalledByWhatItHolds_data()
{
    QTest::addColumn<SessionBrief>("brief");
    QTest::addColumn<QString>("title");
    const std::string year = std::to_string(QDate::currentDate().year());
    const QString at =
        QDateTime::fromString(QString::fromStdString(year) + "-11-28T10:31:00Z", Qt::ISODate)
            .toLocalTime()
            .toString("HH:mm");
    const SessionBrief automatic{.path = "/s/2026-11-28T103100Z.spillway"};
    auto brief = automatic;
    QTest::newRow("empty") << brief << "New session";
    brief.began = year + "-11-28T10:31:00Z";
    brief.datasets = {"orders.csv"};
    brief.engines = 7;
    QTest::newRow("as the window has it") << brief << "28 Nov " + at + " · orders.csv · 7 engines";
    brief.datasets = {"a.csv", "b.csv", "c.csv"};
    brief.engines = 1;
    brief.began = "2001-11-28T10:31:00Z";
    QTest::newRow("several data, another year")
        << brief << "28 Nov 2001 " + at + " · a.csv and 2 more · 1 engine";
    brief.name = "Before the change";
    QTest::newRow("the user's name") << brief << "Before the change";
    brief = automatic;
    brief.path = "/s/taxi study.spillway";
    brief.engines = 2;
    QTest::newRow("the user's file") << brief << "taxi study";
}

void SessionCareTest::aSessionIsCalledByWhatItHolds()
{
    QFETCH(SessionBrief, brief);
    QFETCH(QString, title);
    QCOMPARE(sessionTitle(brief), title);
}

void SessionCareTest::itIsRenamedInPlace()
{
    MainWindow window(fixture_.options());
    window.show();
    auto* name = window.findChild<QLineEdit*>("session-name");
    QVERIFY(name->isReadOnly()); // there is none yet
    const auto path = made("rename.spillway", "", "");
    window.workbench().openSession(path);
    QTRY_COMPARE(name->text(), QString("rename"));
    QVERIFY(!name->isReadOnly());
    name->setFocus();
    name->selectAll();
    QTest::keyClicks(name, "Taxi, nightly");
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_COMPARE(window.workbench().sessionName(), QString("Taxi, nightly"));
    QTRY_COMPARE(window.windowTitle(), QString("Taxi, nightly"));
    QCOMPARE(SessionStore::openReadOnly(path)->name().value(), std::string("Taxi, nightly"));
    // Without a name it is called by its file again.
    name->setFocus();
    name->selectAll();
    QTest::keyClick(name, Qt::Key_Delete);
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_COMPARE(name->text(), QString("rename"));
}

void SessionCareTest::escapeKeepsTheName()
{
    MainWindow window(fixture_.options());
    window.show();
    window.workbench().openSession(made("escape.spillway", "Kept", ""));
    auto* name = window.findChild<QLineEdit*>("session-name");
    QTRY_COMPARE(name->text(), QString("Kept"));
    name->setFocus();
    QTest::keyClicks(name, " not");
    QTest::keyClick(name, Qt::Key_Escape);
    QCOMPARE(name->text(), QString("Kept"));
    QCOMPARE(window.workbench().sessionName(), QString("Kept"));
}

void SessionCareTest::tagsAreKeptWithTheNotes()
{
    NotesDialog dialog("why", "taxi", nullptr);
    QSignalSpy edited(&dialog, &NotesDialog::edited);
    dialog.findChild<QLineEdit*>()->setText("taxi   nightly");
    dialog.accept();
    QCOMPARE(edited.size(), 0); // saved by its button alone
    emit dialog.edited("why", "taxi   nightly");
    const auto options = fixture_.options();
    Workbench workbench(options.engines, options.settings, SettingsWriter());
    const auto path = made("tags.spillway", "", "");
    workbench.openSession(path);
    QTRY_VERIFY(workbench.hasSession());
    workbench.setTags("taxi   nightly\n");
    QTRY_COMPARE(workbench.tags(), std::string("taxi nightly"));
    QCOMPARE(tagsText(workbench.sessionBrief()), QString("#taxi #nightly"));
    QCOMPARE(readSessionBrief(path)->tags, std::string("taxi nightly"));
}

/// By what they hold; one that is gone by its file.
void SessionCareTest::recentOnesAreTold()
{
    auto options = fixture_.options();
    options.settings.recentSessions = {made("one.spillway", "A & B", "nightly"),
                                       fixture_.path("gone.spillway")};
    MainWindow window(options);
    window.show();
    auto& recent = window.workbench().recentSessions();
    QTRY_COMPARE(recent.briefs().front().name, std::string("A & B"));
    QCOMPARE(sessionTitle(recent.briefs()[1]), QString("gone"));
    QStringList titles;
    for (const auto* menu : window.findChildren<QMenu*>())
        if (menu->title() == "Recent sessions")
            for (const auto* action : menu->actions())
                titles << action->text();
    QCOMPARE(titles, (QStringList{"A && B   #nightly", "gone"}));
}

SPILLWAY_TESTS(SessionCareTest, QApplication)
#include "session_care_test.moc"
