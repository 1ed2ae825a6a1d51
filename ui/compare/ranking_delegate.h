#pragma once

#include "ui/compare/ranking_model.h"

#include <QFontMetricsF>
#include <QStyledItemDelegate>

namespace spillway {

/// Draws a ranking's rows: the engine's marker, a bar for its time with interval and start-up, a
/// bar for its memory. `RankingModel` has the same in words.
class RankingDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int cellMargin = 8;

    RankingDelegate(const RankingModel& model, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    using Entry = RankingModel::Entry;

    struct Inks {
        QColor engine;
        QColor text;
        QColor muted;
        QColor faint;
    };

    /// Where a row's bar may stand, and how long a second is.
    struct BarScale {
        double left = 0;
        double room = 0;
        double perSecond = 0;
    };

    static Inks inksOf(const Entry& entry, const QStyleOptionViewItem& option);
    static void paintEngine(QPainter& painter, const QRectF& rect, const Entry& entry,
                            const Inks& inks, QFont font);
    void paintTime(QPainter& painter, const QRectF& rect, const Entry& entry,
                   const Inks& inks) const;
    static void paintFailure(QPainter& painter, const QRectF& rect, const Entry& entry,
                             const Inks& inks);
    void paintMemory(QPainter& painter, const QRectF& rect, const Entry& entry,
                     const Inks& inks) const;
    static double paintStartUp(QPainter& painter, const QRectF& bar, const BarScale& scale,
                               const Entry& entry, const Inks& inks);
    static double paintInterval(QPainter& painter, double y, const BarScale& scale,
                                const Interval& seconds, const Inks& inks);
    double wordsWidth(const QFontMetricsF& metrics) const;

    const RankingModel& model_;
};

} // namespace spillway
