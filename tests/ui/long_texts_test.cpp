#include "live_runs.h"
#include "suites/suites.h"
#include "window_fixture.h"

#include "session/session_store.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/run_drawer.h"
#include "ui/data/data_page.h"
#include "ui/data/open_panel.h"
#include "ui/live/live_page.h"
#include "ui/plan/plan_page.h"
#include "ui/window/settings_dialog.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTranslator>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// A language whose texts are 40 % longer, as German ones are.
class LongLanguage : public QTranslator {
public:
    bool isEmpty() const override { return false; }
    QString translate(const char* /*context*/, const char* source, const char* /*comment*/,
                      int /*n*/) const override
    {
        static const QString words = QStringLiteral("en und so weiter als Wort ");
        const QString text = QString::fromUtf8(source);
        // Neither what is put in nor marks of a rich text have a translation.
        static const QRegularExpression marks(QStringLiteral("%L?[0-9n]+|<[^>]*>|&"));
        const auto more = (QString(text).remove(marks).size() * 2 + 4) / 5;
        QString added;
        while (added.size() < more)
            added += words.left(more - added.size());
        if (added.endsWith(QLatin1Char(' '))) added.back() = QLatin1Char('e');
        static const QRegularExpression tail(QStringLiteral("((?:[.:…?!\\s]|<[^>]*>)*)$"));
        QString longer = text;
        return longer.insert(tail.match(text).capturedStart(1), added);
    }
};

/// Every page in a language whose texts are 40 % longer: nothing is cut off. Pictures are in
/// <build>/screenshots/long.
class LongTextsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyTextFits_data();
    void everyTextFits();

private:
    std::filesystem::path session();
    void dataPages();
    void planPages();
    void comparePages();
    void look(const QString& place);
    void lookAt(QWidget& root, const QString& place);
    static QString fault(const QWidget& widget);
    static QString faultOfTabs(const QTabBar& tabs);
    static QString faultOfHeader(const QHeaderView& header);

    WindowFixture fixture_;
    LongLanguage language_;
    std::unique_ptr<MainWindow> window_;
    QString prefix_;
    QStringList found_;
};

void LongTextsTest::initTestCase()
{
    QVERIFY(QCoreApplication::installTranslator(&language_));
    QVERIFY(QDir().mkpath(QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/long")));
}

void LongTextsTest::everyTextFits_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("1280") << QSize(1280, 720);
    QTest::newRow("1440") << QSize(1440, 900);
}

/// Seven engines, two worker counts; one of them runs into its limit.
std::filesystem::path LongTextsTest::session()
{
    const auto path = fixture_.path((utf8(prefix_) + ".spillway").c_str());
    auto store = SessionStore::create(path);
    int n = 0;
    for (const double limit : {1.0, 0.5})
        for (const char* engine :
             {"polars", "duckdb", "dask", "ray", "pandas", "pyspark", "chunked"})
            for (const int workers : {1, 2, 4})
                for (int repeat = 1; repeat <= 3; ++repeat) {
                    auto cell = cellOf(engine, "default", workers);
                    cell.memoryLimit = Bytes(limit * 1e9);
                    const bool ok = n % 10 != 9;
                    auto run =
                        recordOf(plannedRun(cell, repeat), 0,
                                 ok ? RunStatus::Ok : RunStatus::MemoryLimit, 3 + n % 7 / 10.0);
                    ++n;
                    run.round = repeat;
                    run.planId = 1;
                    run.machine = "AMD EPYC 7763, 4 cores, 16 GiB, 0a1b";
                    run.spilledBytes = Bytes(120e6);
                    if (!store || !store->addRun(run, {}, {})) qFatal("No session.");
                }
    return path;
}

QString LongTextsTest::faultOfTabs(const QTabBar& tabs)
{
    for (int i = 0; i < tabs.count(); ++i)
        if (tabs.tabRect(i).right() > tabs.width())
            return QStringLiteral("no room for the tab \"%1\"").arg(tabs.tabText(i));
    return {};
}

QString LongTextsTest::faultOfHeader(const QHeaderView& header)
{
    if (header.orientation() != Qt::Horizontal || !header.model()) return {};
    for (int i = 0; i < header.count(); ++i) {
        const QString text = header.model()->headerData(i, Qt::Horizontal).toString();
        if (!header.isSectionHidden(i) && !text.isEmpty() &&
            header.sectionSize(i) < header.fontMetrics().horizontalAdvance(text) + 17)
            return QStringLiteral("the column \"%1\" has %2 px of %3")
                .arg(text)
                .arg(header.sectionSize(i))
                .arg(header.fontMetrics().horizontalAdvance(text) + 17);
    }
    return {};
}

QString LongTextsTest::fault(const QWidget& widget)
{
    const auto lacks = [&](const QString& text, int has, int needs, const char* what) {
        return QStringLiteral("\"%1\" has %2 px of %3 px %4")
            .arg(text.left(80))
            .arg(has)
            .arg(needs)
            .arg(QLatin1String(what));
    };
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        if (label->text().isEmpty() || !label->toolTip().isEmpty()) return {}; // cut on purpose
        if (label->wordWrap()) {
            const int needs = label->heightForWidth(label->width());
            return needs > label->height() + 1
                       ? lacks(label->text(), label->height(), needs, "high")
                       : QString();
        }
        const QSize needs = label->minimumSizeHint();
        if (needs.width() > label->width() + 1)
            return lacks(label->text(), label->width(), needs.width(), "wide");
        if (needs.height() > label->height() + 1)
            return lacks(label->text(), label->height(), needs.height(), "high");
    } else if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) {
        if (!button->text().isEmpty() && button->sizeHint().width() > button->width() + 1)
            return lacks(button->text(), button->width(), button->sizeHint().width(), "wide");
    } else if (const auto* box = qobject_cast<const QComboBox*>(&widget)) {
        const int needs = box->fontMetrics().horizontalAdvance(box->currentText()) + 30;
        if (box->toolTip().isEmpty() && needs > box->width())
            return lacks(box->currentText(), box->width(), needs, "wide");
    } else if (const auto* tabs = qobject_cast<const QTabBar*>(&widget)) {
        return faultOfTabs(*tabs);
    } else if (const auto* header = qobject_cast<const QHeaderView*>(&widget)) {
        return faultOfHeader(*header);
    } else if (const auto* area = qobject_cast<const QScrollArea*>(&widget)) {
        if (area->horizontalScrollBar()->maximum() > 0)
            return QStringLiteral("has to be scrolled sideways by %1 px")
                .arg(area->horizontalScrollBar()->maximum());
    }
    return {};
}

