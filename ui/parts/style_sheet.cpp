#include "ui/parts/style_sheet.h"

#include <utility>

namespace spillway {
namespace {

// @name stands for a colour of ThemeColors.
constexpr const char* sheet = R"(
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px; }
QLabel[role="title"] { font-size: 18px; font-weight: 600; }
QLabel[role="heading"] { font-size: 14px; font-weight: 600; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="error"] { color: @danger; }
QLabel[role="good"] { color: @success; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="answer"] { font-size: 20px; font-weight: 600; }
QLabel[role="tile-figure"] { font-size: 18px; font-weight: 600; }
QLabel[role="figure"] { font-size: 15px; font-weight: 600; }
QLabel[role="action"] { color: @accent; }
QLabel:disabled { color: @muted; }

QFrame[role="card"], QPushButton[role="card"] {
    background: @surface; border: 1px solid @border; border-radius: 8px; }
QPushButton[role="card"] { text-align: left; }
QPushButton[role="card"]:hover { border-color: @accent; background: @accentSoft; }
QPushButton[role="card"]:focus { border: 2px solid @accent; }
QFrame[role="bar"] { background: @surface; border: none; border-bottom: 1px solid @border; }
QFrame[role="footer"] { background: @surface; border: none; border-top: 1px solid @border; }
QFrame[role="sidebar"] { background: @sidebar; border: none; border-right: 1px solid @border; }
QFrame[role="separator"] { background: @border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="toast"] { background: @raised; border: 1px solid @accent; border-radius: 8px; }
QFrame[role="notice-info"] { background: @accentSoft; border: 1px solid @accent; border-radius: 6px; }
QLabel[role="empty"] { color: @muted; }
QLabel[role="pill"] { background: @accentSoft; border: 1px solid @accent; border-radius: 9px;
    padding: 1px 9px; }
QLabel[role="pill-good"] { background: @surface; color: @success; border: 1px solid @success; border-radius: 9px;
    padding: 1px 9px; }
QLabel[role="pill-bad"] { background: @dangerSoft; border: 1px solid @danger; border-radius: 9px;
    padding: 1px 9px; }
QLabel[role="pill-muted"] { background: @raised; border: 1px solid @border; border-radius: 9px;
    padding: 1px 9px; }
QFrame[role="tile"] { background: @surface; border: 1px solid @border; border-radius: 8px; }
QFrame[role="notice-warning"] {
    background: @warningSoft; border: 1px solid @warning; border-radius: 6px; }
QFrame[role="notice-error"] {
    background: @dangerSoft; border: 1px solid @danger; border-radius: 6px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="sheet"] { background: transparent; }

QPushButton { background: @surface; border: 1px solid @border; border-radius: 6px;
    padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: @raised; }
QPushButton:pressed { background: @border; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton:disabled { color: @muted; background: @window; }
QPushButton[role="primary"] { background: @accent; color: @accentText; border: 1px solid @accent;
    font-weight: 600; }
QPushButton[role="primary"]:hover { background: @accentHover; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 4px 13px; }
QPushButton[role="primary"]:disabled { background: @raised; color: @muted; border-color: @border; }
QPushButton[role="danger"] { color: @danger; border-color: @danger; }
QPushButton[role="danger"]:disabled { color: @muted; border-color: @border; }
QPushButton[role="quiet"] { background: transparent; border: 1px solid transparent; padding: 4px 8px; }
QPushButton[role="quiet"]:hover { background: @raised; }
QPushButton[role="quiet"]:focus { border: 1px solid @accent; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: @accent;
    text-align: left; padding: 4px 6px; }
QPushButton[role="link"]:hover { background: @raised; }
QPushButton[role="link"]:focus { border: 1px solid @accent; }
QPushButton[role="chip"] { border-radius: 13px; padding: 3px 10px; }
QPushButton[role="chip"]:checked { background: @accentSoft; border: 1px solid @accent; color: @text;
    font-weight: 600; }
QPushButton[role="chip"]:focus { border: 2px solid @accent; padding: 2px 9px; }
QPushButton[role="segment"], QPushButton[role="segment-first"], QPushButton[role="segment-last"] {
    border-radius: 0; padding: 5px 16px; }
QPushButton[role="segment-first"] { border-top-left-radius: 6px; border-bottom-left-radius: 6px; }
QPushButton[role="segment-last"] { border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QPushButton[role="segment"], QPushButton[role="segment-last"] { border-left: none; }
QPushButton[role="segment"]:checked, QPushButton[role="segment-first"]:checked,
QPushButton[role="segment-last"]:checked { background: @accentSoft; color: @text; font-weight: 600; }
QPushButton[role="segment"]:focus, QPushButton[role="segment-first"]:focus,
QPushButton[role="segment-last"]:focus { border: 1px solid @accent; }
QPushButton[role="legend"] { background: transparent; border: 1px solid transparent;
    border-radius: 11px; padding: 1px 8px; color: @muted; }
QPushButton[role="legend"]:checked { color: @text; }
QPushButton[role="legend"]:hover { background: @raised; }
QPushButton[role="legend"]:focus { border: 1px solid @accent; }
QWidget[role="actions"] { background: @surface; }
QPushButton[role="disclosure"] { background: transparent; border: 1px solid transparent;
    text-align: left; padding: 4px 4px; font-weight: 600; }
QPushButton[role="disclosure"]:focus { border: 1px solid @accent; }

QToolButton[role="page"] { background: transparent; border: none; border-left: 3px solid transparent;
    text-align: left; padding: 9px 10px; }
QToolButton[role="page"]:hover { background: @raised; }
QToolButton[role="page"]:checked { background: @surface; border-left: 3px solid @accent;
    color: @accent; font-weight: 600; }
QToolButton[role="page"]:focus { background: @raised; border-right: 1px solid @accent; }
QToolButton[role="quiet"] { background: transparent; border: 1px solid transparent;
    border-radius: 6px; padding: 5px 8px; }
QToolButton[role="quiet"]:hover { background: @raised; }
QToolButton[role="quiet"]:focus { border: 1px solid @accent; }
QToolButton[role="danger"] { background: @surface; color: @danger; border: 1px solid @danger;
    border-radius: 6px; padding: 3px 26px 3px 8px; }
QToolButton[role="danger"]:hover { background: @dangerSoft; }
QToolButton[role="danger"]:focus { border: 2px solid @danger; padding: 2px 25px 2px 7px; }
QToolButton[role="danger"]:disabled { color: @muted; border-color: @border; }
QToolButton[role="field"] { background: @surface; border: 1px solid @border; border-radius: 5px;
    padding: 4px 8px; min-height: 18px; }
QToolButton[role="field"]:hover { background: @raised; }
QToolButton[role="field"]:focus { border: 1px solid @accent; }
QToolButton[role="field"]:disabled { background: @window; color: @muted; }
QToolButton::menu-button { border: none; border-left: 1px solid @border; width: 18px; }
QToolButton::menu-arrow { image: url(:/icons/arrow-down-@theme.svg); width: 10px; height: 10px; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit { background: @surface; border: 1px solid @border;
    border-radius: 5px; padding: 3px 6px; selection-background-color: @accent;
    selection-color: @accentText; }
QLineEdit { min-height: 20px; }
QLineEdit[role="session-name"] { background: transparent; border: 1px solid transparent;
    font-size: 14px; font-weight: 600; padding: 2px 4px; }
QLineEdit[role="session-name"]:hover:!read-only { border: 1px solid @border; }
QLineEdit[role="session-name"]:focus { background: @surface; border: 1px solid @accent; }
QLineEdit:focus, QPlainTextEdit:focus { border: 1px solid @accent; }
QLineEdit:disabled { background: @window; color: @muted; }
QLineEdit[role="invalid"] { border: 1px solid @danger; }
QComboBox, QSpinBox, QDoubleSpinBox { background: @surface; border: 1px solid @border;
    border-radius: 5px; padding: 3px 6px; min-height: 20px; color: @text;
    selection-background-color: @accent; selection-color: @accentText; }
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border: 1px solid @accent; }
QComboBox:hover { background: @raised; }
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { background: @window; color: @muted; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/arrow-down-@theme.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { border: 1px solid @border; border-radius: 0;
    selection-background-color: @accentSoft; selection-color: @text; padding: 2px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 20px;
    border: none; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-arrow { image: url(:/icons/arrow-up-@theme.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/arrow-down-@theme.svg); width: 10px; height: 10px; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 14px; height: 14px;
    border: 1px solid @muted; border-radius: 3px; background: @surface; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: @accent;
    border: 1px solid @accent; image: url(:/icons/tick-@theme.svg); }
QCheckBox::indicator:focus, QCheckBox::indicator:hover { border: 1px solid @accent; }
QCheckBox::indicator:disabled { border-color: @border; background: @window; }
QCheckBox:focus { color: @accent; }
QCheckBox:disabled, QCheckBox[role="cannot"] { color: @muted; }

QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent;
    padding: 8px 14px; color: @muted; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent; }
QTabBar[role="narrow"]::tab { padding: 8px 8px; }
QTabBar { qproperty-drawBase: 0; }

QAbstractItemView { background: @surface; border: 1px solid @border; border-radius: 6px;
    outline: none; gridline-color: @border; alternate-background-color: @window; }
QAbstractItemView:focus { border: 1px solid @accent; }
QHeaderView { background: @raised; border: none; }
QHeaderView::section { background: @raised; color: @text; border: none;
    border-right: 1px solid @border; border-bottom: 1px solid @border; padding: 4px 8px; }
QTableCornerButton::section { background: @raised; border: none; }
QMenu { background: @surface; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 4px; }
QMenu::item:selected { background: @accentSoft; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @border; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }

QProgressBar { background: @raised; border: none; border-radius: 4px; min-height: 8px;
    max-height: 8px; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @border; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)";

/// Where every frame is strong, that of the focus is told by its width.
constexpr const char* contrastSheet = R"(
QPushButton:focus, QToolButton:focus, QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus,
QSpinBox:focus, QDoubleSpinBox:focus, QAbstractItemView:focus { border: 3px solid @accent; }
QPushButton[role]:focus, QToolButton[role]:focus { border: 3px solid @accent; }
QCheckBox:focus { text-decoration: underline; }
QPushButton[role="primary"]:focus { border: 3px solid @text; }
QTabBar::tab:focus { background: @accentSoft; }
QScrollBar::handle { background: @muted; }
)";

} // namespace

QString styleSheet(const ThemeColors& colors)
{
    const QColor hover = colors.dark ? colors.accent.lighter(112) : colors.accent.darker(115);
    // Longer names first, so that @accent does not eat the head of @accentSoft.
    const std::pair<const char*, QColor> names[] = {{"@accentHover", hover},
                                                    {"@accentText", colors.accentText},
                                                    {"@accentSoft", colors.accentSoft},
                                                    {"@accent", colors.accent},
                                                    {"@dangerSoft", colors.dangerSoft},
                                                    {"@danger", colors.danger},
                                                    {"@warningSoft", colors.warningSoft},
                                                    {"@warning", colors.warning},
                                                    {"@success", colors.success},
                                                    {"@window", colors.window},
                                                    {"@surface", colors.surface},
                                                    {"@raised", colors.raised},
                                                    {"@sidebar", colors.sidebar},
                                                    {"@border", colors.border},
                                                    {"@text", colors.text},
                                                    {"@muted", colors.muted}};
    QString result = QString::fromLatin1(sheet);
    if (colors.highContrast) result += QString::fromLatin1(contrastSheet);
    result.replace(QLatin1String("@theme"), QLatin1String(colors.dark ? "dark" : "light"));
    for (const auto& [name, color] : names)
        result.replace(QLatin1String(name), color.name());
    return result;
}

} // namespace spillway
