#include "suites/suites.h"
#include "ui/compare/answer.h"
#include "ui/compare/answer_strip.h"
#include "ui/parts/cut_label.h"

#include <QApplication>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using namespace spillway;

namespace {

Contender contenderOf(const char* engine, const char* name, double seconds, int runs = 6)
{
    Contender contender{.name = name};
    contender.cell.engine = engine;
    contender.cell.profile = "default";
    contender.cell.workers = 2;
    contender.seconds = {.median = seconds,
                         .low = seconds * 0.95,
                         .high = seconds * 1.05,
                         .n = runs,
                         .coverage = runs >= 6 ? std::optional(0.97) : std::nullopt};
    contender.peakBytes = 480'000'000;
    return contender;
}

Recommendation against(Standing standing, int rounds)
{
    Recommendation found;
    found.dataset = "orders.csv";
    found.limit = 8'000'000'000;
    found.leader = contenderOf("polars", "Polars", 1.23, rounds);
    Rival rival{.contender = contenderOf("duckdb", "DuckDB", 1.72, rounds), .standing = standing};
    rival.rounds = rounds;
    rival.ratio = PairedRatio{.ratio = 1.4, .low = 1.3, .high = 1.5, .rounds = rounds, .p = 0.01};
    found.rivals = {rival};
    found.kind = standing == Standing::Slower         ? RecommendationKind::Winner
                 : standing == Standing::NoDifference ? RecommendationKind::NoDifference
                                                      : RecommendationKind::CannotTell;
    return found;
}

Recommendation ofKind(RecommendationKind kind)
{
    Recommendation found;
    found.kind = kind;
    found.dataset = "orders.csv";
    found.limit = 2'000'000'000;
    found.ruledOut = {{.name = "Dask", .engine = "dask", .why = "Out of memory.", .ran = true}};
    found.ruledOut.front().share = 0.61;
    return found;
}

} // namespace

/// What the Compare page leads with.
class AnswerTest : public QObject {
    Q_OBJECT
private slots:
    void eachVerdictHasItsWordsAndItsPill_data();
    void eachVerdictHasItsWordsAndItsPill();
    void threeFiguresAreOfTheWinner();
    void whatIsUndecidedCanBeRunAgain();
    void nothingMovesWithWhatIsSaid_data() { eachVerdictHasItsWordsAndItsPill_data(); }
    void nothingMovesWithWhatIsSaid();
    void theProgramIsShownBeforeItIsCopied();

private:
    static Recommendation verdictOf(const QString& name);
};

Recommendation AnswerTest::verdictOf(const QString& name)
{
    if (name == "winner") return against(Standing::Slower, 6);
    if (name == "tie") return against(Standing::NoDifference, 6);
    if (name == "too few runs") return against(Standing::TooFewRounds, 2);
    if (name == "one missing") return against(Standing::TooFewRounds, 4);
    if (name == "nothing finished") return ofKind(RecommendationKind::NothingFinished);
    if (name == "a long name") {
        auto found = against(Standing::Slower, 6);
        found.leader->name = "My engine with a name that is longer than any strip is wide, tuned "
                             "for data that do not fit";
        found.dataset.assign(120, 'x');
        found.rivals.front().contender.name = found.leader->name;
        return found;
    }
    return {};
}

void AnswerTest::eachVerdictHasItsWordsAndItsPill_data()
{
    QTest::addColumn<QString>("headline");
    QTest::addColumn<QString>("pill");
    QTest::addColumn<int>("more");
    QTest::newRow("winner") << "Polars, 2 workers"
                            << "decided" << 0;
    QTest::newRow("tie") << "Polars or DuckDB"
                         << "no difference shown" << 6;
    QTest::newRow("too few runs") << "Probably Polars, 2 workers"
                                  << "3 more repeats decide" << 3;
    QTest::newRow("one missing") << "Probably Polars, 2 workers"
                                 << "1 more repeat decides" << 1;
    QTest::newRow("nothing finished") << "Nothing finished within 2 GB"
                                      << "none finished" << 0;
    QTest::newRow("a long name") << ""
                                 << "decided" << 0;
}

