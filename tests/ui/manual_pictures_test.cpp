#include "suites/suites.h"
#include "window_fixture.h"

#include "base/files.h"
#include "ui/compare/compare_page.h"
#include "ui/data/data_page.h"
#include "ui/data/generate_panel.h"
#include "ui/data/open_panel.h"
#include "ui/live/live_page.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/quiet_check.h"
#include "ui/window/settings_dialog.h"
#include "work/run_controller.h"
#include "work/workbench.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QImageWriter>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QtTest>

#include <algorithm>
#include <fstream>

using namespace spillway;

namespace {

/// The pictures of docs/manual, made again with the real window, real engines and real runs. They
/// are kept with the manual, and with them what stood in each window: buttons, tabs, fields,
/// tables. A window that has changed fails here, until the pictures are made again:
///     cmake --build build/release --target manual_pictures
/// Figures in the pictures differ from time to time; nothing is asserted of them.
const QString kept = QStringLiteral(SPILLWAY_SOURCE_DIR "/docs/manual/images");
const QString made = QStringLiteral(SPILLWAY_BINARY_DIR "/manual/images");
const QString structureFile = QStringLiteral("/structure.txt");

QString nameOf(const QWidget* widget)
{
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    QString name = button ? button->text() : QString();
    if (name.isEmpty()) name = widget->accessibleName();
    // How many there are depends on what was measured: "Run 6 more" and "Run more" are one button.
    static const QRegularExpression digits(QStringLiteral("[0-9]+"));
    return name.remove(digits).simplified();
}

/// It stands there while the figures leave the answer open.
bool dependsOnTheFigures(const QString& name)
{
    return name == QLatin1String("Run until decided");
}

bool isPart(const QWidget* widget)
{
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractItemView*>(widget);
}

/// What a reader finds in a picture of `window` by name, in a stable order.
QString structureOf(const QWidget& window)
{
    QStringList parts;
    for (const auto* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisibleTo(&window) || widget->visibleRegion().isEmpty()) continue;
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
            for (int i = 0; i < tabs->count(); ++i)
                parts << QStringLiteral("tab ") + tabs->tabText(i);
        if (isPart(widget) && !nameOf(widget).isEmpty() && !dependsOnTheFigures(nameOf(widget)))
            parts << QStringLiteral("part ") + nameOf(widget);
    }
    parts.removeDuplicates();
    parts.sort();
    return parts.join(u'\n') + u'\n';
}

} // namespace

class ManualPicturesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(QDir().mkpath(made));
        QDir(made).removeRecursively();
        QVERIFY(QDir().mkpath(made));
    }

    void thePicturesAreMade()
    {
        // Its path is seen in the pictures.
        WindowFixture place("/var/tmp/spillway-XXXXXX");
        WindowOptions options = place.options();
        options.engines.environments = SPILLWAY_SOURCE_DIR "/build/data/spillway/environments";
        options.settings.measurement.repeats = 5;
        options.settings.measurement.warmup = 1;
        MainWindow window(options);
        window.resize(1120, 660);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.planPage().quietCheck().hold(true); // no reader's machine does what this one does
        QTRY_VERIFY(window.workbench().registry());
        for (const char* engine : {"polars", "duckdb"})
            QVERIFY2(window.workbench().findEngine(engine)->state == EngineState::Ready, engine);
        picture(window, "welcome", window);
        open(window, place);
        generate(window);
        plan(window);
        measure(window);
        settings(window);
    }

    /// The pictures that are kept show the window as it is.
    void theWindowIsStillTheOneInThePictures()
    {
        QFile file(made + structureFile);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(structure_.toUtf8());
        file.close();
        if (qEnvironmentVariableIsSet("SPILLWAY_KEEP_MANUAL_PICTURES")) keep();
        QFile before(kept + structureFile);
        if (!before.exists())
            QSKIP("The pictures were not made by this test yet: cmake --build build/release "
                  "--target manual_pictures");
        QVERIFY2(before.open(QIODevice::ReadOnly), qPrintable(before.fileName()));
        const auto lines = QString::fromUtf8(before.readAll()).split(u'\n');
        const auto now = structure_.split(u'\n');
        for (int i = 0; i < std::max(lines.size(), now.size()); ++i)
            QVERIFY2(lines.value(i) == now.value(i),
                     qPrintable(QStringLiteral("line %1: \"%2\" in the pictures, \"%3\" now. Make "
                                               "them again: cmake --build build/release --target "
                                               "manual_pictures")
                                    .arg(i + 1)
                                    .arg(lines.value(i), now.value(i))));
        for (const auto& name : QDir(made).entryList({QStringLiteral("*.png")}))
            QVERIFY2(QFile::exists(kept + u'/' + name), qPrintable(name));
    }

