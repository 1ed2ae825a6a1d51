#include "ui/window/about_dialog.h"

#include "ui/parts/icons.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QMessageBox>
#include <QVBoxLayout>

namespace spillway {
namespace {

struct AboutText {
    Q_DECLARE_TR_FUNCTIONS(spillway::AboutDialog)
};

} // namespace

void showAbout(QWidget* parent)
{
    auto* box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(AboutText::tr("About Spillway"));
    box->setIconPixmap(programIcon().pixmap(64, 64));
    box->setText(AboutText::tr("Spillway %1").arg(QCoreApplication::applicationVersion()));
    box->setInformativeText(
        AboutText::tr(
            "Which engine, with how many workers, finishes your job on data that no longer fits in "
            "memory: how fast, in how much memory?\n\nFree software under the GNU General Public "
            "License, version 3 or later. Built with Qt %1.")
            .arg(QString::fromLatin1(qVersion())));
    box->open();
}

void showShortcuts(QWidget* parent)
{
    const struct {
        QString keys;
        QString meaning;
    } shortcuts[] = {
        {AboutText::tr("Ctrl+1 … Ctrl+4"), AboutText::tr("Data, Plan, Live, Compare")},
        {AboutText::tr("Ctrl+N"), AboutText::tr("New session")},
        {AboutText::tr("Ctrl+O"), AboutText::tr("Open session")},
        {AboutText::tr("Ctrl+Shift+S"), AboutText::tr("Save session as")},
        {AboutText::tr("Ctrl+Shift+N"), AboutText::tr("Session notes")},
        {AboutText::tr("Ctrl+Return"),
         AboutText::tr("The page's primary button: generate, add, start")},
        {AboutText::tr("Ctrl+."), AboutText::tr("Stop the plan")},
        {AboutText::tr("Ctrl+Shift+."), AboutText::tr("Stop only the run in progress")},
        {AboutText::tr("Left, Right, +, −"), AboutText::tr("Pan and zoom a live chart")},
        {AboutText::tr("End"), AboutText::tr("Follow the run in a live chart again")},
        {AboutText::tr("Ctrl+,"), AboutText::tr("Settings")},
        {AboutText::tr("F10"), AboutText::tr("Menu")},
        {AboutText::tr("F1"), AboutText::tr("Manual, at the page about the current view")},
        {AboutText::tr("Ctrl+/"), AboutText::tr("This list")},
        {AboutText::tr("Ctrl+Q"), AboutText::tr("Quit")}};
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(AboutText::tr("Keyboard shortcuts"));
    auto* layout = new QVBoxLayout(dialog);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(8);
    for (const auto& shortcut : shortcuts)
        form->addRow(shortcut.keys, new QLabel(shortcut.meaning));
    layout->addLayout(form);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    layout->addSpacing(8);
    layout->addWidget(buttons);
    dialog->open();
}

} // namespace spillway
