#include "suites/suites.h"
#include "ui/parts/remembered_splitter.h"
#include "ui/parts/screen_fit.h"
#include "window_fixture.h"

#include <QAction>
#include <QApplication>
#include <QSettings>
#include <QtTest>

using namespace spillway;

/// The window's size and the pages' dividers, from one launch to the next.
class LayoutTest : public QObject {
    Q_OBJECT
private slots:
    void aMovedDividerIsRememberedAndResetForgetsIt();
    void whatWasNotMovedIsNotStored();
    void theWindowComesBackAsItWasLeft();

private:
    static void move(RememberedSplitter& splitter, const QList<int>& sizes)
    {
        splitter.setSizes(sizes);
        emit splitter.splitterMoved(sizes.front(), 1);
    }
    static RememberedSplitter* divider(MainWindow& window, const char* name)
    {
        return window.findChild<RememberedSplitter*>(QLatin1String(name));
    }
    WindowFixture fixture_;
};

void LayoutTest::aMovedDividerIsRememberedAndResetForgetsIt()
{
    QWidget before;
    QWidget after;
    for (QWidget* window : {&before, &after}) {
        auto* splitter =
            new RememberedSplitter(QStringLiteral("parts"), Qt::Horizontal, {300, 100});
        splitter->setParent(window);
        splitter->addWidget(new QWidget);
        splitter->addWidget(new QWidget);
        splitter->resize(400 + splitter->handleWidth(), 100);
        splitter->reset();
        window->show();
    }
    const auto in = [](QWidget& window) { return window.findChild<RememberedSplitter*>(); };
    QCOMPARE(in(before)->sizes(), (QList<int>{300, 100}));
    move(*in(before), {150, 250});
    restoreSplitters(after, splitterStates(before));
    QCOMPARE(in(after)->sizes(), (QList<int>{150, 250}));
    QVERIFY(in(after)->isUserSized());
    QSignalSpy reset(in(after), &RememberedSplitter::wasReset);
    resetSplitters(after);
    QCOMPARE(in(after)->sizes(), (QList<int>{300, 100}));
    QCOMPARE(reset.size(), 1);
    QVERIFY(splitterStates(after).empty());
}

void LayoutTest::whatWasNotMovedIsNotStored()
{
    MainWindow window(fixture_.options());
    window.show();
    QVERIFY(splitterStates(window).empty());
    restoreSplitters(window, {{QStringLiteral("no such divider"), "?"}});
    restoreSplitters(window, {{QStringLiteral("live-run"), "no sizes at all"}});
    QVERIFY(splitterStates(window).empty());
}

void LayoutTest::theWindowComesBackAsItWasLeft()
{
    QSettings file(QString::fromStdString(fixture_.path("layout.conf").string()),
                   QSettings::IniFormat);
    WindowOptions options = fixture_.options();
    options.writeSettings = [&file](const Settings& settings) { storeSettings(settings, file); };
    {
        MainWindow window(options);
        window.show();
        window.resize(1100, 650);
        move(*divider(window, "live-run"), {500, 400});
        window.close();
    }
    options.settings = loadSettings(file);
    MainWindow window(options);
    window.show();
    QCOMPARE(window.size(), QSize(1100, 650));
    QVERIFY(divider(window, "live-run")->isUserSized());
    for (auto* action : window.findChildren<QAction*>())
        if (action->text() == QStringLiteral("Reset the layout")) action->trigger();
    QTRY_COMPARE(window.size(), fittingScreen(window, QSize(1280, 720)));
    QVERIFY(!divider(window, "live-run")->isUserSized());
    QVERIFY(loadSettings(file).splitters.empty());
}

SPILLWAY_TESTS(LayoutTest, QApplication)
#include "layout_test.moc"
