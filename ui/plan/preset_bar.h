#pragma once

#include <QWidget>

namespace spillway {

class CutLabel;
class Segmented;

/// The presets, side by side, and below them one line of what the chosen one answers, which is
/// always there: nothing moves when it changes.
class PresetBar : public QWidget {
    Q_OBJECT
public:
    explicit PresetBar(QWidget* parent = nullptr);

    /// The form is as the preset has it, or it was `changed` since; an empty id: it is of none.
    /// `remark`: what these data do to the preset; empty: nothing.
    void show(const QString& id, bool changed, const QString& remark = {});

signals:
    void chosen(const QString& id);

private:
    Segmented* presets_;
    CutLabel* line_;
};

} // namespace spillway
