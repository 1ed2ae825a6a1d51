#include "suites/suites.h"
#include "window_fixture.h"

#include "ui/data/dataset_model.h"
#include "ui/data/preview_model.h"
#include "work/workbench.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSignalSpy>
#include <QtTest>

#include <fstream>

using namespace spillway;

class ModelsTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        fixture_ = std::make_unique<WindowFixture>();
        const auto options = fixture_->options();
        workbench_ = std::make_unique<Workbench>(options.engines, options.settings, nullptr);
    }

    void cleanup() { workbench_.reset(); }

    void datasetsFollowTheSession()
    {
        DatasetModel model(*workbench_);
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        add("a.csv", "key,x\nA,1\nB,2\n");
        QTRY_COMPARE(model.rowCount(), 1);
        add("b.csv", "key,y\nA,3\nB,5\n");
        QTRY_COMPARE(model.rowCount(), 2);
        const QModelIndex first = model.index(0);
        QCOMPARE(first.data().toString(), text(workbench_->datasets()[0].name));
        QVERIFY(first.data(DatasetModel::DetailRole).toString().contains(QStringLiteral("14")));
        const QString fingerprint = first.data(DatasetModel::FingerprintRole).toString();
        QCOMPARE(model.indexOf(fingerprint), first);
        workbench_->removeDataset(utf8(fingerprint));
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(!model.indexOf(fingerprint).isValid());
    }

    void aChangedOrMissingFileIsSaid_data()
    {
        QTest::addColumn<bool>("remove");
        QTest::addColumn<int>("state");
        QTest::newRow("changed") << false << static_cast<int>(DatasetState::Changed);
        QTest::newRow("missing") << true << static_cast<int>(DatasetState::Missing);
    }

    void aChangedOrMissingFileIsSaid()
    {
        QFETCH(bool, remove);
        QFETCH(int, state);
        DatasetModel model(*workbench_);
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        add("a.csv", "key,x\nA,1\nB,2\n");
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0).data(DatasetModel::StateRole).toInt(),
                 static_cast<int>(DatasetState::Unchanged));
        const auto session = workbench_->sessionPath();
        const auto file = fixture_->path("a.csv");
        if (remove)
            std::filesystem::remove(file);
        else
            std::ofstream(file, std::ios::app) << "C,9\n";
        workbench_->openSession(session);
        QTRY_COMPARE(model.index(0).data(DatasetModel::StateRole).toInt(), state);
    }

    void thePreviewShowsWhatWasGuessed()
    {
        const auto path = fixture_->path("preview.csv");
        std::ofstream(path) << "name;price\n\"a;b\";1.5\nc;2\n";
        const auto guess = guessSchema(path);
        QVERIFY2(guess.has_value(), guess ? "" : guess.error().message.c_str());
        PreviewModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setGuess(*guess);
        QCOMPARE(model.columnCount(), 2);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("price"));
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("a;b"));
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("2"));
        QVERIFY(model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        model.clear();
        QCOMPARE(model.columnCount(), 0);
    }

    void aSessionThatIsNoneIsRefusedAndTheOldOneStays()
    {
        add("a.csv", "key,x\nA,1\nB,2\n");
        QTRY_COMPARE(workbench_->datasets().size(), std::size_t(1));
        const auto before = workbench_->sessionPath();
        const auto path = fixture_->path("not-a-session.spillway");
        std::ofstream(path) << "this is no database";
        QSignalSpy failed(workbench_.get(), &Workbench::failed);
        workbench_->openSession(path);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(workbench_->sessionPath(), before);
        QCOMPARE(workbench_->datasets().size(), std::size_t(1));
        workbench_->newSession(before); // never replaces
        QTRY_COMPARE(failed.count(), 2);
    }

    void saveAsGoesOnWithTheCopy()
    {
        add("a.csv", "key,x\nA,1\nB,2\n");
        QTRY_COMPARE(workbench_->datasets().size(), std::size_t(1));
        workbench_->setNotes(QStringLiteral("größer"));
        const auto copy = fixture_->path("copy.spillway");
        workbench_->saveSessionAs(copy);
        QTRY_COMPARE(workbench_->sessionPath(), copy);
        QCOMPARE(workbench_->notes(), std::string("größer"));
        QCOMPARE(workbench_->datasets().size(), std::size_t(1));
        QCOMPARE(workbench_->settings().recentSessions.front(), copy);
    }

private:
    void add(const char* name, const char* content)
    {
        const auto path = fixture_->path(name);
        std::ofstream(path) << content;
        const auto opened = openDataset(path.native());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        workbench_->addDataset(*opened);
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<Workbench> workbench_;
};

SPILLWAY_TESTS(ModelsTest, QApplication)
#include "models_test.moc"
