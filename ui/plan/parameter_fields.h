#pragma once

#include "workloads/workload_type.h"

#include <QWidget>

#include <vector>

class QFormLayout;

namespace spillway {

class FieldNote;

/// A field for each parameter of a kind of work, made from its declaration (WorkloadType): a list
/// of choices, a yes or no, or a number. Texts that its user writes and its label have places of
/// their own and are left out.
class ParameterFields : public QWidget {
    Q_OBJECT
public:
    explicit ParameterFields(const WorkloadType& type, QWidget* parent = nullptr);

    bool isEmpty() const { return fields_.empty(); }
    /// Those that are not at their defaults. What is wrong with a value stands under its field; the
    /// first such field is returned, and null when there is none.
    QWidget* writeTo(Workload& workload);
    void show(const Workload& workload);
    /// "Solver sgd, Iterations 50": what is not at its default; else "as usual".
    QString summary() const;

signals:
    void edited();

private:
    struct Field {
        const Parameter* parameter;
        QWidget* widget; ///< combo box, check box or line edit
        FieldNote* note;
    };
    void add(const Parameter& parameter, QFormLayout& form);
    static QString valueOf(const QWidget* widget);
    static void setValueOf(QWidget* widget, const QString& value);

    const WorkloadType& type_;
    std::vector<Field> fields_;
};

} // namespace spillway
