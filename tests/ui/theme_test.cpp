#include "suites/suites.h"
#include "ui/parts/style_sheet.h"
#include "ui/parts/theme.h"

#include <QApplication>
#include <QPushButton>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace spillway;

/// Contrast of the window's colours, as WCAG 2.1 has it (1.4.3, 1.4.6, 1.4.11).
class ThemeTest : public QObject {
    Q_OBJECT
private slots:
    void textCanBeReadOnEveryGround_data();
    void textCanBeReadOnEveryGround();
    void theFocusIsSeenOnEveryButtonInHighContrast_data();
    void theFocusIsSeenOnEveryButtonInHighContrast();
    void aPaletteKnowsItsTheme();
};

namespace {

double channelOf(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminanceOf(const QColor& color)
{
    return 0.2126 * channelOf(color.redF()) + 0.7152 * channelOf(color.greenF()) +
           0.0722 * channelOf(color.blueF());
}

double contrastOf(const QColor& one, const QColor& other)
{
    const double first = luminanceOf(one);
    const double second = luminanceOf(other);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace

void ThemeTest::textCanBeReadOnEveryGround_data()
{
    QTest::addColumn<int>("theme");
    QTest::newRow("light") << 0;
    QTest::newRow("dark") << 1;
    QTest::newRow("high contrast, light") << 2;
    QTest::newRow("high contrast, dark") << 3;
}

void ThemeTest::textCanBeReadOnEveryGround()
{
    QFETCH(int, theme);
    const ThemeColors colors = theme == 0   ? ThemeColors::light()
                               : theme == 1 ? ThemeColors::darkTheme()
                                            : ThemeColors::contrasting(theme == 3);
    const double least = colors.highContrast ? 7 : 4.5;
    const auto holds = [](const QColor& ink, const QColor& ground, double needed) {
        const double is = contrastOf(ink, ground);
        if (is < needed)
            qWarning("%s on %s: %.2f", qPrintable(ink.name()), qPrintable(ground.name()), is);
        return is >= needed;
    };
    for (const QColor& ground : {colors.window, colors.surface, colors.raised, colors.sidebar})
        for (const QColor& ink : {colors.text, colors.muted})
            QVERIFY(holds(ink, ground, least));
    for (const QColor& ground : {colors.window, colors.surface})
        for (const QColor& ink : {colors.accent, colors.danger, colors.warning, colors.success})
            QVERIFY(holds(ink, ground, least));
    for (const QColor& ground : {colors.accentSoft, colors.dangerSoft, colors.warningSoft})
        QVERIFY(holds(colors.text, ground, least));
    QVERIFY(holds(colors.accentText, colors.accent, least));
    if (!colors.highContrast) return;
    QVERIFY(holds(colors.border, colors.surface, 4.5));
    QVERIFY(holds(colors.accent, colors.surface, 4.5));
}

void ThemeTest::theFocusIsSeenOnEveryButtonInHighContrast_data()
{
    QTest::addColumn<QString>("role");
    for (const char* role : {"", "card", "quiet", "link", "chip", "segment", "segment-first",
                             "segment-last", "legend", "disclosure"})
        QTest::newRow(role) << QString::fromLatin1(role);
}

void ThemeTest::theFocusIsSeenOnEveryButtonInHighContrast()
{
    QFETCH(QString, role);
    const ThemeColors colors = ThemeColors::contrasting(false);
    QWidget window;
    window.setStyleSheet(styleSheet(colors));
    auto* button = new QPushButton(QStringLiteral("Start"), &window);
    if (!role.isEmpty()) button->setProperty("role", role);
    button->resize(120, 40);
    window.resize(140, 60);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    button->setFocus();
    QTRY_VERIFY(button->hasFocus());
    const QImage seen = button->grab().toImage();
    for (const int inside : {0, 1, 2})
        QCOMPARE(seen.pixelColor(inside, seen.height() / 2).name(), colors.accent.name());
}

void ThemeTest::aPaletteKnowsItsTheme()
{
    auto& application = *qobject_cast<QApplication*>(QCoreApplication::instance());
    for (const Appearance appearance :
         {Appearance::Dark, Appearance::HighContrast, Appearance::Light}) {
        applyAppearance(application, appearance);
        const ThemeColors colors = themeColors(QApplication::palette());
        QCOMPARE(colors.dark, appearance == Appearance::Dark ||
                                  (appearance == Appearance::HighContrast && systemIsDark()));
        QCOMPARE(colors.highContrast, appearance == Appearance::HighContrast);
        QCOMPARE(chartTheme(QApplication::palette()).background, colors.surface);
    }
}

SPILLWAY_TESTS(ThemeTest, QApplication)
#include "theme_test.moc"
