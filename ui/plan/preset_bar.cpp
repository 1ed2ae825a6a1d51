#include "ui/plan/preset_bar.h"

#include "experiment/presets.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/segmented.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace spillway {

PresetBar::PresetBar(QWidget* parent)
    : QWidget(parent), presets_(new Segmented(tr("Start from"))), line_(new CutLabel("muted"))
{
    for (const std::string& id : presetIds()) {
        if (!presetSuite(id).empty()) continue; // the terminal makes their tables
        auto* button = presets_->add(text(id), text(presetTitle(id)), text(presetHelp(id)));
        button->setObjectName(QStringLiteral("preset-") + text(id));
    }
    line_->setObjectName(QStringLiteral("preset-line"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addWidget(presets_, 0, Qt::AlignLeft);
    layout->addWidget(line_);
    connect(presets_, &Segmented::chosen, this, &PresetBar::chosen);
    show({}, false);
}

void PresetBar::show(const QString& id, bool changed, const QString& remark)
{
    presets_->setCurrent(id);
    QString words = id.isEmpty() ? tr("Your own plan") : text(presetHelp(utf8(id)));
    if (changed && !id.isEmpty())
        words = tr("%1 (changed; a click on %2 brings it back)")
                    .arg(words, text(presetTitle(utf8(id))));
    if (!remark.isEmpty()) words = remark;
    line_->setWords(words);
    setRole(line_, remark.isEmpty() ? "muted" : "warning");
}

} // namespace spillway
