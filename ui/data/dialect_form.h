#pragma once

#include "data/schema_guess.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace spillway {

/// How a file is read, field by field like the options of `run`: what was guessed, and fields to
/// correct it.
class DialectForm : public QWidget {
    Q_OBJECT
public:
    explicit DialectForm(QWidget* parent = nullptr);

    /// Shows the format that a file was read with; emits nothing.
    void show(const CsvFormat& format);
    void clearHints() { hints_ = {}; }
    /// What the user has corrected, without the column types.
    const SchemaHints& hints() const { return hints_; }

signals:
    /// The user has corrected something. `columnsChange`: it changes the columns.
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
