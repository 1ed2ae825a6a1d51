#include "ui/parts/chips.h"

#include "ui/parts/flow_layout.h"
#include "ui/parts/form_parts.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QInputDialog>
#include <QPushButton>

#include <algorithm>

namespace spillway {
namespace {

constexpr int largestOffered = 16;
constexpr int largestCount = 1024;

} // namespace

WorkerChips::WorkerChips(int usableCores, QWidget* parent)
    : QWidget(parent), usableCores_(usableCores), other_(new QPushButton(tr("Other…"), this))
{
    new FlowLayout(6, this);
    setRole(other_, "chip");
    other_->setToolTip(tr("Another number of workers"));
    connect(other_, &QPushButton::clicked, this, &WorkerChips::askForCount);
    for (int count = 1; count <= qMax(largestOffered, usableCores_); count *= 2)
        chip(count)->setChecked(count <= usableCores_);
    arrange();
}

std::vector<int> WorkerChips::counts() const
{
    std::vector<int> result;
    for (const auto& [count, button] : chips_)
        if (button->isChecked()) result.push_back(count);
    return result;
}

void WorkerChips::setCounts(const std::vector<int>& counts)
{
    for (const int count : counts)
        chip(count);
    for (const auto& [count, button] : chips_)
        button->setChecked(std::ranges::find(counts, count) != counts.end());
    arrange();
    emit edited();
}

QPushButton* WorkerChips::chip(int count)
{
    const auto place =
        std::ranges::lower_bound(chips_, count, {}, [](const auto& known) { return known.first; });
    if (place != chips_.end() && place->first == count) return place->second;
    auto* button = new QPushButton(QString::number(count), this);
    button->setCheckable(true);
    keepWidthWhenOn(button, chipPadding);
    setRole(button, "chip");
    const bool over = count > usableCores_;
    const QString help =
        over ? tr("%1 workers on %2 cores: oversubscribed").arg(count).arg(usableCores_)
             : workersText(count);
    button->setToolTip(help);
    button->setAccessibleName(help);
    connect(button, &QPushButton::toggled, this, &WorkerChips::edited);
    chips_.insert(place, {count, button});
    return button;
}

void WorkerChips::askForCount()
{
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Workers"));
    dialog->setLabelText(tr("Number of workers:"));
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setIntRange(1, largestCount);
    dialog->setIntValue(qMin(3, usableCores_ + 1));
    connect(dialog, &QInputDialog::intValueSelected, this, [this](int count) {
        chip(count)->setChecked(true);
        arrange();
        emit edited();
    });
    dialog->open();
}

void WorkerChips::arrange()
{
    while (QLayoutItem* item = layout()->takeAt(0))
        delete item;
    QWidget* before = nullptr;
    for (const auto& [count, button] : chips_) {
        layout()->addWidget(button);
        button->show();
        if (before) setTabOrder(before, button);
        before = button;
    }
    layout()->addWidget(other_);
    updateGeometry();
}

} // namespace spillway
