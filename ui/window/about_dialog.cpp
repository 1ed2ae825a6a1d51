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

QString tr(const char* source)
{
    return QCoreApplication::translate("spillway::AboutDialog", source);
}

} // namespace

void showAbout(QWidget* parent)
{
    auto* box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Spillway"));
    box->setIconPixmap(programIcon().pixmap(64, 64));
    box->setText(tr("Spillway %1").arg(QCoreApplication::applicationVersion()));
    box->setInformativeText(
        tr("Which engine, with how many workers, finishes your job on data that no longer fits in "
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
    } shortcuts[] = {{tr("Ctrl+1 … Ctrl+4"), tr("Data, Plan, Live, Compare")},
                     {tr("Ctrl+N"), tr("New session")},
                     {tr("Ctrl+O"), tr("Open session")},
                     {tr("Ctrl+Shift+S"), tr("Save session as")},
                     {tr("Ctrl+Shift+N"), tr("Notes of the session")},
                     {tr("Ctrl+Return"), tr("The page's primary button: generate, add, start")},
                     {tr("Ctrl+."), tr("Stop the plan")},
                     {tr("Left, Right, +, −"), tr("Look back in a live chart, closer")},
                     {tr("End"), tr("Follow the run in a live chart again")},
                     {tr("Ctrl+,"), tr("Settings")},
                     {tr("F10"), tr("Menu")},
                     {tr("F1"), tr("This list")},
                     {tr("Ctrl+Q"), tr("Quit")}};
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Keyboard shortcuts"));
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
