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

/// The engines to choose from, with their profiles and a way to set up those that are not ready.
/// Checked engines stay checked when the list is reloaded; one that has become ready is checked.
class EngineRows : public QWidget {
    Q_OBJECT
public:
    explicit EngineRows(Workbench& workbench, QWidget* parent = nullptr);

    void writeTo(Plan& plan) const;
    void show(const Plan& plan);
    /// Offers the profiles that engines have for these kinds of work; for none, as before.
    void offerFor(const std::vector<std::string>& kinds);
    /// Says in each row which runs of the plan are skipped there, and why.
    void showRefusals(const std::vector<PlannedRun>& runs);

signals:
    void edited();
    /// The rows were rebuilt.
    void filled();

private:
    void fill();

    Workbench& workbench_;
    QVBoxLayout* layout_;
    std::vector<EngineRow*> rows_;
    std::vector<std::string> kinds_; ///< ids of those that profiles are offered for
    std::map<std::string, std::vector<std::string>>
        chosen_; ///< profiles to select, also of engines that are not ready yet
};

} // namespace spillway
