#include "suites/suites.h"
#include "ui/parts/plain_text.h"
#include "window_fixture.h"

#include <QApplication>
#include <QLabel>
#include <QMessageBox>
#include <QToolTip>
#include <QtTest>

using namespace spillway;

/// Text of sessions, files and engines that looks like HTML is shown letter by letter.
class PlainTextTest : public QObject {
    Q_OBJECT
private slots:
    void aWindowHasItsLabelsPlain();
    void labelsAndMessagesShowTheirLetters();
    void aToolTipShowsItsLetters();
};

namespace {

const auto hostile = QStringLiteral("<b>Fast</b><img src='file:///etc/passwd'><a href='x'>y</a>");

} // namespace

void PlainTextTest::aWindowHasItsLabelsPlain()
{
    const WindowFixture fixture;
    MainWindow window(fixture.options());
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    int shown = 0;
    for (const auto* label : window.findChildren<QLabel*>()) {
        if (!label->isVisible()) continue;
        ++shown;
        QVERIFY2(label->textFormat() != Qt::AutoText, qPrintable(label->text()));
    }
    QVERIFY(shown > 5);
}

void PlainTextTest::labelsAndMessagesShowTheirLetters()
{
    keepTextPlain();
    QLabel plain(hostile);
    plain.show();
    QCOMPARE(plain.textFormat(), Qt::PlainText);
    QLabel asked(QStringLiteral("x"));
    asked.setTextFormat(Qt::PlainText);
    asked.setText(hostile);
    QCOMPARE(plain.sizeHint(), asked.sizeHint());

    QMessageBox box(QMessageBox::NoIcon, {}, hostile);
    box.setInformativeText(hostile);
    box.show();
    for (const auto* label : box.findChildren<QLabel*>())
        if (!label->text().isEmpty()) QCOMPARE(label->textFormat(), Qt::PlainText);
}

void PlainTextTest::aToolTipShowsItsLetters()
{
    keepTextPlain();
    QWidget window;
    window.show();
    QToolTip::showText({10, 10}, hostile, &window);
    const QLabel* tip = nullptr;
    for (const auto* widget : QApplication::topLevelWidgets())
        if (widget->inherits("QTipLabel")) tip = qobject_cast<const QLabel*>(widget);
    QVERIFY(tip);
    QCOMPARE(tip->text(), hostile);
    QCOMPARE(tip->textFormat(), Qt::PlainText);
    QToolTip::hideText();
}

SPILLWAY_TESTS(PlainTextTest, QApplication)
#include "plain_text_test.moc"
