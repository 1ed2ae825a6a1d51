#include "suites/suites.h"
#include "ui/data/dialect_form.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QtTest>

using namespace spillway;

/// What `run` takes in options can be said in the window.
class DialectFormTest : public QObject {
    Q_OBJECT
private slots:
    void whatIsShownIsNoHint();
    void everyFieldSaysItsOption();
    void aFieldThatIsLeftAsItIsSaysNothing();
    void anyCharacterCanBeTyped();

private:
    static QComboBox* choice(const DialectForm& form, const char* name);
    static void choose(const DialectForm& form, const char* name, const char* words);
};

QComboBox* DialectFormTest::choice(const DialectForm& form, const char* name)
{
    for (auto* box : form.findChildren<QComboBox*>())
        if (box->accessibleName() == QLatin1String(name)) return box;
    return nullptr;
}

void DialectFormTest::choose(const DialectForm& form, const char* name, const char* words)
{
    auto* box = choice(form, name);
    QVERIFY2(box, name);
    const int index = box->findText(QLatin1String(words));
    QVERIFY2(index >= 0, words);
    box->setCurrentIndex(index);
    emit box->activated(index);
}

void DialectFormTest::whatIsShownIsNoHint()
{
    DialectForm form;
    const QSignalSpy corrected(&form, &DialectForm::corrected);
    form.show({.delimiter = ';',
               .quote = '\0',
               .header = false,
               .comment = '#',
               .skipRows = 2,
               .decimal = ',',
               .encoding = TextEncoding::Latin1,
               .missing = std::vector<std::string>{"-", "a,b"}});
    QCOMPARE(choice(form, "Delimiter")->currentText(), QString("semicolon"));
    QCOMPARE(choice(form, "Quote")->currentText(), QString("none"));
    QCOMPARE(choice(form, "First row")->currentText(), QString("is data"));
    QCOMPARE(choice(form, "Comment lines")->currentText(), QString("#"));
    QCOMPARE(choice(form, "Decimal")->currentText(), QString("comma"));
    QCOMPARE(choice(form, "Encoding")->currentText(), QString("Latin-1"));
    QCOMPARE(form.findChild<QSpinBox*>()->value(), 2);
    QVERIFY(form.hints() == SchemaHints());
    QCOMPARE(corrected.size(), 0);
}

void DialectFormTest::everyFieldSaysItsOption()
{
    DialectForm form;
    const QSignalSpy corrected(&form, &DialectForm::corrected);
    form.show({});
    choose(form, "Delimiter", "tab");
    choose(form, "Quote", "none");
    choose(form, "First row", "is data");
    choose(form, "Decimal", "comma");
    choose(form, "Comment lines", "#");
    choose(form, "Encoding", "Windows-1252");
    auto* const lines = form.findChild<QSpinBox*>();
    lines->setValue(3);
    emit lines->editingFinished();
    QLineEdit* words = nullptr;
    for (auto* edit : form.findChildren<QLineEdit*>())
        if (edit->accessibleName() == QLatin1String("Words for a missing value")) words = edit;
    QVERIFY(words);
    words->setText(QStringLiteral("-,\"a,b\""));
    emit words->editingFinished();
    const SchemaHints wanted{.delimiter = '\t',
                             .quote = '\0',
                             .header = false,
                             .comment = '#',
                             .skipRows = 3,
                             .decimal = ',',
                             .encoding = TextEncoding::Windows1252,
                             .missing = std::vector<std::string>{"-", "a,b"},
                             .types = {}};
    QVERIFY(form.hints() == wanted);
    QCOMPARE(corrected.size(), 8);
    form.clearHints();
    QVERIFY(form.hints() == SchemaHints());
}

void DialectFormTest::aFieldThatIsLeftAsItIsSaysNothing()
{
    DialectForm form;
    const QSignalSpy corrected(&form, &DialectForm::corrected);
    form.show({.skipRows = 1});
    emit form.findChild<QSpinBox*>()->editingFinished();
    for (auto* edit : form.findChildren<QLineEdit*>())
        emit edit->editingFinished();
    QVERIFY(form.hints() == SchemaHints());
    QCOMPARE(corrected.size(), 0);
}

void DialectFormTest::anyCharacterCanBeTyped()
{
    DialectForm form;
    const QSignalSpy corrected(&form, &DialectForm::corrected);
    // A file with a delimiter that is in no list shows it.
    form.show({.delimiter = '\x01', .comment = '/'});
    QCOMPARE(choice(form, "Delimiter")->currentText(), QString(QChar(1)));
    QCOMPARE(choice(form, "Comment lines")->currentText(), QString("/"));
    const auto type = [&](const char* name, const char* typed) {
        auto* edit = choice(form, name)->lineEdit();
        edit->selectAll();
        QTest::keyClicks(edit, QLatin1String(typed));
        QTest::keyClick(edit, Qt::Key_Return);
    };
    type("Delimiter", "@");
    QCOMPARE(form.hints().delimiter, std::optional('@'));
    type("Comment lines", "c");
    QCOMPARE(form.hints().comment, std::optional('c'));
    QCOMPARE(corrected.size(), 2);
    type("Delimiter", "tab");
    QCOMPARE(form.hints().delimiter, std::optional('\t'));
    type("Comment lines", "none");
    QCOMPARE(form.hints().comment, std::optional('\0'));
    QCOMPARE(corrected.size(), 4);
    // What is no character is not taken, and what is half a word is given back.
    type("Delimiter", "xyz");
    QCOMPARE(form.hints().delimiter, std::optional('x'));
    auto* edit = choice(form, "Delimiter")->lineEdit();
    edit->clear();
    QTest::keyClicks(edit, "tab");
    QTest::keyClick(edit, Qt::Key_Backspace);
    QCOMPARE(edit->text(), QString("ta"));
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(edit->text(), QString("x"));
    edit->setText(QStringLiteral("\u00e9"));
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(edit->text(), QString("x"));
    QCOMPARE(corrected.size(), 5);
}

SPILLWAY_TESTS(DialectFormTest, QApplication)
#include "dialect_form_test.moc"
