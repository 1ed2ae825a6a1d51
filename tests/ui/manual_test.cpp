#include "suites/suites.h"
#include "window_fixture.h"

#include "base/files.h"
#include "ui/data/data_page.h"
#include "ui/manual/manual_index.h"
#include "ui/manual/manual_view.h"
#include "ui/manual/manual_window.h"

#include "ui/window/settings_dialog.h"

#include <QApplication>
#include <QDirIterator>
#include <QImage>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QScreen>
#include <QScrollBar>
#include <QSettings>
#include <QTextBlock>
#include <QToolButton>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace spillway;

namespace {

const std::filesystem::path folder = SPILLWAY_SOURCE_DIR "/docs/manual";

QString pageText(const QString& page)
{
    const auto content = readFile(folder / (utf8(page) + ".md"));
    return content ? text(*content) : QString();
}

QStringList allPages()
{
    QStringList pages;
    for (const auto& file : QDir(pathText(folder)).entryList({"*.md"}))
        pages << QFileInfo(file).completeBaseName();
    return pages;
}

/// What links or pictures of a page lead to, with the text of each.
QList<std::pair<QString, QString>> targets(const QString& page, const char* pattern)
{
    const QRegularExpression link(QString::fromLatin1(pattern));
    QList<std::pair<QString, QString>> found;
    for (auto links = link.globalMatch(pageText(page)); links.hasNext();) {
        const auto match = links.next();
        found << std::pair(match.captured(1), match.captured(2));
    }
    return found;
}

QSet<QString> anchorsOf(const QString& page)
{
    static const QRegularExpression heading(QStringLiteral("^#+ (.+)$"),
                                            QRegularExpression::MultilineOption);
    QSet<QString> anchors;
    for (auto headings = heading.globalMatch(pageText(page)); headings.hasNext();)
        anchors << headingAnchor(headings.next().captured(1));
    return anchors;
}

/// All sources of the program, with texts that go on in the next line joined.
QString sources()
{
    QString all;
    for (const char* root : {"core", "app", "ui", "adapters"}) {
        QDirIterator files(QStringLiteral(SPILLWAY_SOURCE_DIR "/") + QLatin1String(root),
                           {"*.cpp", "*.py"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext())
            if (const auto content = readFile(pathOf(files.next()))) all += text(*content);
    }
    static const QRegularExpression seam(QStringLiteral("\"\\s*\\n\\s*\""));
    return all.replace(seam, QString()).replace(QStringLiteral("\\\""), QStringLiteral("\""));
}

} // namespace

/// The manual, and the window that shows it.
class ManualTest : public QObject {
    Q_OBJECT

private slots:
    void everyPageIsInTheContents()
    {
        QStringList listed;
        for (const auto& entry : manualEntries(folder)) {
            listed << entry.page;
            QVERIFY2(pageText(entry.page).startsWith("# "), qPrintable(entry.page));
        }
        QVERIFY(listed.size() >= 12);
        listed.sort();
        QCOMPARE(listed, allPages());
    }

    void everyLinkLeadsSomewhere()
    {
        int links = 0;
        for (const auto& page : allPages())
            for (const auto& [title, target] : targets(page, R"((?<!!)\[([^\]]+)\]\(([^)]+)\))")) {
                ++links;
                if (target.startsWith(QLatin1String("https://"))) continue;
                const auto to = target.section(u'#', 0, 0);
                QVERIFY2(to.endsWith(QLatin1String(".md")), qPrintable(page + ": " + target));
                const auto other = to.chopped(3);
                QVERIFY2(!pageText(other).isEmpty(), qPrintable(page + ": " + target));
                const auto anchor = target.section(u'#', 1);
                QVERIFY2(anchor.isEmpty() || anchorsOf(other).contains(anchor),
                         qPrintable(page + ": " + target));
            }
        QVERIFY(links > 20);
    }

