#include "workloads/logreg/native/lbfgs.h"

#include "workloads/logreg/native/line_search.h"

#include <deque>

namespace spillway {
namespace {

/// The last steps and what they did to the gradient: an approximation of the inverse Hessian.
class History {
public:
    explicit History(int limit) : limit_(static_cast<std::size_t>(limit)) {}

    void add(Eigen::VectorXd step, Eigen::VectorXd change)
    {
        const double product = step.dot(change);
        if (!(product > 0)) return;
        if (pairs_.size() == limit_) pairs_.pop_front();
        pairs_.push_back({std::move(step), std::move(change), 1 / product});
    }
    bool empty() const { return pairs_.empty(); }
    void clear() { pairs_.clear(); }

    /// −H·gradient by the two-loop recursion (algorithm 7.4).
    Eigen::VectorXd direction(const Eigen::VectorXd& gradient) const
    {
        Eigen::VectorXd q = gradient;
        std::vector<double> alphas(pairs_.size());
        for (std::size_t i = pairs_.size(); i-- > 0;) {
            alphas[i] = pairs_[i].inverse * pairs_[i].step.dot(q);
            q -= alphas[i] * pairs_[i].change;
        }
        if (!pairs_.empty()) {
            const Pair& last = pairs_.back();
            q *= 1 / (last.inverse * last.change.squaredNorm());
        }
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            const double beta = pairs_[i].inverse * pairs_[i].change.dot(q);
            q += (alphas[i] - beta) * pairs_[i].step;
        }
        return -q;
    }

private:
    struct Pair {
        Eigen::VectorXd step;
        Eigen::VectorXd change;
        double inverse = 0; ///< 1 / (step · change)
    };
    std::size_t limit_;
    std::deque<Pair> pairs_;
};

bool small(const Eigen::VectorXd& gradient, double tolerance)
{
    return gradient.lpNorm<Eigen::Infinity>() <= tolerance;
}

/// A step along −H·g; when that fails, along −g with the history forgotten.
Result<std::optional<Step>> nextStep(const Function& function, const Minimum& now, History& history,
                                     int& evaluations)
{
    while (true) {
        const Eigen::VectorXd direction = history.direction(now.at.gradient);
        const Step origin{
            .length = 0, .slope = now.at.gradient.dot(direction), .point = now.point, .at = now.at};
        if (origin.slope >= 0 && !history.empty()) {
            history.clear(); // rounding has destroyed it
            continue;
        }
        LineSearch search(function, origin, direction);
        const double first = history.empty() ? std::min(1.0, 1 / now.at.gradient.lpNorm<1>()) : 1.0;
        auto step = search.find(first);
        evaluations += search.evaluations();
        if (!step || *step || history.empty()) return step;
        history.clear();
    }
}

} // namespace

Result<Minimum> minimise(const Function& function, const Eigen::VectorXd& start,
                         const LbfgsOptions& options, const IterationEnded& ended)
{
    Minimum now{.point = start, .at = {}, .evaluations = 1};
    auto first = function(start);
    if (!first) return first.error();
    now.at = std::move(*first);
    History history(options.history);
    now.converged = small(now.at.gradient, options.tolerance);
    while (!now.converged && now.iterations < options.maxIterations) {
        auto step = nextStep(function, now, history, now.evaluations);
        if (!step) return step.error();
        if (!*step) break;
        history.add((*step)->point - now.point, (*step)->at.gradient - now.at.gradient);
        now.point = std::move((*step)->point);
        now.at = std::move((*step)->at);
        ++now.iterations;
        now.converged = small(now.at.gradient, options.tolerance);
        if (ended) ended(now);
    }
    return now;
}

} // namespace spillway
