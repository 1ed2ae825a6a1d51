#include "base/json.h"
#include "suites/suites.h"
#include "window_fixture.h"

#include "ui/engines/engine_rows.h"
#include "ui/engines/trust_dialog.h"
#include "ui/plan/measure_panel.h"
#include "ui/plan/plan_page.h"
#include "ui/window/settings_dialog.h"
#include "work/workbench.h"

#include <QApplication>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QtTest>

#include <fstream>

using namespace spillway;

namespace {

Json smallEngine(const std::string& id, const std::string& title)
{
    return {{"version", 2},
            {"id", id},
            {"title", title},
            {"family", "python"},
            {"program", "@python"},
            {"requirements", id},
            {"kinds",
             {{"etl",
               {{"profiles",
                 {{{"id", "tuned"}, {"title", "Tuned"}}, {{"id", "naive"}, {"title", "Naive"}}}},
                {"parameters", {{{"name", "materialise"}, {"help", "It keeps rows."}}}}}}}},
            {"workers_help", "Its threads."},
            {"max_workers", 1}};
}

} // namespace

/// Engines as a user brings them into use from the window, with a real installation of a tiny
/// environment.
class EnginesWindowTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        fixture_ = std::make_unique<WindowFixture>();
        const auto source = std::filesystem::path(SPILLWAY_SOURCE_DIR);
        const auto all = std::filesystem::copy_options::recursive;
        std::filesystem::create_directories(path("builtin"));
        std::filesystem::create_directories(path("adapters") / "requirements");
        std::filesystem::copy(source / "adapters/spillway_adapters",
                              path("adapters") / "spillway_adapters", all);
        std::filesystem::copy(source / "adapters/requirements/uv.txt",
                              path("adapters") / "requirements/uv.txt");
        write("adapters/requirements/small.txt", "xxhash==4.1.0\n");
        write("adapters/requirements/other.txt", "xxhash==4.1.0\n");
        write("builtin/small.json", toLine(smallEngine("small", "Small")));
        write("builtin/other.json", toLine(smallEngine("other", "Other")));
        WindowOptions options = fixture_->options();
        options.engines.builtIn = path("builtin");
        options.engines.adapters = path("adapters");
        window_ = std::make_unique<MainWindow>(options);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        QTRY_VERIFY(window_->workbench().registry());
        window_->showPage(PageId::Plan);
        settings_ = nullptr;
    }

    void cleanup() { window_.reset(); }

    void anEngineIsSetUpBothProfilesGoIntoThePlanAndItIsRemoved()
    {
        QVERIFY(!check("Small")->isEnabled());
        QVERIFY(label("1 worker"));
        QVERIFY(check("Small")->toolTip().endsWith(
            QStringLiteral("\nWorkers: Its threads.\nGroup-by mean, materialise: It keeps rows.")));
        click("Set up… Small");
        QTRY_VERIFY(state("small").stage == EngineSetup::Stage::Working);
        QTRY_VERIFY_WITH_TIMEOUT(check("Small")->isEnabled(), 120000);
        QVERIFY(check("Small")->isChecked());
        QCOMPARE(chosen(), QStringLiteral("small:tuned"));
        QTest::mouseClick(chip("small", "naive"), Qt::LeftButton);
        QCOMPARE(chosen(), QStringLiteral("small:tuned small:naive"));
        QTest::mouseClick(chip("small", "tuned"), Qt::LeftButton);
        QTest::mouseClick(chip("small", "naive"), Qt::LeftButton);
        QVERIFY(!check("Small")->isChecked());
        QCOMPARE(chosen(), QString());
        Plan both;
        both.engines = {{"small", "tuned"}, {"small", "naive"}};
        window_->planPage().showPlan(both);
        QCOMPARE(chosen(), QStringLiteral("small:tuned small:naive"));
        window_->workbench().reloadEngines();
        QTRY_VERIFY(window_->workbench().jobs().findChildren<BackgroundJob*>().isEmpty());
        QCOMPARE(chosen(), QStringLiteral("small:tuned small:naive"));
        window_->showSettings();
        settings_ = window_->findChild<SettingsDialog*>();
        settings_->findChild<QTabWidget*>()->setCurrentIndex(2);
        click("Remove the environment of Small");
        QTRY_VERIFY_WITH_TIMEOUT(!check("Small")->isEnabled(), 20000);
        QVERIFY(!std::filesystem::exists(path("environments") / "small"));
    }

    void severalWaitForEachOtherAndCancelLeavesNothing()
    {
        click("Set up… Other");
        click("Set up… Small");
        QCOMPARE(state("small").stage, EngineSetup::Stage::Waiting);
        QCOMPARE(state("other").stage, EngineSetup::Stage::Working);
        QTRY_VERIFY(!state("other").progress.step.empty());
        click("Cancel the set-up of Small");
        QCOMPARE(state("small").stage, EngineSetup::Stage::None);
        click("Cancel the set-up of Other");
        QTRY_VERIFY_WITH_TIMEOUT(!setup().isBusy(), 20000);
        QCOMPARE(state("other").stage, EngineSetup::Stage::None);
        QVERIFY(!std::filesystem::exists(path("environments") / "other"));
        QTRY_VERIFY(button("Set up… Other"));
    }

    void aFailureSaysItsRemedyAndIsTriedAgain()
    {
        write("adapters/requirements/small.txt", "spillway-has-no-such-package==1\n");
        click("Set up… Small");
        QTRY_COMPARE_WITH_TIMEOUT(state("small").stage, EngineSetup::Stage::Failed, 120000);
        QVERIFY(label("spillway-has-no-such-package"));
        QVERIFY(label("then try again"));
        write("adapters/requirements/small.txt", "xxhash==4.1.0\n");
        click("Try again Small");
        QTRY_VERIFY_WITH_TIMEOUT(check("Small")->isEnabled(), 120000);
        QVERIFY(!label("then try again"));
    }

    void closingAsksAndStopsTheSetUp()
    {
        click("Set up… Small");
        QTRY_VERIFY(setup().isBusy());
        QVERIFY(!window_->close());
        auto* box = window_->findChild<QMessageBox*>();
        QVERIFY(box);
        for (auto* choice : box->findChildren<QPushButton*>())
            if (choice->text().contains(QStringLiteral("quit"))) choice->click();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), 20000);
        QVERIFY(!std::filesystem::exists(path("environments") / "small"));
    }

    void aScriptIsShownTrustedAndAskedAgainWhenItChanges()
    {
        write("my_job.py", "def run(paths, workers, memory_bytes, scratch):\n    return {}\n");
        askToTrust(window_->workbench(), window_.get(), path("my_job.py"));
        auto* dialog = window_->findChild<TrustDialog*>();
        QTRY_VERIFY(dialog->findChild<QPlainTextEdit*>()->toPlainText().contains("def run"));
        QVERIFY(label("Content hash: "));
        accept(dialog);
        QTRY_VERIFY(check("my_job"));
        QVERIFY(check("my_job")->isEnabled());
        write("my_job.py", "def run(paths, workers, memory_bytes, scratch):\n    return {1: 2}\n");
        window_->workbench().reloadEngines();
        QTRY_VERIFY(!check("my_job")->isEnabled());
        QVERIFY(label("Not trusted"));
        QTRY_VERIFY(!window_->findChild<TrustDialog*>());
        click("Trust again… my_job");
        dialog = window_->findChild<TrustDialog*>();
        QTRY_VERIFY(dialog->findChild<QPlainTextEdit*>()->toPlainText().contains("{1: 2}"));
        accept(dialog);
        QTRY_VERIFY(check("my_job")->isEnabled());
    }

    void whatChangedWhileItWasReadIsNotTrusted()
    {
        write("my_job.py", "def run(paths, workers, memory_bytes, scratch):\n    return {}\n");
        askToTrust(window_->workbench(), window_.get(), path("my_job.py"));
        auto* dialog = window_->findChild<TrustDialog*>();
        QTRY_VERIFY(dialog->findChild<QPlainTextEdit*>()->toPlainText().contains("def run"));
        write("my_job.py", "import os\n");
        accept(dialog);
        QTRY_VERIFY(label("has changed since it was shown"));
        QVERIFY(!check("my_job"));
    }

    void aBadManifestIsRefusedInTheDialog()
    {
        write("mine.json", "{\"version\": 1}");
        askToTrust(window_->workbench(), window_.get(), path("mine.json"));
        auto* dialog = window_->findChild<TrustDialog*>();
        QTRY_VERIFY(label("\"id\""));
        QVERIFY(!dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->isEnabled());
    }

    void theAddressOfAClusterIsPartOfThePlan()
    {
        auto* address = lineEdit("Address of an existing cluster");
        QVERIFY(address);
        address->setText(QStringLiteral(" tcp://127.0.0.1:8786 "));
        Plan plan;
        QVERIFY(!panel().writeTo(plan));
        QCOMPARE(*plan.address, std::string("tcp://127.0.0.1:8786"));
        plan.address = "auto";
        panel().show(plan);
        QCOMPARE(address->text(), QStringLiteral("auto"));
        address->clear();
        QVERIFY(!panel().writeTo(plan));
        QVERIFY(!plan.address);
    }

