#include "ui/data/column_words.h"

#include "work/text.h"

#include <QCoreApplication>

#include <cmath>

namespace spillway {
namespace {

struct ColumnWordsText {
    Q_DECLARE_TR_FUNCTIONS(ColumnWords)
};

QString distinctText(const ColumnFacts& facts)
{
    if (facts.distinct == 0) return ColumnWordsText::tr("no value");
    if (facts.allDifferent) return ColumnWordsText::tr("all different");
    const QString count = countText(facts.distinct);
    return facts.complete ? ColumnWordsText::tr("%1 distinct").arg(count)
                          : ColumnWordsText::tr("≈ %1 distinct").arg(count);
}

/// "2 % missing"; a share that would round to nothing is not said to be none.
QString missingText(const ColumnFacts& facts)
{
    if (facts.missing == 0) return {};
    const double share = 100.0 * double(facts.missing) / double(facts.sampled);
    return share < 1 ? ColumnWordsText::tr("< 1 % missing")
                     : ColumnWordsText::tr("%1 % missing").arg(std::lround(share));
}

} // namespace

QStringList columnFactsText(const ColumnFacts& facts)
{
    QStringList first{distinctText(facts), missingText(facts)};
    first.removeAll(QString());
    const QString range =
        facts.least == facts.greatest
            ? text(facts.least)
            : QStringLiteral("%1 … %2").arg(text(facts.least), text(facts.greatest));
    return {first.join(QStringLiteral(" · ")), range};
}

} // namespace spillway
