#include "base/error.h"
#include "suites/suites.h"

#include <QtTest>

#include <cerrno>

using namespace spillway;

class ErrorTest : public QObject {
    Q_OBJECT
private slots:
    void everyCodeHasANameThatLeadsBack();
    void errnoDecidesTheCode();
    void askingAFailedResultForItsValueThrows();
    void describeJoinsMessageAndRemedy();
};

void ErrorTest::everyCodeHasANameThatLeadsBack()
{
    for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        QCOMPARE(errorCodeFromName(name(code)), code);
    }
    QCOMPARE(errorCodeFromName("no such code"), ErrorCode::Internal);
}

void ErrorTest::errnoDecidesTheCode()
{
    QCOMPARE(systemError("x", ENOSPC).code, ErrorCode::NoSpace);
    QCOMPARE(systemError("x", EACCES).code, ErrorCode::NotPermitted);
    QCOMPARE(systemError("x", ENOENT).code, ErrorCode::NotFound);
    QCOMPARE(systemError("x", EEXIST).code, ErrorCode::AlreadyExists);
    QCOMPARE(systemError("x", ENOMEM).code, ErrorCode::OutOfMemory);
    QCOMPARE(systemError("x", EIO).code, ErrorCode::Io);
    QVERIFY(systemError("Cannot read it", EIO).message.starts_with("Cannot read it: "));
}

void ErrorTest::askingAFailedResultForItsValueThrows()
{
    const Result<int> failed = Error{ErrorCode::Io, "The disk is gone.", {}, "Plug it in."};
    QVERIFY_EXCEPTION_THROWN((void)failed.value(), ResultAccess);
}

void ErrorTest::describeJoinsMessageAndRemedy()
{
    QCOMPARE(describe({ErrorCode::Io, "Broken.", {}, "Mend it."}), "Broken. Mend it.");
    QCOMPARE(describe({ErrorCode::Io, "Broken.", {}, {}}), "Broken.");
}

SPILLWAY_TESTS(ErrorTest, QCoreApplication)
#include "error_test.moc"
