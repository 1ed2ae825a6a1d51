#include "ui/compare/result_panel.h"

#include "base/json.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/rows_view.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

/// So many are sorted without a pause.
constexpr std::size_t mostShown = 10'000;
constexpr int mostDifferingRows = 8;

ResultTable firstRows(const ResultTable& table, std::size_t most)
{
    if (table.rows() <= most) return table;
    ResultTable first = table.withoutRows();
    for (std::size_t row = 0; row < most; ++row)
        if (!appendRow(first, rowJson(table, row))) break;
    return first;
}

QString countOf(std::size_t shown, std::int64_t all)
{
    if (static_cast<std::int64_t>(shown) < all)
        return ResultPanel::tr("%1 of %2 rows")
            .arg(countText(static_cast<std::int64_t>(shown)), countText(all));
    return all == 1 ? ResultPanel::tr("1 row") : ResultPanel::tr("%1 rows").arg(countText(all));
}

/// The row in the order of other columns, by name.
Json reordered(const ResultTable& table, std::size_t row, const ResultTable& like)
{
    const Json cells = rowJson(table, row);
    Json ordered = Json::array();
    for (const ResultColumn& column : like.columns) {
        const auto found = std::ranges::find(table.columns, column.name, &ResultColumn::name);
        ordered.push_back(found == table.columns.end()
                              ? Json()
                              : cells[static_cast<std::size_t>(found - table.columns.begin())]);
    }
    return ordered;
}

} // namespace

ResultPanel::ResultPanel(QWidget* parent)
    : QWidget(parent),
      differing_(mutedLabel({})),
      differences_(new RowsView(tr("Rows that differ"))),
      count_(mutedLabel({})),
      rows_(new RowsView(tr("Rows of the result")))
{
    differing_->setObjectName(QStringLiteral("differing"));
    differences_->setObjectName(QStringLiteral("differences"));
    differences_->setSortingEnabled(false); // pairs stay together
    count_->setObjectName(QStringLiteral("result-count"));
    rows_->setObjectName(QStringLiteral("result-rows"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(differing_);
    layout->addWidget(differences_);
    layout->addWidget(count_);
    layout->addWidget(rows_, 1);
    clear({});
}

void ResultPanel::clear(const QString& words)
{
    differing_->setVisible(false);
    differences_->setVisible(false);
    rows_->setRows({});
    rows_->setVisible(false);
    count_->setText(words);
}

void ResultPanel::show(const RunRecord& record, const ResultTable& rows)
{
    clear({});
    const auto all = record.result ? record.result->tableRows : 0;
    const auto known = std::max(all, static_cast<std::int64_t>(rows.rows()));
    rows_->setRows(firstRows(rows, mostShown));
    rows_->setVisible(true);
    count_->setText(countOf(rows_->rowsModel().rows().rows(), known));
}

void ResultPanel::showDifferences(const ResultTable& found, const ResultTable& expected,
                                  const std::vector<RowDifference>& differences,
                                  const QString& source)
{
    if (differences.empty()) return;
    ResultTable pairs = expected.withoutRows();
    QStringList titles;
    std::set<std::pair<int, int>> cells;
    for (const RowDifference& difference : differences) {
        Json here;
        Json there;
        if (difference.found) {
            here = reordered(found, *difference.found, expected);
            if (appendRow(pairs, here)) titles << tr("this run");
        }
        if (difference.expected) {
            there = rowJson(expected, *difference.expected);
            if (appendRow(pairs, there)) titles << tr("expected");
        }
        const int last = static_cast<int>(titles.size()) - 1;
        for (std::size_t i = 0; i < expected.columns.size(); ++i) {
            const bool single = !difference.found || !difference.expected;
            if (!single && here[i] == there[i]) continue;
            cells.emplace(last, static_cast<int>(i));
            if (!single) cells.emplace(last - 1, static_cast<int>(i));
        }
    }
    differences_->setRows(std::move(pairs));
    differences_->rowsModel().mark(std::move(cells));
    differences_->rowsModel().setRowTitles(titles);
    const int rows = std::min(static_cast<int>(titles.size()), mostDifferingRows);
    differences_->setFixedHeight(differences_->horizontalHeader()->sizeHint().height() +
                                 rows * differences_->verticalHeader()->defaultSectionSize() +
                                 differences_->horizontalScrollBar()->sizeHint().height() + 4);
    differing_->setText(differences.size() == 1 ? tr("One row differs. Expected: %1.").arg(source)
                                                : tr("The first %1 rows that differ. Expected: %2.")
                                                      .arg(differences.size())
                                                      .arg(source));
    setRole(differing_, "error");
    differing_->setVisible(true);
    differences_->setVisible(true);
}

} // namespace spillway
