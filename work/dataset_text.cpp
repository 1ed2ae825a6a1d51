#include "work/dataset_text.h"

#include "work/text.h"

#include <QCoreApplication>

namespace spillway {

QString manifestRefutedText(const Dataset& dataset)
{
    return QCoreApplication::translate(
               "DatasetText", "%1 is no longer the file that its manifest describes: it was edited "
                              "since and is treated as data that Spillway did not generate.")
        .arg(text(dataset.name));
}

QString uncheckedText(const Dataset& dataset, const QString& why)
{
    return QCoreApplication::translate(
               "DatasetText", "Spillway's own engine could not read %1 (%2): the results of other "
                              "engines are not checked.")
        .arg(text(dataset.name), why);
}

QString withoutOracleText(const Dataset& dataset, const QString& oracle, const QString& why)
{
    return QCoreApplication::translate(
               "DatasetText",
               "%1, whose answer others are checked against, failed on %2 (%3): they "
               "are checked against the first engine that finishes.")
        .arg(oracle, text(dataset.name), why);
}

} // namespace spillway
