#pragma once

#include "experiment/expand.h"
#include "host/engine_registry.h"

#include <QWidget>

#include <map>
#include <vector>

class QVBoxLayout;

namespace spillway {

class EngineRow;
class Workbench;

/// The engines to choose from, with their profiles and the way to make those ready that are not.
/// What is checked stays so when the engines are read anew; one that has become ready is checked.
class EngineRows : public QWidget {
    Q_OBJECT
public:
    explicit EngineRows(Workbench& workbench, QWidget* parent = nullptr);

    void writeTo(Plan& plan) const;
    void show(const Plan& plan);
    /// Says in the rows what of the plan is not run there, and why.
    void showRefusals(const std::vector<PlannedRun>& runs);

signals:
    void edited();
    /// The rows were made anew.
    void filled();

private:
    void fill();

    Workbench& workbench_;
    QVBoxLayout* layout_;
    std::vector<EngineRow*> rows_;
    std::map<std::string, std::vector<std::string>> chosen_; ///< profiles of the engines once ready
};

} // namespace spillway
