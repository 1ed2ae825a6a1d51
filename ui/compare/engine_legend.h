#pragma once

#include "analysis/comparison.h"

#include <QWidget>

#include <functional>

class QPushButton;

namespace spillway {

/// The one legend of all charts of a view: each engine's marker and name, in the order of the
/// comparison. A click takes its line away and brings it back.
class EngineLegend : public QWidget {
    Q_OBJECT
public:
    explicit EngineLegend(QWidget* parent = nullptr);

    /// `isShown` says it of a line's name.
    void set(const Comparison& comparison, const std::function<bool(const QString&)>& isShown);

signals:
    void toggled(const QString& line, bool shown);

private:
    QList<QPushButton*> entries_;
};

} // namespace spillway
