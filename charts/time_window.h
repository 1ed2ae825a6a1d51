#pragma once

namespace spillway {

/// The time range that a run's charts show, in seconds since the run began. It follows the run,
/// from 0 to its end, until it is moved; then it stays in place until follow().
class TimeWindow {
public:
    double begin() const { return begin_; }
    double end() const { return end_; }
    double span() const { return end_ - begin_; }
    bool follows() const { return follows_; }

    /// The run's data end here.
    void setLast(double seconds);
    /// Moves by `seconds`, not before the run's start and not beyond its end.
    void pan(double seconds);
    /// Shows `factor` times as much, keeping `around` in place. A range that would show the whole
    /// run follows it.
    void zoom(double factor, double around);
    void follow();

private:
    void clampBegin(double begin, double span);

    double begin_ = 0;
    double end_ = 1;
    double last_ = 1;
    bool follows_ = true;
};

} // namespace spillway
