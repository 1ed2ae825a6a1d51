#pragma once

#include "workloads/logreg/native/softmax.h"

#include <Eigen/Core>

#include <type_traits>

namespace spillway {

/// Parameters as a matrix, one row per class; the last column holds the intercepts.
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

} // namespace spillway
