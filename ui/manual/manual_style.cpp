#include "ui/manual/manual_style.h"

#include <QFont>
#include <QFontDatabase>
#include <QImage>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFragment>
#include <QTextFrame>
#include <QTextList>
#include <QTextTable>
#include <QUrl>

#include <algorithm>
#include <utility>
#include <vector>

namespace spillway {
namespace {

constexpr int textPixels = 15;
constexpr int codePixels = 13;

bool isCode(const QTextBlock& block)
{
    return block.blockFormat().hasProperty(QTextFormat::BlockCodeFence) ||
           block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage);
}

bool isPicture(const QTextBlock& block)
{
    const auto first = block.begin();
    return !first.atEnd() && first.fragment().charFormat().isImageFormat();
}

void dressBlock(const QTextBlock& block, bool inTable, const ThemeColors& colors)
{
    QTextBlockFormat format = block.blockFormat();
    const int level = format.headingLevel();
    // A picture is a line of its own height: a proportional margin below it would be a hole in the
    // page.
    const int height = isPicture(block) ? 100 : isCode(block) ? 125 : 140;
    format.setLineHeight(height, QTextBlockFormat::ProportionalHeight);
    format.setTopMargin(level > 1 ? 22 : 0);
    format.setBottomMargin(inTable ? 0 : level > 0 ? 8 : block.textList() ? 4 : 12);
    if (isCode(block)) {
        format.setBackground(colors.raised);
        const bool first = !isCode(block.previous());
        const bool last = !isCode(block.next());
        format.setTopMargin(first ? 2 : 0);
        format.setBottomMargin(last ? 14 : 0);
        format.setLeftMargin(0);
        format.setRightMargin(0);
        format.setTextIndent(10);
        format.setNonBreakableLines(false);
    }
    QTextCursor(block).setBlockFormat(format);
}

int pixelsOf(int headingLevel)
{
    switch (headingLevel) {
    case 1:
        return 25;
    case 2:
        return 19;
    case 3:
        return 16;
    default:
        return textPixels;
    }
}

/// The format of one stretch of text, from what Markdown said of it.
QTextCharFormat dressed(QTextCharFormat format, const QTextBlock& block, const ThemeColors& colors)
{
    const int level = block.blockFormat().headingLevel();
    QFont font = format.font();
    const bool code = isCode(block) || format.fontFixedPitch();
    if (code) font.setFamilies(QFontDatabase::systemFont(QFontDatabase::FixedFont).families());
    font.setPixelSize(code ? codePixels : pixelsOf(level));
    if (level > 0) font.setWeight(QFont::DemiBold);
    format.setFont(font, QTextCharFormat::FontPropertiesSpecifiedOnly);
    format.clearProperty(QTextFormat::FontSizeAdjustment);
    format.setFontFixedPitch(code);
    format.setForeground(format.isAnchor() ? colors.accent : colors.text);
    format.setFontUnderline(format.isAnchor());
    if (code && !isCode(block)) format.setBackground(colors.raised);
    return format;
}

void dressTexts(const QTextBlock& block, const ThemeColors& colors)
{
    std::vector<std::pair<QTextCursor, QTextCharFormat>> changes;
    for (auto it = block.begin(); !it.atEnd(); ++it) {
        const QTextFragment fragment = it.fragment();
        if (fragment.charFormat().isImageFormat()) continue;
        QTextCursor cursor(block);
        cursor.setPosition(fragment.position());
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
        changes.emplace_back(cursor, dressed(fragment.charFormat(), block, colors));
    }
    for (auto& [cursor, format] : changes)
        cursor.setCharFormat(format);
    // The mark of a list, and an empty line of code.
    QTextCursor(block).setBlockCharFormat(dressed(block.charFormat(), block, colors));
}

void dressTable(QTextTable& table, const ThemeColors& colors)
{
    QTextTableFormat format = table.format();
    format.setBorder(1);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderBrush(colors.border);
    format.setBorderCollapse(true);
    format.setCellPadding(6);
    format.setCellSpacing(0);
    format.setBottomMargin(16);
    format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
    table.setFormat(format);
    for (int column = 0; column < table.columns(); ++column) {
        QTextTableCell cell = table.cellAt(0, column);
        QTextCharFormat head = cell.format();
        head.setBackground(colors.raised);
        cell.setFormat(head);
    }
}

void dressFrame(QTextFrame& frame, const ThemeColors& colors)
{
    for (auto* child : frame.childFrames()) {
        if (auto* table = qobject_cast<QTextTable*>(child)) dressTable(*table, colors);
        dressFrame(*child, colors);
    }
}

void fitPicture(QTextDocument& document, const QTextFragment& fragment, int width, double ratio)
{
    QTextImageFormat format = fragment.charFormat().toImageFormat();
    // The picture as it is stands in the document under its name; scaled ones under names of
    // theirs.
    static constexpr int original = QTextFormat::UserProperty + 1;
    QString name = format.property(original).toString();
    if (name.isEmpty()) name = format.name();
    const auto picture =
        document.resource(QTextDocument::ImageResource, QUrl(name)).value<QImage>();
    if (picture.isNull()) return;
    const int shown = std::min(width, picture.width());
    QImage scaled =
        picture.scaledToWidth(static_cast<int>(shown * ratio), Qt::SmoothTransformation);
    scaled.setDevicePixelRatio(ratio);
    const QString scaledName = QStringLiteral("%1?%2").arg(name).arg(shown);
    document.addResource(QTextDocument::ImageResource, QUrl(scaledName), scaled);
    format.setProperty(original, name);
    format.setName(scaledName);
    format.setWidth(shown);
    format.setHeight(static_cast<double>(shown) * picture.height() / picture.width());
    QTextCursor cursor(&document);
    cursor.setPosition(fragment.position());
    cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
    cursor.setCharFormat(format);
}

} // namespace

void dressManual(QTextDocument& document, const ThemeColors& colors)
{
    document.setUndoRedoEnabled(false);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        const bool inTable = QTextCursor(block).currentTable() != nullptr;
        dressBlock(block, inTable, colors);
        dressTexts(block, colors);
    }
    dressFrame(*document.rootFrame(), colors);
}

void fitManual(QTextDocument& document, int margin, int width, double ratio)
{
    document.setDocumentMargin(0);
    QTextFrameFormat frame = document.rootFrame()->frameFormat();
    frame.setLeftMargin(margin);
    frame.setRightMargin(margin);
    frame.setTopMargin(24);
    frame.setBottomMargin(40);
    document.rootFrame()->setFrameFormat(frame);
    std::vector<QTextFragment> pictures;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        for (auto it = block.begin(); !it.atEnd(); ++it)
            if (it.fragment().charFormat().isImageFormat()) pictures.push_back(it.fragment());
    for (const auto& picture : pictures)
        fitPicture(document, picture, width, ratio);
}

} // namespace spillway
