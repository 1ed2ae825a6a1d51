#pragma once

#include "analysis/recommendation.h"

#include <QString>

#include <vector>

namespace spillway {

/// A figure that is read from a distance, and what it is.
struct AnswerTile {
    QString figure; ///< empty: there is none
    QString caption;
};

/// The recommendation as the Compare page leads with it.
struct Answer {
    enum class State { Decided, Open, Tie, Failed, Nothing };

    QString headline; ///< "Polars, 2 workers"
    QString context;  ///< "Fastest within 8 GB on orders.csv"
    AnswerTile time;
    AnswerTile memory;
    AnswerTile next; ///< against the next one
    State state = State::Nothing;
    QString pill;
    /// Further repeats that are worth running, and of which cells; none: there is nothing to gain.
    int more = 0;
    std::vector<CellKey> undecided;
};

Answer answerOf(const Recommendation& recommendation);
/// Of the pill, for setRole().
const char* pillRole(Answer::State state);

} // namespace spillway
