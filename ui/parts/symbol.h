#pragma once

#include "ui/parts/icons.h"

#include <QWidget>

namespace spillway {

/// A line icon on its own, painted in the theme's colours.
class Symbol : public QWidget {
    Q_OBJECT
public:
    Symbol(const QString& name, IconTint tint, int side, QWidget* parent = nullptr);
    void setSymbol(const QString& name, IconTint tint);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QIcon icon_;
};

} // namespace spillway
