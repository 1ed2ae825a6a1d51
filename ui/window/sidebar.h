#pragma once

#include <QFrame>
#include <QList>

class QToolButton;

namespace spillway {

enum class PageId { Data, Plan, Live, Compare };

/// The four pages in the order of the journey; always clickable, Ctrl+1 … Ctrl+4.
class Sidebar : public QFrame {
    Q_OBJECT
public:
    explicit Sidebar(QWidget* parent = nullptr);
    void setCurrent(PageId page);

signals:
    void chosen(spillway::PageId page);

private:
    QList<QToolButton*> buttons_;
};

} // namespace spillway
