#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace spillway {

/// A series that never holds more than `capacity` values: when it is full, each pair of neighbours
/// is merged into one, and from then on twice as many values make one. `prefer(a, b)` says whether
/// the later value b represents both.
template <class T, class Prefer>
class Thinned {
public:
    Thinned(std::size_t capacity, Prefer prefer) : capacity_(capacity), prefer_(std::move(prefer))
    {
    }

    void add(T value)
    {
        if (inLast_ > 0 && inLast_ < stride_) {
            if (prefer_(values_.back(), value)) values_.back() = std::move(value);
            ++inLast_;
            return;
        }
        if (values_.size() >= capacity_) halve();
        values_.push_back(std::move(value));
        inLast_ = 1;
    }

    /// How many values of the series one kept value represents.
    std::size_t stride() const { return stride_; }
    std::vector<T> take() { return std::move(values_); }
    std::size_t size() const { return values_.size(); }

private:
    void halve()
    {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < values_.size(); i += 2) {
            const bool later = i + 1 < values_.size() && prefer_(values_[i], values_[i + 1]);
            const std::size_t from = later ? i + 1 : i;
            if (kept != from) values_[kept] = std::move(values_[from]);
            ++kept;
        }
        values_.resize(kept);
        stride_ *= 2;
    }

    std::size_t capacity_;
    Prefer prefer_;
    std::vector<T> values_;
    std::size_t stride_ = 1;
    std::size_t inLast_ = 0; ///< how many values the last one represents so far
};

} // namespace spillway