    void everyPictureIsThereWithItsWords()
    {
        QSet<QString> shown;
        for (const auto& page : allPages())
            for (const auto& [words, target] : targets(page, R"(!\[([^\]]*)\]\(([^)]+)\))")) {
                const auto file = pathText(folder / utf8(target));
                QVERIFY2(!QImage(file).isNull(), qPrintable(page + ": " + target));
                QVERIFY2(words.size() > 20, qPrintable(page + ": " + target));
                QVERIFY2(QFileInfo(file).size() < 150'000, qPrintable(file));
                shown << QFileInfo(file).fileName();
            }
        for (const auto& file : QDir(pathText(folder / "images")).entryList({"*.png"}))
            QVERIFY2(shown.contains(file), qPrintable(file + " is on no page"));
    }

    /// A message that the program no longer has helps nobody.
    void messagesInTroubleshootingAreTheProgramsOwn()
    {
        const QString program = sources();
        static const QRegularExpression quoted(QStringLiteral("^\\|(?:[^|`]*\\|)? `([^`]+)` \\|"),
                                               QRegularExpression::MultilineOption);
        int messages = 0;
        for (auto found = quoted.globalMatch(pageText(QStringLiteral("troubleshooting")));
             found.hasNext(); ++messages) {
            const auto message = found.next().captured(1);
            for (const auto& part : message.split(u'…')) {
                QString words = part.trimmed();
                while (words.startsWith(u'.'))
                    words.remove(0, 1);
                while (words.endsWith(u'.') || words.endsWith(u'('))
                    words.chop(1);
                if (words.size() > 4)
                    QVERIFY2(program.contains(words), qPrintable(message + " -- " + words));
            }
        }
        QVERIFY2(messages > 25, qPrintable(QString::number(messages)));
    }

    void f1OpensThePageForWhatIsInFront_data()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<QString>("panel");
        QTest::addColumn<QString>("manual");
        const auto row = [](const char* name, PageId page, const char* panel, const char* manual) {
            QTest::newRow(name) << static_cast<int>(page) << QString::fromLatin1(panel)
                                << QString::fromLatin1(manual);
        };
        row("welcome", PageId::Data, "", "first-experiment");
        row("generate", PageId::Data, "generate", "first-experiment");
        row("open", PageId::Data, "open", "your-data");
        row("plan", PageId::Plan, "", "plan");
        row("live", PageId::Live, "", "live");
        row("compare", PageId::Compare, "", "verdict");
    }

    void f1OpensThePageForWhatIsInFront()
    {
        QFETCH(int, page);
        QFETCH(QString, panel);
        QFETCH(QString, manual);
        WindowFixture place;
        MainWindow window(place.options());
        show(window);
        window.showPage(static_cast<PageId>(page));
        if (panel == QLatin1String("generate")) window.dataPage().showGenerate();
        if (panel == QLatin1String("open")) window.dataPage().showOpen();
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(shownPage(), manual);
    }

    void f1InADialogOpensThePageOfTheDialog()
    {
        WindowFixture place;
        MainWindow window(place.options());
        show(window);
        window.showSettings();
        auto* dialog = window.findChild<SettingsDialog*>();
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        QTest::keyClick(dialog->focusWidget() ? dialog->focusWidget() : dialog, Qt::Key_F1);
        QCOMPARE(shownPage(), QStringLiteral("places"));
        // It can be read while the dialog waits.
        ManualWindow* manual = manualWindow();
        QVERIFY(QTest::qWaitForWindowActive(manual));
        QTest::keyClicks(manual->findChild<QLineEdit*>(), "cluster");
        QCOMPARE(manual->findChild<QLineEdit*>()->text(), QStringLiteral("cluster"));
        dialog->reject();
    }

    void linksBackAndForward()
    {
        ManualWindow manual(folder);
        manual.open(QStringLiteral("index"));
        QVERIFY(QTest::qWaitForWindowActive(&manual));
        auto* list = manual.findChild<QListWidget*>();
        QVERIFY(list->currentItem());
        QCOMPARE(list->currentItem()->data(Qt::UserRole).toString(), QStringLiteral("index"));
        manual.view().setSource(QUrl(QStringLiteral("verdict.md#flags")));
        QCOMPARE(manual.view().page(), QStringLiteral("verdict"));
        QCOMPARE(list->currentItem()->text(), QStringLiteral("Reading the verdict"));
        QTest::keyClick(&manual.view(), Qt::Key_Left, Qt::AltModifier);
        QTRY_COMPARE(manual.view().page(), QStringLiteral("index"));
        QTest::keyClick(&manual.view(), Qt::Key_Right, Qt::AltModifier);
        QTRY_COMPARE(manual.view().page(), QStringLiteral("verdict"));
        list->setCurrentRow(2);
        QCOMPARE(manual.view().page(), QStringLiteral("your-data"));
        QTest::keyClick(&manual, Qt::Key_Escape);
        QVERIFY(!manual.isVisible());
    }

    void searchFindsPagesAndMarksTheWords()
    {
        ManualWindow manual(folder);
        manual.open(QStringLiteral("index"));
        QVERIFY(QTest::qWaitForWindowActive(&manual));
        auto* field = manual.findChild<QLineEdit*>();
        auto* list = manual.findChild<QListWidget*>();
        const int all = list->count();
        QTest::keyClick(&manual, Qt::Key_F, Qt::ControlModifier);
        QVERIFY(field->hasFocus());
        QTest::keyClicks(field, "Scheduler");
        QVERIFY(list->count() > 0 && list->count() < all);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(manual.view().page(), QStringLiteral("cluster"));
        QVERIFY(!manual.view().extraSelections().isEmpty());
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(list->count(), all);
        QTest::keyClicks(field, "xyzzy");
        QCOMPARE(list->count(), 0);
    }

