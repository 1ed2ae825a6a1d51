#pragma once

#include <QLayout>
#include <QList>

namespace spillway {

/// Items side by side, wrapped into rows by the width there is. Takes items in the order in which
/// they are added.
class FlowLayout : public QLayout {
public:
    explicit FlowLayout(int spacing, QWidget* parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override { items_ << item; }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    /// Height of the rows in `rect`; moves the items only when `place` is set.
    int flow(const QRect& rect, bool place) const;

    QList<QLayoutItem*> items_;
    int gap_;
};

} // namespace spillway
