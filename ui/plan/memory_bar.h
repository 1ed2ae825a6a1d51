#pragma once

#include "base/units.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace spillway {

/// The memory limit against the machine: the bar is the RAM, the filled part the limit, with marks
/// for the memory that is free now and for each dataset's size.
class MemoryBar : public QWidget {
    Q_OBJECT
public:
    explicit MemoryBar(QWidget* parent = nullptr);
    void setFigures(Bytes ram, Bytes available, std::optional<Bytes> limit, Bytes largestData);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Mark {
        Bytes at = 0;
        QString title;
    };
    double place(Bytes bytes) const;

    Bytes ram_ = 0;
    Bytes available_ = 0;
    std::optional<Bytes> limit_;
    Bytes data_ = 0;
};

} // namespace spillway
