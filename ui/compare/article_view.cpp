#include "ui/compare/article_view.h"

#include "analysis/document_tables.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QEvent>
#include <QScrollBar>

#include <functional>

namespace spillway {
namespace {

constexpr std::size_t easeNames = 2; ///< columns of words: work and engine

/// What was counted has a colour; what was not is secondary.
QColor inkOf(ClaimVerdict verdict, const ThemeColors& colors)
{
    switch (verdict) {
    case ClaimVerdict::Holds:
        return colors.success;
    case ClaimVerdict::DoesNotHold:
        return colors.danger;
    default:
        return colors.muted;
    }
}

QString coloured(const QString& words, const QColor& ink)
{
    return QStringLiteral("<span style=\"color:%1\">%2</span>")
        .arg(ink.name(), words.toHtmlEscaped());
}

QString rowOf(const JudgedClaim& each, const ThemeColors& colors)
{
    QStringList evidence;
    if (!each.ran.empty()) evidence << coloured(text(each.ran), colors.text);
    if (!each.figures.empty()) evidence << coloured(text(each.figures), colors.muted);
    return QStringLiteral("<tr><td width=\"40%\"><b>%1</b><br>%2</td><td width=\"44%\">%3</td>"
                          "<td width=\"16%\"><b>%4</b></td></tr>")
        .arg(text(each.claim.row).toHtmlEscaped(), text(each.claim.text).toHtmlEscaped(),
             evidence.join(QStringLiteral("<br>")),
             coloured(text(name(each.verdict)), inkOf(each.verdict, colors)));
}

QString cellsOf(const Table& table, const QString& tag,
                const std::function<std::string(std::size_t)>& words)
{
    QString cells;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        cells += QStringLiteral("<%1 align=\"%2\">%3</%1>")
                     .arg(tag, c < easeNames ? QStringLiteral("left") : QStringLiteral("right"),
                          text(words(c)).toHtmlEscaped());
    return QStringLiteral("<tr>%1</tr>").arg(cells);
}

QString easeSection(const Table& table, const ThemeColors& colors)
{
    QString html = QStringLiteral("<h3>%1</h3><table width=\"100%\" cellspacing=\"0\" "
                                  "cellpadding=\"4\">")
                       .arg(text(table.title).toHtmlEscaped());
    html +=
        cellsOf(table, QStringLiteral("th"), [&](std::size_t c) { return table.columns[c].title; });
    for (const auto& row : table.rows)
        html += cellsOf(table, QStringLiteral("td"),
                        [&](std::size_t c) { return shown(row[c], table.columns[c]); });
    return html + QStringLiteral("</table><p>%1</p>").arg(coloured(text(easeNote()), colors.muted));
}

} // namespace

ArticleView::ArticleView(QWidget* parent) : QTextBrowser(parent)
{
    setOpenLinks(false);
    setAccessibleName(tr("The article, claim by claim"));
    document()->setDocumentMargin(14);
}

void ArticleView::set(std::vector<JudgedClaim> claims, const std::vector<EaseRow>& ease,
                      const QString& place)
{
    ease_ = easeTable(ease);
    claims_ = std::move(claims);
    place_ = place;
    draw();
}

void ArticleView::changeEvent(QEvent* event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) draw();
}

void ArticleView::draw()
{
    if (claims_.empty()) return;
    const ThemeColors colors = themeColors(palette());
    QString html = QStringLiteral("<p>%1 %2.</p>")
                       .arg(place_.toHtmlEscaped(), text(countOf(claims_)).toHtmlEscaped());
    const std::string* section = nullptr;
    for (const JudgedClaim& each : claims_) {
        if (!section || each.claim.section != *section) {
            if (section) html += QStringLiteral("</table>");
            html += QStringLiteral("<h3>%1</h3><table width=\"100%\" cellspacing=\"0\" "
                                   "cellpadding=\"6\">")
                        .arg(text(each.claim.section).toHtmlEscaped());
        }
        section = &each.claim.section;
        html += rowOf(each, colors);
    }
    const int place = verticalScrollBar()->value();
    html += QStringLiteral("</table>");
    if (!ease_.rows.empty()) html += easeSection(ease_, colors);
    setHtml(html);
    verticalScrollBar()->setValue(place);
}

} // namespace spillway
