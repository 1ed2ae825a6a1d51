#include "ui/parts/remembered_splitter.h"

#include <utility>

namespace spillway {

RememberedSplitter::RememberedSplitter(const QString& name, Qt::Orientation orientation,
                                       QList<int> sizes)
    : QSplitter(orientation), defaultSizes_(std::move(sizes))
{
    setObjectName(name);
    setChildrenCollapsible(false);
    setHandleWidth(7);
    connect(this, &QSplitter::splitterMoved, this, [this] { userSized_ = true; });
}

void RememberedSplitter::restore(const QByteArray& state)
{
    userSized_ = restoreState(state);
}

void RememberedSplitter::reset()
{
    userSized_ = false;
    setSizes(defaultSizes_);
    emit wasReset();
}

SplitterStates splitterStates(const QWidget& root)
{
    SplitterStates states;
    for (const auto* splitter : root.findChildren<RememberedSplitter*>())
        if (splitter->isUserSized()) states[splitter->objectName()] = splitter->saveState();
    return states;
}

void restoreSplitters(QWidget& root, const SplitterStates& states)
{
    for (auto* splitter : root.findChildren<RememberedSplitter*>())
        if (const auto found = states.find(splitter->objectName()); found != states.end())
            splitter->restore(found->second);
}

void resetSplitters(QWidget& root)
{
    for (auto* splitter : root.findChildren<RememberedSplitter*>())
        splitter->reset();
}

} // namespace spillway
