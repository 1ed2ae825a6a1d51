#pragma once

#include "work/settings.h"

#include <QByteArray>
#include <QSplitter>
#include <QString>

namespace spillway {

/// A splitter whose sizes are kept from one launch to the next once the user has moved its handle.
class RememberedSplitter : public QSplitter {
    Q_OBJECT
public:
    /// `name` is what its sizes are stored under; `sizes` are the defaults until the user moves a
    /// handle.
    RememberedSplitter(const QString& name, Qt::Orientation orientation, QList<int> sizes);

    /// The user's sizes are in force.
    bool isUserSized() const { return userSized_; }
    void restore(const QByteArray& state);
    void reset();

signals:
    void wasReset();

private:
    QList<int> defaultSizes_;
    bool userSized_ = false;
};

/// Of all splitters below `root` that the user has moved, by name.
SplitterStates splitterStates(const QWidget& root);
void restoreSplitters(QWidget& root, const SplitterStates& states);
void resetSplitters(QWidget& root);

} // namespace spillway
