#pragma once

#include "native/chunked/logreg_fit.h"

#include <span>
#include <type_traits>
#include <vector>

namespace spillway {

/// One stream of mini-batches: a run of partitions, seen in order, and the model it changes.
struct LogregFit::Chain {
    std::size_t begin = 0; ///< partitions [begin, end)
    std::size_t end = 0;
    std::int64_t rows = 0; ///< seen in this epoch
    std::int64_t steps = 0;
    double stepsAnEpoch = 1;
    Eigen::VectorXd model;
};

/// Parameters as a matrix, a class a row; the last column holds the intercepts.
template <class Vector>
auto matrixOf(Vector& parameters, const SoftmaxShape& shape)
{
    using Plain = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using Matrix = std::conditional_t<std::is_const_v<Vector>, const Plain, Plain>;
    return Eigen::Map<Matrix>(parameters.data(), static_cast<Eigen::Index>(shape.vectors()),
                              static_cast<Eigen::Index>(shape.width()));
}

/// The weights without the intercepts.
template <class Vector>
auto weightsOf(Vector& parameters, const SoftmaxShape& shape)
{
    return matrixOf(parameters, shape).leftCols(static_cast<Eigen::Index>(shape.features));
}

inline std::span<const double> spanOf(const Eigen::VectorXd& vector)
{
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

inline std::vector<const double*> columnsOf(const ColumnSet& set)
{
    std::vector<const double*> columns;
    for (const auto& column : set.columns)
        columns.push_back(column.data());
    return columns;
}

} // namespace spillway
