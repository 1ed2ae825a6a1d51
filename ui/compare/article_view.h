#pragma once

#include "analysis/claims.h"
#include "analysis/ease.h"

#include <QTextBrowser>

namespace spillway {

/// The article's claims, section by section: what was run, with which figures, and whether it
/// holds here; below them what each engine takes beside the time.
class ArticleView : public QTextBrowser {
    Q_OBJECT
public:
    explicit ArticleView(QWidget* parent = nullptr);

    /// `place`: the machine and the versions that the verdicts speak of.
    void set(std::vector<JudgedClaim> claims, const std::vector<EaseRow>& ease,
             const QString& place);
    const std::vector<JudgedClaim>& claims() const { return claims_; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void draw();

    std::vector<JudgedClaim> claims_;
    Table ease_;
    QString place_;
};

} // namespace spillway
