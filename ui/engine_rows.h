#pragma once

#include "experiment/plan.h"
#include "host/engine_registry.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QVBoxLayout;

namespace spillway {

class Workbench;

/// One row an engine: check, name, profile, state, and how to make it ready.
class EngineRows : public QWidget {
    Q_OBJECT
public:
    explicit EngineRows(Workbench& workbench, QWidget* parent = nullptr);

    void writeTo(Plan& plan) const;
    void show(const Plan& plan);

signals:
    void edited();
    /// The rows were made anew.
    void filled();

private:
    struct Row {
        std::string id;
        QCheckBox* check = nullptr;
        QComboBox* profile = nullptr;
    };
    void fill();
    QWidget* makeRow(const EngineInfo& engine);

    Workbench& workbench_;
    QVBoxLayout* layout_;
    std::vector<Row> rows_;
};

} // namespace spillway