    void itFitsOnASmallScreen()
    {
        const ManualWindow manual(folder);
        const QSize room = manual.screen()->availableSize();
        QVERIFY(manual.width() <= std::max(room.width(), manual.minimumWidth()));
        QVERIFY(manual.height() <= std::max(room.height(), manual.minimumHeight()));
    }

    /// Where the window keeps its settings is decided by Qt.
    void theFileOfSettingsIsNamedAsItIs()
    {
        const QSettings stored(QSettings::IniFormat, QSettings::UserScope,
                               QStringLiteral("spillway"), QStringLiteral("spillway"));
        const QString name = QFileInfo(stored.fileName()).fileName();
        QVERIFY(pageText(QStringLiteral("places")).contains("~/.config/spillway/" + name + '`'));
        QVERIFY(sources().contains("$XDG_CONFIG_HOME/spillway/" + name + '"'));
    }

    void nothingOutsideTheFolderIsRead()
    {
        ManualView view(folder);
        view.setSource(QUrl::fromLocalFile(QStringLiteral("/etc/passwd")));
        QVERIFY(!view.toPlainText().contains(QLatin1String("root")));
        view.showPage(QStringLiteral("../architecture"));
        QVERIFY(view.toPlainText().contains(QLatin1String("missing")));
    }

    void anInstallationWithoutTheManualSaysSo()
    {
        ManualWindow manual(std::filesystem::path("/does/not/exist"));
        manual.open(QStringLiteral("verdict"));
        QVERIFY(manual.view().toPlainText().contains(QLatin1String("/does/not/exist")));
    }

    void textIsLegibleInBothThemes_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    /// And as pictures in <build>/screenshots/manual, that people can look at.
    void textIsLegibleInBothThemes()
    {
        QFETCH(bool, dark);
        applyAppearance(*qApp, dark ? Appearance::Dark : Appearance::Light);
        ManualWindow manual(folder);
        const QString pictures = QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/manual");
        QVERIFY(QDir().mkpath(pictures));
        for (const QSize size : {QSize(1280, 800), QSize(1024, 720)}) {
            manual.resize(size);
            for (const auto& entry : manualEntries(folder)) {
                manual.open(entry.page);
                QVERIFY(QTest::qWaitForWindowExposed(&manual));
                QVERIFY2(manual.view().horizontalScrollBar()->maximum() == 0 ||
                             !manual.view().horizontalScrollBar()->isVisible(),
                         qPrintable(entry.page));
                checkContrast(manual.view());
                QVERIFY(manual.grab().save(QStringLiteral("%1/%2-%3-%4.png")
                                               .arg(pictures, entry.page)
                                               .arg(dark ? "dark" : "light")
                                               .arg(size.width())));
            }
        }
        applyAppearance(*qApp, Appearance::Light);
    }

private:
    static void show(MainWindow& window)
    {
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    static ManualWindow* manualWindow()
    {
        for (auto* widget : QApplication::topLevelWidgets())
            if (auto* manual = qobject_cast<ManualWindow*>(widget)) return manual;
        return nullptr;
    }

    static QString shownPage()
    {
        auto* manual = manualWindow();
        return manual && manual->isVisible() ? manual->view().page() : QString();
    }

    static double luminance(const QColor& color)
    {
        const auto linear = [](double part) {
            return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
               0.0722 * linear(color.blueF());
    }

    static void checkContrast(const ManualView& view)
    {
        const ThemeColors colors = themeColors(view.palette());
        for (auto block = view.document()->begin(); block.isValid(); block = block.next())
            for (auto it = block.begin(); !it.atEnd(); ++it) {
                const auto format = it.fragment().charFormat();
                if (format.isImageFormat() || it.fragment().text().trimmed().isEmpty()) continue;
                QColor paper = colors.surface;
                if (block.blockFormat().hasProperty(QTextFormat::BackgroundBrush))
                    paper = block.blockFormat().background().color();
                if (format.hasProperty(QTextFormat::BackgroundBrush))
                    paper = format.background().color();
                const double a = luminance(format.foreground().color());
                const double b = luminance(paper);
                const double contrast = (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
                QVERIFY2(contrast >= 4.5, qPrintable(it.fragment().text()));
            }
    }
};

SPILLWAY_TESTS(ManualTest, QApplication)
#include "manual_test.moc"
