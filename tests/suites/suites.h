#pragma once

#include <QCoreApplication>
#include <QtTest>

/// A folder's tests are one program: compiled together they share what their headers cost. Each
/// class of tests is run by a process of its own, as one test of ctest.
namespace spillway::test {

/// What `<program> <name> [arguments...]` runs; its exit code is that of `run`.
class Suite {
public:
    using Run = int (*)(int argc, char** argv);
    /// `source`: a path; its folder and its ending do not belong to the name.
    Suite(const char* source, Run run);
};

/// `Application`: QCoreApplication or a class derived from it.
template <typename Test, typename Application>
int runTests(int argc, char** argv)
{
    // Pictures are the same on every screen, as those of QTEST_MAIN.
    QCoreApplication::setAttribute(Qt::AA_Use96Dpi);
    const Application application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace spillway::test

/// Stands once in a source of tests, whose name is the suite's.
#define SPILLWAY_TESTS(Test, Application)                                                          \
    static const spillway::test::Suite suiteOf##Test(                                              \
        __FILE__, &spillway::test::runTests<Test, Application>);
