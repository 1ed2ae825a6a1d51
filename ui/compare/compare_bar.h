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

/// The bar of the Compare page: which comparison is shown, how it is drawn, and Export.
class CompareBar : public QWidget {
    Q_OBJECT
public:
    explicit CompareBar(QWidget* parent = nullptr);

    /// An entry in the list of comparisons.
    struct Choice {
        QString title;
        QString name;  ///< the same on every tab
        int index = 0; ///< the caller's own index
    };
    /// Keeps the entry with the same name selected; otherwise selects the last one.
    void setChoices(const QList<Choice>& choices);
    /// The chosen entry's index.
    std::optional<int> choice() const;
    void choose(int index);
    /// Offers the engines and worker counts of `comparison`.
    void showOptionsOf(const Comparison* comparison);

    /// Worker count that speedup is relative to; nothing: chosen automatically.
    std::optional<int> baseline() const;
    /// Logarithmic or not; nothing: automatic.
    std::optional<bool> logarithmic() const;
    bool showsRepeats() const;
    TimeMeasure time() const;
    /// Runtime and memory as ratios.
    bool showsRatios() const { return ratios_->isChecked(); }
    /// Which forms of the paper's curves are drawn.
    PublishedForms published() const;
    void setPublished(const PublishedForms& forms);
    /// Whether the line is drawn, by its name.
    bool isShown(const QString& line) const { return !hiddenEngines_.contains(line); }
    void setShown(const QString& line, bool shown);
    /// `comparison` without the engines that are switched off.
    Comparison filtered(const Comparison& comparison) const;

signals:
    /// The baseline or the time measure changed: the comparison must be recomputed.
    void measureChanged();
    /// The selection, engines, scale, ratios or repeats changed: redrawing is enough.
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
