#pragma once

#include "data/dataset.h"

#include <QHeaderView>
#include <QMap>

class QComboBox;

namespace spillway {

/// A table header with a type chooser under each column's name. Choosers exist only for columns
/// that have been visible: a file may have thousands.
class TypeHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit TypeHeader(QWidget* parent = nullptr);
    void setTypes(const std::vector<Column>& columns);
    /// Types are told instead of chosen: those of a dataset that was added.
    void setFixedTypes(bool fixed) { fixed_ = fixed; }
    /// Makes room for what the model says of the columns (PreviewModel::FactsRole).
    void fitFacts();
    QSize sizeHint() const override;

signals:
    void typeChosen(int column, spillway::ColumnType type);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;

public slots:
    void placeChoosers();

private:
    QComboBox* chooser(int section);

    bool fixed_ = false;
    bool facts_ = false;
    std::vector<Column> columns_;
    QMap<int, QComboBox*> choosers_;
};

} // namespace spillway
