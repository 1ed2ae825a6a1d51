#include "workloads/array/array_check.h"

#include "base/mutex.h"
#include "workloads/array/array_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spillway::array {
namespace {

template <class T>
const std::vector<T>* valuesOf(const ResultTable& table, std::string_view name)
{
    const auto found = std::ranges::find(table.columns, name, &ResultColumn::name);
    return found == table.columns.end() ? nullptr : std::get_if<std::vector<T>>(&found->values);
}

std::optional<Error> meansDisagreement(const ResultTable& table, const std::vector<double>& right)
{
    const auto* columns = valuesOf<std::int64_t>(table, "column");
    const auto* means = valuesOf<double>(table, "mean");
    if (!columns || !means) return wrongResult("the result has no table of column and mean");
    if (means->size() != right.size())
        return wrongResult(
            fmt::format("the means of {} columns, expected {}", means->size(), right.size()));
    for (std::size_t i = 0; i < right.size(); ++i) {
        if ((*columns)[i] != static_cast<std::int64_t>(i))
            return wrongResult(fmt::format("column {} in place of {}", (*columns)[i], i));
        // Not a number is wrong, too.
        if (!(std::abs((*means)[i] - right[i]) <= meanTolerance * right[i]))
            return wrongResult(
                fmt::format("the mean of column {} is {}, expected {}", i, (*means)[i], right[i]));
    }
    return std::nullopt;
}

class ArrayChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload&) const override { return std::nullopt; }
    CheckOutcome check(const CheckInput& input) const override
    {
        const auto right = meansOf(shapeOf(input.workload), input.seed);
        return {.wrong = meansDisagreement(input.table, right), .flags = {}};
    }

private:
    /// Those of the last shape are kept: the runs of a plan ask for the same ones.
    std::vector<double> meansOf(const Shape& shape, std::uint64_t seed) const
    {
        const MutexLock lock(mutex_);
        if (means_.empty() || shape != shape_ || seed != seed_) {
            means_ = columnMeans(shape, seed);
            shape_ = shape;
            seed_ = seed;
        }
        return means_;
    }

    mutable Mutex mutex_;
    mutable Shape shape_ GUARDED_BY(mutex_);
    mutable std::uint64_t seed_ GUARDED_BY(mutex_) = 0;
    mutable std::vector<double> means_ GUARDED_BY(mutex_);
};

} // namespace

const ResultChecker& arrayChecker()
{
    static const ArrayChecker checker;
    return checker;
}

} // namespace spillway::array