private:
    static bool isSettled(MainWindow& window)
    {
        for (const auto* timer : window.findChildren<QTimer*>())
            if (timer->isSingleShot() && timer->isActive()) return false;
        return window.workbench().jobs().findChildren<BackgroundJob*>().isEmpty();
    }

    void picture(MainWindow& window, const char* name, QWidget& shown)
    {
        QCoreApplication::processEvents(); // what was asked for just now begins
        QTRY_VERIFY(isSettled(window));
        QCoreApplication::processEvents(); // and new parts are laid out
        QImageWriter writer(made + u'/' + QLatin1String(name) + QStringLiteral(".png"));
        writer.setCompression(100);
        QVERIFY(writer.write(shown.grab().toImage().convertToFormat(QImage::Format_RGB888)));
        structure_ += QStringLiteral("[%1]\n%2").arg(QLatin1String(name), structureOf(shown));
    }

    void open(MainWindow& window, const WindowFixture& place)
    {
        const auto path = place.path("trips.csv");
        std::ofstream file(path);
        file << "pickup;zone;distance;fare;passengers;note\n";
        for (int i = 0; i < 400; ++i)
            file << "2025-01-" << 10 + i % 20 << ";zone " << i % 7 << ';' << i % 31 / 2 << ','
                 << i % 10 << ';' << 4 + i % 90 / 2 << ",5;" << 1 + i % 4 << ";\"paid, in cash\"\n";
        file.close();
        window.showPage(PageId::Data);
        window.dataPage().showOpen();
        window.dataPage().openPanel().inspect(pathText(path));
        picture(window, "open", window);
    }

    void generate(MainWindow& window)
    {
        window.dataPage().showGenerate();
        GeneratePanel& panel = window.dataPage().generatePanel();
        GeneratorSpec spec;
        spec.bytes = 60'000'000;
        spec.signal = 4;
        panel.setSpec(spec);
        QSignalSpy added(&window.workbench(), &Workbench::datasetAdded);
        panel.generateNow();
        QTRY_VERIFY_WITH_TIMEOUT(!added.isEmpty(), 120'000);
    }

    void plan(MainWindow& window)
    {
        window.showPage(PageId::Plan);
        QTRY_VERIFY(isSettled(window));
        auto plan = window.planPage().plan();
        QVERIFY(plan.has_value());
        plan->workloads.resize(1);
        plan->engines = {{"polars", {}}, {"duckdb", {}}, {"chunked", {}}};
        plan->workers = {1, 2};
        plan->repeats = 5;
        plan->warmup = 1;
        window.planPage().showPlan(*plan);
        picture(window, "plan", window);
    }

    void measure(MainWindow& window)
    {
        window.planPage().start();
        QTRY_VERIFY(window.runs().isRunning() || !window.workbench().records().empty());
        QTRY_VERIFY_WITH_TIMEOUT(!window.runs().isRunning(), 1'200'000);
        QVERIFY(std::ranges::all_of(window.workbench().records(), [](const RunRecord& record) {
            return record.status == RunStatus::Ok;
        }));
        window.showPage(PageId::Live);
        picture(window, "live", window);
        window.showPage(PageId::Compare);
        picture(window, "compare", window);
    }

    void settings(MainWindow& window)
    {
        window.showSettings();
        auto* dialog = window.findChild<SettingsDialog*>();
        dialog->findChild<QTabWidget*>()->setCurrentIndex(2);
        picture(window, "settings", *dialog);
        dialog->reject();
    }

    void keep() const
    {
        QVERIFY(QDir().mkpath(kept));
        for (const auto& name : QDir(made).entryList(QDir::Files)) {
            QFile::remove(kept + u'/' + name);
            QVERIFY(QFile::copy(made + u'/' + name, kept + u'/' + name));
        }
    }

    QString structure_;
};

SPILLWAY_TESTS(ManualPicturesTest, QApplication)
#include "manual_pictures_test.moc"
