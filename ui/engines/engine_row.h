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
    /// Whether it has this kind of work.
    bool does(const std::string& kind) const { return engine().manifest.supports(kind); }
    bool isReady() const { return engine().state == EngineState::Ready; }
    /// The selected profiles; a single empty name when the engine offers no choice or the chip
    /// "Usual" is on: for each kind of work its own default. Empty when the engine is not checked
    /// or not ready.
    std::vector<std::string> profiles() const;
    /// Selects exactly these; an empty name is the default of each kind of work.
    void setProfiles(const std::vector<std::string>& profiles);
    /// Offers the profiles that the engine has for these kinds of work, and no others; for none,
    /// all that it has. Where the default was selected, or none of them is, the default is.
    void offerFor(const std::vector<std::string>& kinds);
    /// Says why `all` or some of the plan's runs are skipped on this engine; empty when none is.
    void showRefusal(const QString& reason, bool all);

signals:
    void edited();

private:
    EngineRow(Workbench& workbench, const EngineInfo& engine, const std::vector<std::string>& kinds,
              QCheckBox* check, QWidget* parent);
    QWidget* buildChips();
    QPushButton* buildChip(const EngineProfile& profile, QWidget* row);
    bool isOffered(const std::string& profile, const std::vector<std::string>& kinds) const;
    std::string defaultFor(const std::vector<std::string>& kinds) const;
    bool isByDefault() const;
    void chooseDefault();
    void buildFacts();
    void takeCheck(bool on);
    void takeChip();

    QCheckBox* check_;
    QLabel* refusal_;
    QWidget* chipRow_ = nullptr; ///< none for an engine without a choice
    /// By profile; the first one, without a name, is for kinds of work whose defaults differ.
    std::vector<std::pair<std::string, QPushButton*>> chips_;
    std::string default_; ///< of what is offered
};

} // namespace spillway