void LongTextsTest::lookAt(QWidget& root, const QString& place)
{
    QCoreApplication::processEvents();
    QTest::qWait(50); // what is laid out later
    QVERIFY(root.grab().save(
        QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/long/%1-%2.png").arg(prefix_, place)));
    for (const auto* widget : root.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != root.window()) continue;
        if (const QString wrong = fault(*widget); !wrong.isEmpty())
            found_ += place + QStringLiteral(": ") +
                      QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') + wrong;
    }
}

void LongTextsTest::look(const QString& place)
{
    lookAt(*window_, place);
    QCOMPARE_LE(window_->minimumSizeHint().width(), window_->width());
}

void LongTextsTest::dataPages()
{
    window_->showPage(PageId::Data);
    window_->dataPage().showGenerate();
    look(QStringLiteral("data-generate"));
    const auto path = fixture_.path("a-file-whose-name-is-rather-long-as-such-names-are.csv");
    std::ofstream file(path);
    file << "zone;distance;fare\n";
    for (int i = 0; i < 400; ++i)
        file << "zone " << i % 7 << ';' << i % 31 / 3.0 << ';' << 4.5 + i % 90 / 2.0 << '\n';
    file.close();
    window_->dataPage().showOpen();
    look(QStringLiteral("data-open-empty"));
    window_->dataPage().openFile(pathText(path));
    auto* add = window_->findChild<QPushButton*>("addDataset");
    QTRY_VERIFY_WITH_TIMEOUT(add->isEnabled(), 20000);
    look(QStringLiteral("data-open"));
    add->click();
    auto* table = window_->findChild<QTableView*>("dataset-preview");
    QTRY_VERIFY_WITH_TIMEOUT(table->isVisible() && table->model()->rowCount() > 0, 20000);
    look(QStringLiteral("data-dataset"));
}

void LongTextsTest::planPages()
{
    window_->showPage(PageId::Plan);
    for (const char* preset : {"quick", "paper", "sweep", "squeeze"}) {
        window_->planPage().applyPreset(QLatin1String(preset));
        look(QStringLiteral("plan-") + QLatin1String(preset));
    }
    for (auto* button : window_->planPage().findChildren<QPushButton*>())
        if (button->property("role").toString() == QLatin1String("disclosure")) button->click();
    look(QStringLiteral("plan-unfolded"));
    for (auto* box : window_->planPage().findChildren<QAbstractButton*>())
        if (box->isCheckable() && box->isEnabled() && !box->isChecked() &&
            qobject_cast<QCheckBox*>(box))
            box->click();
    look(QStringLiteral("plan-all-ticked"));
}

void LongTextsTest::comparePages()
{
    window_->showPage(PageId::Live);
    look(QStringLiteral("live"));
    window_->showPage(PageId::Compare);
    auto* tabs = window_->comparePage().findChild<QTabBar*>();
    for (int i = 0; i < tabs->count(); ++i) {
        if (!tabs->isTabVisible(i)) continue;
        tabs->setCurrentIndex(i);
        look(QStringLiteral("compare-%1").arg(i));
    }
    tabs->setCurrentIndex(0);
    auto* rows = window_->comparePage().findChild<QTableView*>("ranking");
    rows->selectRow(0);
    QTest::keyClick(rows, Qt::Key_Return);
    look(QStringLiteral("compare-drawer"));
}

void LongTextsTest::everyTextFits()
{
    QFETCH(QSize, size);
    prefix_ = QString::fromLatin1(QTest::currentDataTag());
    found_.clear();
    window_ = std::make_unique<MainWindow>(fixture_.options());
    window_->resize(size);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    QTRY_VERIFY(window_->workbench().registry());
    look(QStringLiteral("first"));
    for (const PageId page : {PageId::Plan, PageId::Live, PageId::Compare}) {
        window_->showPage(page);
        look(QStringLiteral("empty-%1").arg(int(page)));
    }
    window_->showSettings();
    auto* dialog = window_->findChild<SettingsDialog*>();
    auto* tabs = dialog->findChild<QTabWidget*>();
    for (int tab = 0; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        lookAt(*dialog, QStringLiteral("settings-%1").arg(tab));
    }
    dialog->reject();
    window_->workbench().openSession(session());
    QTRY_COMPARE(window_->comparePage().comparisons().size(), std::size_t(2));
    comparePages();
    dataPages();
    planPages();
    window_.reset();
    found_.removeDuplicates();
    QVERIFY2(found_.empty(), qPrintable(QStringLiteral("\n") + found_.join(QLatin1Char('\n'))));
}

SPILLWAY_TESTS(LongTextsTest, QApplication)
#include "long_texts_test.moc"
