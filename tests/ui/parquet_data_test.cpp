#include "suites/suites.h"
#include "window_fixture.h"

#include "ui/data/data_page.h"
#include "ui/data/dialect_form.h"
#include "ui/data/open_panel.h"
#include "ui/data/type_header.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QProcess>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// Parquet on the Data page, opened with the real library.
class ParquetDataTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void aFileThatSaysHowItIsReadIsNotCorrected();

private:
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
    auto options = fixture_.options();
    options.engines.environments = SPILLWAY_SOURCE_DIR "/build/data/spillway/environments";
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

SPILLWAY_TESTS(ParquetDataTest, QApplication)
#include "parquet_data_test.moc"
