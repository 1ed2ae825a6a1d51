#include "ui/manual/manual_view.h"

#include "ui/manual/manual_style.h"
#include "ui/parts/theme.h"
#include "work/text.h"

#include <QAbstractTextDocumentLayout>
#include <QEvent>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFragment>
#include <QUrl>

#include <algorithm>

namespace spillway {
namespace {

constexpr int widestText = 760; // pixels: about ninety characters a line
constexpr int smallestMargin = 28;

QString pageOf(const QUrl& url)
{
    return QFileInfo(url.path()).completeBaseName();
}

} // namespace

QString headingAnchor(const QString& heading)
{
    QString anchor;
    for (const QChar c : heading.trimmed().toLower())
        if (c.isLetterOrNumber() || c == u'_' || c == u'-')
            anchor += c;
        else if (c.isSpace())
            anchor += u'-';
    return anchor;
}

ManualView::ManualView(std::filesystem::path folder, QWidget* parent)
    : QTextBrowser(parent), folder_(std::move(folder))
{
    setOpenExternalLinks(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Page of the manual"));
    connect(this, &QTextBrowser::sourceChanged, this, &ManualView::arrive);
}

void ManualView::showPage(const QString& page)
{
    const auto hash = page.indexOf(u'#');
    QUrl url = QUrl::fromLocalFile(pathText(folder_ / (utf8(page.left(hash)) + ".md")));
    if (hash >= 0) url.setFragment(page.mid(hash + 1));
    setSource(url, QTextDocument::MarkdownResource);
}

QString ManualView::page() const
{
    return pageOf(source());
}

QVariant ManualView::loadResource(int type, const QUrl& name)
{
    const QUrl url = source().isEmpty() ? name : source().resolved(name);
    const QString root = QFileInfo(pathText(folder_)).canonicalFilePath() + u'/';
    const QString file = QFileInfo(url.toLocalFile()).canonicalFilePath();
    QFile content(file);
    if (!file.startsWith(root) || !content.open(QIODevice::ReadOnly)) {
        if (type == QTextDocument::ImageResource) return {};
        return tr("# This page is missing\nThe manual of this installation is incomplete: there is "
                  "no page \"%1\" in `%2`.")
            .arg(QFileInfo(url.path()).completeBaseName(), pathText(folder_));
    }
    if (type == QTextDocument::ImageResource) return QImage::fromData(content.readAll());
    return QString::fromUtf8(content.readAll());
}

void ManualView::arrive(const QUrl& url)
{
    dress();
    if (url.hasFragment()) scrollToHeading(url.fragment());
    emit pageChanged(pageOf(url)); // source() is the page before until this is over
}

void ManualView::dress()
{
    setExtraSelections({});
    dressManual(*document(), themeColors(palette()));
    dressedWidth_ = 0;
    fitWidth();
}

void ManualView::fitWidth()
{
    const int room = viewport()->width();
    const int margin = std::max(smallestMargin, (room - widestText) / 2);
    const int width = std::max(room - 2 * margin, 100);
    if (width == dressedWidth_) return;
    dressedWidth_ = width;
    fitManual(*document(), margin, width, devicePixelRatioF());
}

void ManualView::scrollToHeading(const QString& anchor)
{
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next())
        if (block.blockFormat().headingLevel() > 0 && headingAnchor(block.text()) == anchor) {
            const QRectF place = document()->documentLayout()->blockBoundingRect(block);
            verticalScrollBar()->setValue(static_cast<int>(place.top()) - 8);
            return;
        }
}

void ManualView::find(const QStringList& words, bool again)
{
    QList<ExtraSelection> marks;
    const ThemeColors colors = themeColors(palette());
    for (const auto& word : words)
        for (QTextCursor at = document()->find(word); !at.isNull();
             at = document()->find(word, at)) {
            ExtraSelection mark;
            mark.cursor = at;
            mark.format.setBackground(colors.warningSoft);
            mark.format.setForeground(colors.text);
            marks << mark;
        }
    setExtraSelections(marks);
    std::ranges::sort(marks, {}, [](const ExtraSelection& mark) { return mark.cursor.position(); });
    if (marks.isEmpty()) return;
    const int from = again ? textCursor().position() : -1;
    const auto next = std::ranges::find_if(
        marks, [from](const ExtraSelection& mark) { return mark.cursor.position() > from; });
    QTextCursor cursor = next == marks.end() ? marks.front().cursor : next->cursor;
    cursor.setPosition(cursor.selectionEnd());
    setTextCursor(cursor);
    ensureCursorVisible();
}

void ManualView::changeEvent(QEvent* event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) dress();
}

void ManualView::resizeEvent(QResizeEvent* event)
{
    QTextBrowser::resizeEvent(event);
    fitWidth();
}

} // namespace spillway
