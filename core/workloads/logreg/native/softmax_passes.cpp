#include "workloads/logreg/native/softmax_passes.h"

#include "workloads/logreg/native/parameter_matrix.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

void step(SgdChain& chain, const SgdSchedule& schedule, const LabelledRows& rows,
          SoftmaxKernel& kernel)
{
    const SoftmaxSums sums = kernel.lossAndGradient(spanOf(chain.model), rows);
    const double length = schedule.firstStep /
                          std::sqrt(1 + static_cast<double>(chain.steps) / chain.stepsAnEpoch) /
                          static_cast<double>(sgdBatchRows);
    const auto count = static_cast<double>(rows.rows);
    weightsOf(chain.model, kernel.shape()) *= 1 - length * count * schedule.lambda;
    for (Eigen::Index i = 0; i < chain.model.size(); ++i)
        chain.model[i] -= length * sums.gradient[static_cast<std::size_t>(i)].value();
    ++chain.steps;
    chain.rows += static_cast<std::int64_t>(rows.rows);
}

} // namespace

void descend(SgdChain& chain, const SgdSchedule& schedule, const LabelledRows& rows,
             SoftmaxKernel& kernel)
{
    for (std::size_t first = 0; first < rows.rows; first += sgdBatchRows) {
        std::vector<const double*> columns(rows.features.begin(), rows.features.end());
        for (auto& column : columns)
            column += first;
        const LabelledRows batch{.features = columns,
                                 .labels = rows.labels + first,
                                 .rows = std::min(sgdBatchRows, rows.rows - first),
                                 .classLabels = rows.classLabels};
        step(chain, schedule, batch, kernel);
    }
}

void BlockScore::add(const BlockScore& later)
{
    trained += later.trained;
    tested += later.tested;
    testLoss.add(later.testLoss);
}

BlockScore scoreOf(std::span<const double> parameters, const LabelledRows& train,
                   const LabelledRows& test, SoftmaxKernel& kernel)
{
    BlockScore score;
    score.trained = kernel.correct(parameters, train);
    score.tested = kernel.correct(parameters, test);
    score.testLoss = kernel.lossAndGradient(parameters, test).loss;
    return score;
}

} // namespace spillway
