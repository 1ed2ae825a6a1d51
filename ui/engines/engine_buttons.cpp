#include "ui/engines/engine_buttons.h"

#include "ui/engines/trust_dialog.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/theme.h"
#include "work/text.h"
#include "work/workbench.h"

#include <QFileDialog>
#include <QPushButton>

namespace spillway {

EngineButtons::EngineButtons(Workbench& workbench, QWidget* parent)
    : QWidget(parent), workbench_(workbench)
{
    new FlowLayout(6, this);
    setUpAll_ = add({}, tr("Creates the missing environments, one after another"));
    setUpAll_->setObjectName(QStringLiteral("setUpAll"));
    connect(setUpAll_, &QPushButton::clicked, this, &EngineButtons::setUpAll);
    connect(add(tr("Add my script…"),
                tr("A Python file with run(paths, workers, memory_bytes, scratch)")),
            &QPushButton::clicked, this,
            [this] { chooseFile(tr("Add my script"), tr("Python (*.py)")); });
    connect(add(tr("Add engine manifest…"),
                tr("A JSON file that names a program speaking Spillway's run protocol")),
            &QPushButton::clicked, this,
            [this] { chooseFile(tr("Add an engine manifest"), tr("Engine manifest (*.json)")); });
    connect(&workbench_, &Workbench::enginesChanged, this, &EngineButtons::refresh);
    refresh();
}

QPushButton* EngineButtons::add(const QString& title, const QString& help)
{
    auto* button = new QPushButton(title, this);
    setRole(button, "link");
    button->setToolTip(help);
    layout()->addWidget(button);
    return button;
}

void EngineButtons::refresh()
{
    Bytes need = 0;
    int missing = 0;
    for (const EngineInfo& engine : workbench_.engines())
        if (engine.state == EngineState::NotInstalled) {
            ++missing;
            need += engine.manifest.diskBytes.value_or(0);
        }
    setUpAll_->setVisible(missing > 1);
    setUpAll_->setText(need > 0 ? tr("Set up all… %1").arg(bytesText(need)) : tr("Set up all…"));
}

void EngineButtons::setUpAll()
{
    for (const EngineInfo& engine : workbench_.engines())
        if (engine.state == EngineState::NotInstalled)
            workbench_.engineSetup().setUp(engine.manifest);
}

void EngineButtons::chooseFile(const QString& title, const QString& filter)
{
    auto* dialog = new QFileDialog(window(), title, {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { askToTrust(workbench_, this, pathOf(path)); });
    dialog->open();
}

} // namespace spillway