private:
    std::filesystem::path path(const char* name) const { return fixture_->path(name); }
    void write(const char* name, const std::string& text) const
    {
        std::ofstream(path(name)) << text;
    }

    EngineSetup& setup() { return window_->workbench().engineSetup(); }
    const EngineSetup::Status& state(const char* id) { return setup().status(id); }
    MeasurePanel& panel() { return *window_->planPage().findChild<MeasurePanel*>(); }

    /// The part of the window that is being used.
    QWidget* place() { return settings_ ? static_cast<QWidget*>(settings_) : window_.get(); }

    QPushButton* button(const QString& name)
    {
        for (auto* found : place()->findChildren<QPushButton*>())
            if (found->accessibleName() == name && found->isVisibleTo(place())) return found;
        return nullptr;
    }

    void click(const char* name)
    {
        QPushButton* found = nullptr;
        QTRY_VERIFY2((found = button(QString::fromUtf8(name))), name);
        found->click();
    }

    static void accept(TrustDialog* dialog)
    {
        dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->click();
    }

    QCheckBox* check(const char* title)
    {
        for (auto* box : window_->planPage().findChildren<QCheckBox*>())
            if (box->accessibleName() == QLatin1String(title)) return box;
        return nullptr;
    }

    QPushButton* chip(const char* engine, const char* profile)
    {
        return window_->planPage().findChild<QPushButton*>(
            QStringLiteral("profile-%1-%2").arg(QLatin1String(engine), QLatin1String(profile)));
    }

    QLabel* label(const char* words)
    {
        for (auto* found : window_->findChildren<QLabel*>())
            if (found->text().contains(QLatin1String(words)) && !found->isHidden()) return found;
        return nullptr;
    }

    QLineEdit* lineEdit(const char* name)
    {
        for (auto* found : window_->findChildren<QLineEdit*>())
            if (found->accessibleName() == QLatin1String(name)) return found;
        return nullptr;
    }

    /// "id:profile" of the rows' choice, with a space between.
    QString chosen()
    {
        Plan plan;
        window_->planPage().findChild<EngineRows*>()->writeTo(plan);
        QStringList words;
        for (const EngineChoice& choice : plan.engines)
            words << text(choice.id) + QLatin1Char(':') + text(choice.profile);
        return words.join(QLatin1Char(' '));
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<MainWindow> window_;
    SettingsDialog* settings_ = nullptr;
};

SPILLWAY_TESTS(EnginesWindowTest, QApplication)
#include "engines_test.moc"
