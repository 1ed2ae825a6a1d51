#pragma once

#include "data/dataset.h"
#include "data/dataset_manifest.h"
#include "workloads/workload_type.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

namespace spillway {

class ColumnFields;
class Disclosure;
class FieldNote;
class JobPanel;
class ParameterFields;
class WarmTools;
class Workbench;

/// What one kind of work asks for: its columns, the text of a kind whose work its user writes, and
/// its settings folded. Made from its declaration (WorkloadType), so that a new kind needs no
/// widget of its own.
class KindPanel : public QWidget {
    Q_OBJECT
public:
    KindPanel(const WorkloadType& type, Workbench& workbench,
              const std::shared_ptr<WarmTools>& warm, QWidget* parent = nullptr);

    const WorkloadType& type() const { return type_; }
    /// Null for a kind whose work is not written.
    JobPanel* job() const { return job_; }
    void setData(const std::vector<Dataset>& datasets,
                 const std::optional<DatasetManifest>& manifestOfFirst);
    /// Fills in columns, text and settings. What is wrong stands at its field, which is returned;
    /// null when nothing is.
    QWidget* writeTo(Workload& workload);
    void show(const Workload& workload);
    /// Why no engine can do it on these data; empty: some can.
    void showRefusal(const QString& reason);

signals:
    void edited();

private:
    const WorkloadType& type_;
    ColumnFields* columns_;
    ParameterFields* parameters_;
    Disclosure* settings_;
    JobPanel* job_ = nullptr;
    FieldNote* refusal_;
};

} // namespace spillway
