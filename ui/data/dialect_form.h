#pragma once

#include "data/schema_guess.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace spillway {

/// How a file is to be read, as `run` takes it in options: what was guessed, and fields to correct
/// it with.
class DialectForm : public QWidget {
    Q_OBJECT
public:
    explicit DialectForm(QWidget* parent = nullptr);

    /// Shows what a file was read with; says nothing of its own.
    void show(const CsvFormat& format);
    void clearHints() { hints_ = {}; }
    /// What the user has corrected; types are not among it.
    const SchemaHints& hints() const { return hints_; }

signals:
    /// The user has corrected something. `columnsChange`: other columns come out of it.
    void corrected(bool columnsChange);

private:
    void addFields();

    QComboBox* delimiter_;
    QComboBox* quote_;
    QComboBox* header_;
    QComboBox* decimal_;
    QComboBox* comment_;
    QSpinBox* skipRows_;
    QComboBox* encoding_;
    QLineEdit* missing_;
    int shownSkipRows_ = 0;
    char shownDelimiter_ = ',';
    char shownComment_ = '\0';
    SchemaHints hints_;
};

} // namespace spillway
