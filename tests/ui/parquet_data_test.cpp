#include "suites/suites.h"
#include "window_fixture.h"

#include "ui/data/data_page.h"
#include "ui/data/dialect_form.h"
#include "ui/data/generate_panel.h"
#include "ui/data/open_panel.h"
#include "ui/data/type_header.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QSpinBox>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// Parquet on the Data page, opened and made with the real library.
class ParquetDataTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void aFileThatSaysHowItIsReadIsNotCorrected();
    void rowsAreGeneratedAsParquetWithTheirManifest();
    void theFormatIsAsTheNameEnds();
    void withoutTheLibraryNothingIsWritten();

private:
    void show(const std::filesystem::path& environments);
    QComboBox* format()
    {
        for (auto* box : window_->dataPage().generatePanel().findChildren<QComboBox*>())
            if (box->accessibleName() == QStringLiteral("Format")) return box;
        return nullptr;
    }
    GeneratePanel& generator(std::int64_t rows)
    {
        window_->dataPage().showGenerate();
        GeneratePanel& panel = window_->dataPage().generatePanel();
        GeneratorSpec spec;
        spec.rows = rows;
        panel.setSpec(spec);
        return panel;
    }
    OpenPanel& panel() { return window_->dataPage().openPanel(); }
    bool says(const QString& words)
    {
        for (const auto* label : panel().findChildren<QLabel*>())
            if (label->isVisibleTo(&panel()) && label->text().contains(words)) return true;
        return false;
    }
    int choosers()
    {
        int visible = 0;
        for (const auto* box : panel().findChild<TypeHeader*>()->findChildren<QComboBox*>())
            visible += box->isVisibleTo(&panel()) ? 1 : 0;
        return visible;
    }

    WindowFixture fixture_;
    std::unique_ptr<MainWindow> window_;
};

void ParquetDataTest::init()
{
    show(SPILLWAY_SOURCE_DIR "/build/data/spillway/environments");
}

void ParquetDataTest::show(const std::filesystem::path& environments)
{
    window_.reset();
    auto options = fixture_.options();
    options.engines.environments = environments;
    window_ = std::make_unique<MainWindow>(options);
    window_->show();
    QTRY_VERIFY(window_->workbench().registry());
}

void ParquetDataTest::aFileThatSaysHowItIsReadIsNotCorrected()
{
    const QString parquet = pathText(fixture_.path("t.parquet"));
    const QString csv = pathText(fixture_.path("t.csv"));
    std::ofstream(fixture_.path("t.csv")) << "k,x\na,1.5\nb,2\n";
    QCOMPARE(QProcess::execute(
                 SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/parquet/bin/python",
                 {"-c",
                  "import sys, pyarrow as pa, pyarrow.parquet as pq\n"
                  "pq.write_table(pa.table({'k': ['a', 'b'], 'x': [1.5, 2.0]}), sys.argv[1])",
                  parquet}),
             0);
    panel().inspect(csv);
    QTRY_VERIFY(says("types guessed"));
    QVERIFY(panel().findChild<DialectForm*>()->isVisibleTo(&panel()));
    QCOMPARE(choosers(), 2);

    panel().inspect(parquet);
    QTRY_VERIFY_WITH_TIMEOUT(says("types of the file"), 60'000);
    QVERIFY(!panel().findChild<DialectForm*>()->isVisibleTo(&panel()));
    QCOMPARE(choosers(), 0);

    panel().inspect(csv);
    QTRY_VERIFY(says("types guessed"));
    QVERIFY(panel().findChild<DialectForm*>()->isVisibleTo(&panel()));
    QCOMPARE(choosers(), 2);
}

void ParquetDataTest::rowsAreGeneratedAsParquetWithTheirManifest()
{
    GeneratePanel& panel = generator(5000);
    QTest::keyClick(format(), Qt::Key_Down);
    QCOMPARE(panel.output().extension().string(), std::string(".parquet"));
    panel.generateNow();
    const auto& datasets = window_->workbench().datasets();
    QTRY_COMPARE_WITH_TIMEOUT(datasets.size(), std::size_t(1), 120'000);
    QCOMPARE(datasets[0].schema.files, FileFormat::Parquet);
    QCOMPARE(datasets[0].rows, std::optional<std::int64_t>(5000));
    const auto manifest = window_->workbench().manifestOf(datasets[0].fingerprint);
    QVERIFY(manifest);
    QCOMPARE(manifest->rows, std::int64_t(5000));
    // The CSV that it was made of is gone: beside it stands its manifest alone.
    const auto folder = panel.output().parent_path();
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder), {}), 2);
    std::string begin(4, ' ');
    std::ifstream(panel.output(), std::ios::binary).read(begin.data(), 4);
    QCOMPARE(begin, std::string("PAR1"));
}

void ParquetDataTest::theFormatIsAsTheNameEnds()
{
    GeneratePanel& panel = generator(5000);
    QLineEdit* name = nullptr;
    for (auto* edit : panel.findChildren<QLineEdit*>())
        if (edit->accessibleName() == QStringLiteral("File name")) name = edit;
    QVERIFY(name);
    name->setFocus();
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("mine.parquet"));
    QCOMPARE(format()->currentText(), QStringLiteral("Parquet"));
    QTest::keyClick(format(), Qt::Key_Up);
    QCOMPARE(name->text(), QStringLiteral("mine.csv"));
    // Parts are cut of CSV alone.
    auto* parts = panel.findChild<QSpinBox*>(QStringLiteral("parts"));
    QVERIFY(parts && parts->isEnabled());
    parts->setValue(2);
    QCOMPARE(panel.spec().split, 2);
    QTest::keyClick(format(), Qt::Key_Down);
    QVERIFY(!parts->isEnabled());
    QCOMPARE(panel.spec().split, 0);
}

void ParquetDataTest::withoutTheLibraryNothingIsWritten()
{
    show(fixture_.path("no-environments"));
    GeneratePanel& panel = generator(6000);
    QTest::keyClick(format(), Qt::Key_Down);
    QSignalSpy ended(&panel, &GeneratePanel::notGenerated);
    panel.generateNow();
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60'000);
    QVERIFY(!std::filesystem::exists(panel.output()));
    bool said = false;
    for (const auto* label : panel.findChildren<QLabel*>())
        said = said || label->text().contains(QStringLiteral("Parquet library is not set up"));
    QVERIFY(said);
}

SPILLWAY_TESTS(ParquetDataTest, QApplication)
#include "parquet_data_test.moc"
