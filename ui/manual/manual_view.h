#pragma once

#include <QTextBrowser>

#include <filesystem>

namespace spillway {

/// One page of the manual: Markdown from a folder, in the program's colours, pictures no wider than
/// the text. Reads nothing outside the folder; web links open in the desktop's browser.
class ManualView : public QTextBrowser {
    Q_OBJECT
public:
    explicit ManualView(std::filesystem::path folder, QWidget* parent = nullptr);

    /// "verdict", or "verdict#a-tie" for a heading in it.
    void showPage(const QString& page);
    /// The page that is shown, without the heading.
    QString page() const;
    /// Highlights every occurrence of `words` and moves to the first or, with `again`, to the next.
    void find(const QStringList& words, bool again);

signals:
    void pageChanged(const QString& page);

protected:
    QVariant loadResource(int type, const QUrl& name) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrive(const QUrl& url);
    void dress();
    void fitWidth();
    void scrollToHeading(const QString& anchor);

    std::filesystem::path folder_;
    int dressedWidth_ = 0; ///< of the text, in pixels, that pictures were made for
};

/// "If it does not start" as the end of a link: "if-it-does-not-start", as GitHub makes it.
QString headingAnchor(const QString& heading);

} // namespace spillway
