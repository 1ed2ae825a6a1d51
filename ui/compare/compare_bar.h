#pragma once

#include "analysis/comparison.h"
#include "analysis/published.h"

#include <QSet>
#include <QWidget>

#include <optional>
#include <vector>

class QAction;
class QActionGroup;
class QComboBox;
class QMenu;

namespace spillway {

/// The name of a comparison: its data and settings, without the machine.
QString comparisonTitle(const Comparison& comparison);

/// The bar of the Compare page: which comparison is on show, how it is drawn, and Export.
class CompareBar : public QWidget {
    Q_OBJECT
public:
    explicit CompareBar(QWidget* parent = nullptr);

    /// An entry of the choice of comparisons.
    struct Choice {
        QString title;
        QString name;  ///< the same on every tab
        int index = 0; ///< whatever the caller counts by
    };
    /// The entry with the same name stays chosen, else the last one is.
    void setChoices(const QList<Choice>& choices);
    /// The chosen entry's index.
    std::optional<int> choice() const;
    void choose(int index);
    /// The engines and worker counts that can be chosen from.
    void showOptionsOf(const Comparison* comparison);

    /// Workers that speedup starts from; nothing: chosen automatically.
    std::optional<int> baseline() const;
    /// Logarithmic or not; nothing: automatic.
    std::optional<bool> logarithmic() const;
    bool showsRepeats() const;
    TimeMeasure time() const;
    /// Runtime and memory as ratios.
    bool showsRatios() const { return ratios_->isChecked(); }
    /// The forms of the study's curves that are drawn.
    PublishedForms published() const;
    void setPublished(const PublishedForms& forms);
    /// `comparison` without the engines that are switched off.
    Comparison filtered(const Comparison& comparison) const;

signals:
    /// Baseline, or what counts as time: the comparison is to be made anew.
    void measureChanged();
    /// Choice, engines, scale, ratios or repeats.
    void viewChanged();
    void inconsistenciesRequested();
    void exportTableRequested();
    void exportReportRequested();
    void exportAllRequested();
    void copyTableRequested();

private:
    QWidget* makeEnginesButton();
    QWidget* makeDisplayButton();
    QWidget* makeExportButton();

    QComboBox* choice_;
    QComboBox* baseline_;
    QComboBox* scale_;
    QAction* repeats_;
    QAction* setup_;
    QAction* ratios_;
    QActionGroup* published_;
    QMenu* engines_;
    QSet<QString> hiddenEngines_;
};

} // namespace spillway
