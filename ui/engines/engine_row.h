#pragma once

#include "ui/engines/engine_card.h"

#include <string>
#include <utility>
#include <vector>

class QCheckBox;
class QLabel;
class QPushButton;

namespace spillway {

/// An engine as the Plan page offers it: check box, name, and a chip per profile when there are
/// several.
class EngineRow : public EngineCard {
    Q_OBJECT
public:
    /// `kinds`: as offerFor() takes them.
    EngineRow(Workbench& workbench, const EngineInfo& engine, const std::vector<std::string>& kinds,
              QWidget* parent = nullptr);

    const std::string& id() const { return engine().manifest.id; }
    bool isReady() const { return engine().state == EngineState::Ready; }
    /// The selected profiles; a single empty name when the engine offers no choice. Empty when the
    /// engine is not checked or not ready.
    std::vector<std::string> profiles() const;
    /// Selects exactly these; an empty name is the engine's default.
    void setProfiles(const std::vector<std::string>& profiles);
    /// Offers the profiles that the engine has for these kinds of work, and no others; for none,
    /// all that it has. Where none of them is selected, the first one is.
    void offerFor(const std::vector<std::string>& kinds);
    /// Says why `all` or some of the plan's runs are skipped on this engine; empty when none is.
    void showRefusal(const QString& reason, bool all);

signals:
    void edited();

private:
    EngineRow(Workbench& workbench, const EngineInfo& engine, const std::vector<std::string>& kinds,
              QCheckBox* check, QWidget* parent);
    QWidget* buildChips();
    bool isOffered(const std::string& profile, const std::vector<std::string>& kinds) const;
    void chooseFirst();
    void buildFacts();
    void takeCheck(bool on);
    void takeChip();

    QCheckBox* check_;
    QLabel* refusal_;
    QWidget* chipRow_ = nullptr; ///< none for an engine without a choice
    std::vector<std::pair<std::string, QPushButton*>> chips_;
};

} // namespace spillway
