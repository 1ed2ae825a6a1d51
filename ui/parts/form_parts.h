#pragma once

#include <QLabel>
#include <QScrollArea>
#include <QSpinBox>
#include <QString>

class QFormLayout;
class QLineEdit;
class QPushButton;

/// Small parts that forms are made of.
namespace spillway {

QLabel* mutedLabel(const QString& words);
QLabel* headingLabel(const QString& words);
QSpinBox* makeSpinBox(int low, int high, int value, const QString& name, const QString& help);

/// Aligns the labels of a form's rows with their fields vertically: Fusion puts them at the top.
void alignLabels(QFormLayout* form);

/// Pixels on both sides of a chip's text, those of the style sheet and the frame.
inline constexpr int chipPadding = 26;

/// A checkable button whose text is bold while it is on keeps the width of that. `padding`: pixels
/// on both sides together, those of the style sheet and the frame.
void keepWidthWhenOn(QPushButton* button, int padding);

/// A line edit with a button that opens a folder dialog. `edit` is inside the returned widget.
QWidget* folderField(QLineEdit* edit, const QString& title);

/// `content` in a scroll area without a frame, so that a page is usable in a small window.
QScrollArea* scrolled(QWidget* content);

} // namespace spillway
