#pragma once

#include "experiment/expand.h"
#include "host/engine_registry.h"

#include <QWidget>

#include <map>
#include <vector>

namespace spillway {

class Disclosure;
class EngineRow;
class FieldNote;
class Workbench;

/// The engines to choose from: those that can be deployed and are ready, then the reference
/// engines, two in a row; below them, folded, those that do none of the chosen work and are not
/// checked, and those that can be set up. What is checked stays so when the list is reloaded; one
/// that has become ready is checked, and no other.
class EngineRows : public QWidget {
    Q_OBJECT
public:
    explicit EngineRows(Workbench& workbench, QWidget* parent = nullptr);

    /// Says when none is checked; returns the field that mends it, null when nothing is wrong.
    QWidget* writeTo(Plan& plan);
    void show(const Plan& plan);
    /// Offers the profiles that engines have for these kinds of work; for none, as before.
    void offerFor(const std::vector<std::string>& kinds);
    /// Says in each row which runs of the plan are skipped there, and why; what no engine can do
    /// is not repeated here.
    void showRefusals(const std::vector<PlannedRun>& runs);

signals:
    void edited();
    /// The rows were rebuilt.
    void filled();

private:
    void fill();
    void place();
    bool isWanted(const EngineRow& row) const;

    Workbench& workbench_;
    QWidget* ready_;
    QWidget* unwanted_;
    QWidget* missing_;
    Disclosure* others_;
    Disclosure* available_;
    FieldNote* note_;
    std::vector<EngineRow*> rows_;
    std::vector<std::string> kinds_; ///< ids of those that profiles are offered for
    std::map<std::string, std::vector<std::string>> chosen_; ///< profiles of those that were ready
};

} // namespace spillway
