#include "suites/suites.h"
#include "window_fixture.h"

#include "session/session_store.h"
#include "ui/data/data_page.h"
#include "work/workbench.h"

#include <QApplication>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QUrl>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <memory>

using namespace spillway;

namespace {

constexpr auto oldSession =
    SPILLWAY_SOURCE_DIR "/tests/core/experiment/old_sessions/both-kinds.spillway";

/// The field that names the data which the Data page looks at; visible once they are.
QLineEdit* dataField(MainWindow& window)
{
    for (auto* field : window.findChildren<QLineEdit*>())
        if (field->accessibleName() == QLatin1String("Path of the data")) return field;
    return nullptr;
}

void drop(QWidget& target, const std::filesystem::path& file)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(pathText(file))});
    // Qt delivers a drop where the pointer came in with what it carries, and nowhere else.
    QDragEnterEvent entered(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &entered);
    QDropEvent event(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &event);
}

} // namespace

/// What becomes of a file that the program is started with or that is dropped on the window.
class OpenedFileTest : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        fixture_ = std::make_unique<WindowFixture>();
        std::ofstream(fixture_->path("mine.csv")) << "k,x\na,1\nb,2\n";
        const auto made = SessionStore::create(fixture_->path("renamed.bin"));
        QVERIFY(made.has_value());
    }

    void cleanup() { window_.reset(); }

    void dataAreLookedAt_data() { ways(); }
    void dataAreLookedAt()
    {
        give("mine.csv");
        QTRY_VERIFY(dataField(*window_)->isVisible());
        QCOMPARE(dataField(*window_)->text(), pathText(fixture_->path("mine.csv")));
        QVERIFY(!window_->workbench().hasSession());
    }

    void aSessionIsOpenedWhateverItsName_data() { ways(); }
    void aSessionIsOpenedWhateverItsName()
    {
        give("renamed.bin");
        QTRY_VERIFY(window_->workbench().hasSession());
        QCOMPARE(window_->workbench().sessionPath(), fixture_->path("renamed.bin"));
    }

    void aSessionWithResultsIsOpenedAtItsAnswer_data() { ways(); }
    void aSessionWithResultsIsOpenedAtItsAnswer()
    {
        std::filesystem::copy_file(oldSession, fixture_->path("kept.spillway"));
        give("kept.spillway");
        QTRY_COMPARE(window_->currentPage(), PageId::Compare);
    }

    void aSessionWithoutResultsIsOpenedAtItsData()
    {
        open(std::nullopt);
        drop(window_->dataPage(), fixture_->path("renamed.bin"));
        QTRY_VERIFY(window_->workbench().hasSession());
        QCOMPARE(window_->currentPage(), PageId::Data);
        // Nor does a copy move its user elsewhere.
        window_->workbench().saveSessionAs(fixture_->path("copy.spillway"));
        QTRY_COMPARE(window_->workbench().sessionPath(), fixture_->path("copy.spillway"));
        QCOMPARE(window_->currentPage(), PageId::Data);
    }

    void aSessionThatDoesNotExistIsMade()
    {
        open(fixture_->path("new.spillway"));
        QTRY_VERIFY(window_->workbench().hasSession());
        QVERIFY(std::filesystem::exists(fixture_->path("new.spillway")));
    }

private:
    void ways()
    {
        QTest::addColumn<bool>("dropped");
        QTest::newRow("started with") << false;
        QTest::newRow("dropped") << true;
    }

    void give(const char* name)
    {
        QFETCH(bool, dropped);
        if (!dropped) return open(fixture_->path(name));
        open(std::nullopt);
        drop(window_->dataPage(), fixture_->path(name));
    }

    void open(std::optional<std::filesystem::path> file)
    {
        auto options = fixture_->options();
        options.file = std::move(file);
        window_ = std::make_unique<MainWindow>(std::move(options));
        window_->show();
    }

    std::unique_ptr<WindowFixture> fixture_;
    std::unique_ptr<MainWindow> window_;
};

SPILLWAY_TESTS(OpenedFileTest, QApplication)
#include "opened_file_test.moc"
