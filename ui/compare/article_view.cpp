#include "ui/compare/article_view.h"

#include "ui/parts/theme.h"
#include "work/text.h"

#include <QEvent>
#include <QScrollBar>

namespace spillway {
namespace {

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

} // namespace

ArticleView::ArticleView(QWidget* parent) : QTextBrowser(parent)
{
    setOpenLinks(false);
    setAccessibleName(tr("The article, claim by claim"));
    document()->setDocumentMargin(14);
}

void ArticleView::set(std::vector<JudgedClaim> claims, const QString& place)
{
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
    setHtml(html + QStringLiteral("</table>"));
    verticalScrollBar()->setValue(place);
}

} // namespace spillway
