#pragma once

#include "work/dataset_state.h"

#include <QAbstractListModel>

#include <string>
#include <vector>

namespace spillway {

class Workbench;

/// The session's datasets: name, size, rows, and whether the files are still the ones it knows.
class DatasetModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        DetailRole = Qt::UserRole + 1, ///< "0.98 GB · 20,000,000 rows"
        StateTextRole,                 ///< "unchanged"
        StateRole,                     ///< DatasetState as int
        FingerprintRole
    };
    explicit DatasetModel(Workbench& workbench, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    QModelIndex indexOf(const QString& fingerprint) const;

private:
    struct Row {
        QString name;
        QString detail;
        QString stateText;
        QString paths;
        QString fingerprint;
        int state = 0;

        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rowsNow() const;
    void refresh();

    Workbench& workbench_;
    std::vector<Row> rows_;
};

/// "Verified ✓", "Changed since last run" …: the same in the list and beside the preview.
QString stateText(DatasetState state);

} // namespace spillway
