#pragma once

#include "data/dataset.h"
#include "data/dataset_manifest.h"
#include "workloads/workload_type.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QListWidget;
class QComboBox;

namespace spillway {

class FieldNote;

/// A field for each column role of a kind of work, made from its declaration (WorkloadType): a
/// list of the columns for a role of one, ticks for a role of many; left open, the columns that the
/// data suggest. Below them what that means: "Mean of x, y by category (from the file)".
class ColumnFields : public QWidget {
    Q_OBJECT
public:
    explicit ColumnFields(const WorkloadType& type, QWidget* parent = nullptr);

    /// The columns that every dataset has can be chosen; a choice is kept while it is among them.
    void setData(const std::vector<Dataset>& datasets,
                 const std::optional<DatasetManifest>& manifestOfFirst);
    /// The columns as they will be read of the first dataset. What is wrong stands under the field
    /// that mends it, which is returned; null when nothing is.
    QWidget* writeTo(Workload& workload);
    void show(const Workload& workload);

signals:
    void edited();

private:
    struct Field {
        const ColumnRole* role;
        QComboBox* one = nullptr;
        QListWidget* many = nullptr;
        FieldNote* note = nullptr;
        QWidget* widget() const;
    };
    void fill(Field& field, const std::vector<Column>& columns);
    static std::vector<std::string> chosen(const Field& field);
    void choose(Field& field, const std::vector<std::string>& columns);

    const WorkloadType& type_;
    std::vector<Field> fields_;
    QLabel* meaning_;
    std::vector<Column> columns_;
    std::vector<Dataset> datasets_;
    std::optional<DatasetManifest> manifest_;
};

} // namespace spillway
