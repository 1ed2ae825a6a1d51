#pragma once

#include "data/column_facts.h"

#include <QStringList>

namespace spillway {

/// Two lines under a column's name: "7 distinct · 2 % missing" and "1 … 99".
QStringList columnFactsText(const ColumnFacts& facts);

} // namespace spillway
