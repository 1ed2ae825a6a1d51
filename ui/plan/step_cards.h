#pragma once

#include "experiment/job_plan.h"

#include <QListWidget>

#include <optional>

namespace spillway {

/// The steps of a query as cards, one below the other: what is done, and the columns that come out.
/// The chosen one is that whose first rows are shown; none: those of the result.
class StepCards : public QListWidget {
    Q_OBJECT
public:
    explicit StepCards(QWidget* parent = nullptr);

    void show(const std::vector<JobStep>& steps);
    std::optional<std::size_t> chosen() const;

signals:
    void choiceChanged();

protected:
    void mousePressEvent(QMouseEvent* event) override;
};

/// "n int64, total float64"
QString columnsText(const std::vector<std::pair<std::string, std::string>>& columns);

} // namespace spillway