void AnswerTest::eachVerdictHasItsWordsAndItsPill()
{
    QFETCH(QString, headline);
    QFETCH(QString, pill);
    QFETCH(int, more);
    const Answer answer = answerOf(verdictOf(QTest::currentDataTag()));
    if (!headline.isEmpty()) QCOMPARE(answer.headline, headline);
    QCOMPARE(answer.pill, pill);
    QCOMPARE(answer.more, more);
}

void AnswerTest::threeFiguresAreOfTheWinner()
{
    const Answer answer = answerOf(verdictOf("winner"));
    QCOMPARE(answer.time.figure, QString("1.2 s"));
    QVERIFY2(answer.time.caption.endsWith("6 runs"), qPrintable(answer.time.caption));
    QVERIFY2(answer.time.caption.startsWith("1.2–1.3"), qPrintable(answer.time.caption));
    QCOMPARE(answer.memory.figure, QString("480 MB"));
    QCOMPARE(answer.next.figure, QString("1.4×"));
    QCOMPARE(answer.next.caption, QString("faster than DuckDB"));
    QCOMPARE(answer.context, QString("Fastest within 8 GB on orders.csv"));
    QVERIFY(answerOf(verdictOf("nothing finished")).time.figure.isEmpty());
}

void AnswerTest::whatIsUndecidedCanBeRunAgain()
{
    AnswerStrip strip;
    QSignalSpy asked(&strip, &AnswerStrip::moreRequested);
    QPushButton* more = nullptr;
    for (auto* button : strip.findChildren<QPushButton*>())
        if (button->text().startsWith("Run")) more = button;
    strip.setRecommendation(verdictOf("winner"), {}, {});
    QVERIFY(!more->isEnabled());
    strip.setRecommendation(verdictOf("too few runs"), {}, {});
    QCOMPARE(more->text(), QString("Run 3 more"));
    QCOMPARE(strip.answer().undecided.size(), std::size_t(2));
    more->click();
    QCOMPARE(asked.size(), 1);
    strip.setObstacle("A plan is running");
    QVERIFY(!more->isEnabled());
    QCOMPARE(more->toolTip(), QString("A plan is running"));
}

/// Text pushes no control about, at any width.
void AnswerTest::nothingMovesWithWhatIsSaid()
{
    for (const int width : {780, 1080, 1900}) {
        AnswerStrip strip;
        strip.resize(width, AnswerStrip::height);
        strip.setRecommendation(verdictOf("winner"), {}, {});
        strip.show();
        QVERIFY(QTest::qWaitForWindowExposed(&strip));
        QList<QRect> before;
        for (const auto* button : strip.findChildren<QPushButton*>())
            before << button->geometry();
        strip.setRecommendation(verdictOf(QTest::currentDataTag()), "Left out: much.", {});
        QCoreApplication::sendPostedEvents();
        QList<QRect> after;
        for (const auto* button : strip.findChildren<QPushButton*>())
            after << button->geometry();
        QCOMPARE(after, before);
        QCOMPARE(strip.size(), QSize(width, 72));
        for (const auto* label : strip.findChildren<CutLabel*>())
            QVERIFY(label->text() == label->words() || label->toolTip() == label->words());
    }
}

void AnswerTest::theProgramIsShownBeforeItIsCopied()
{
    AnswerStrip strip;
    strip.setRecommendation(verdictOf("winner"), {}, {.program = "import polars\n", .reason = {}});
    for (auto* button : strip.findChildren<QPushButton*>())
        if (button->text().startsWith("Copy")) button->click();
    auto* code = strip.findChild<QPlainTextEdit*>("code");
    QVERIFY(code && code->toPlainText().startsWith("import polars"));
    QGuiApplication::clipboard()->clear();
    strip.findChild<QPushButton*>("copy-code")->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), code->toPlainText());
}

SPILLWAY_TESTS(AnswerTest, QApplication)
#include "answer_test.moc"
