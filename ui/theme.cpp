#include "ui/theme.h"

#include "ui/icons.h"
#include "ui/tokens.h"

#include <QApplication>
#include <QColor>
#include <QFont>
#include <QFontInfo>
#include <QPalette>
#include <QStyleFactory>

namespace fovea::ui {
namespace {

struct Shown {
  Theme theme = Theme::kLight;
  double text_scale = 1.0;
};
Shown& shown() {
  static Shown state;
  return state;
}

QPalette palette_of(const Colors& c) {
  QPalette palette;
  palette.setColor(QPalette::Window, QColor(c.window));
  palette.setColor(QPalette::WindowText, QColor(c.text));
  palette.setColor(QPalette::Base, QColor(c.surface));
  palette.setColor(QPalette::AlternateBase, QColor(c.bubble));
  palette.setColor(QPalette::Text, QColor(c.text));
  palette.setColor(QPalette::PlaceholderText, QColor(c.muted));
  palette.setColor(QPalette::Button, QColor(c.raised));
  palette.setColor(QPalette::ButtonText, QColor(c.text));
  palette.setColor(QPalette::ToolTipBase, QColor(c.raised));
  palette.setColor(QPalette::ToolTipText, QColor(c.text));
  palette.setColor(QPalette::Highlight, QColor(c.accent));
  palette.setColor(QPalette::HighlightedText, QColor(c.on_accent));
  palette.setColor(QPalette::Link, QColor(c.accent));
  palette.setColor(QPalette::BrightText, QColor(c.bad));
  palette.setColor(QPalette::Light, QColor(c.raised));
  palette.setColor(QPalette::Midlight, QColor(c.hover));
  palette.setColor(QPalette::Mid, QColor(c.line));
  palette.setColor(QPalette::Dark, QColor(c.line));
  palette.setColor(QPalette::Shadow, QColor(c.line));
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, QColor(c.muted));
  }
  return palette;
}

QString style_sheet(const Colors& c) {
  const auto name = [](QRgb rgb) { return QColor(rgb).name(); };
  QString sheet = QStringLiteral(R"(
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QDockWidget { titlebar-close-icon: none; border: none; }
QStatusBar { background: @window; border-top: 1px solid @line; font-size: @smallpx; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @muted; font-size: @smallpx; padding: 0 8px; }
QMenu { background: @raised; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 20px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @soft; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px; background: transparent; color: @text; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @soft; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }
QPushButton { border: 1px solid @line; border-radius: 6px; padding: 5px 12px; background: @raised; color: @text; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border: 2px solid @accent; padding: 4px 11px; outline: none; }
QPushButton:disabled { color: @muted; background: @window; }
QPushButton[primary="true"] { background: @accent; color: @onaccent; border-color: @accent; font-weight: 600; }
QPushButton[primary="true"]:disabled { background: @hover; color: @muted; border-color: @line; }
QPushButton[chip="true"] { padding: 2px 8px; border-radius: 6px; font-size: @smallpx; }
QPushButton[chip="true"]:focus { border: 1px solid @accent; padding: 2px 8px; }
QPushButton[chip="true"]:checked { background: @soft; border-color: @accent; }
QPushButton[flat="true"] { border: 1px solid transparent; background: transparent; color: @muted; padding: 2px 4px; font-size: @smallpx; text-align: left; }
QPushButton[flat="true"]:hover { color: @text; background: @hover; }
QPushButton[flat="true"]:focus { border: 1px solid @accent; padding: 2px 4px; }
QPushButton[fold="true"] { color: @text; font-size: @titlepx; font-weight: 600; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit[field="true"] {
  border: 1px solid @line; border-radius: 6px; padding: 4px 8px; background: @raised; color: @text; selection-background-color: @accent; selection-color: @onaccent; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit[field="true"]:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(@chevron); width: 12px; height: 12px; }
QSpinBox:disabled, QDoubleSpinBox:disabled { color: @muted; background: @window; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0; border: none; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line; selection-background-color: @soft; selection-color: @text; outline: 0; }
QAbstractItemView { outline: 0; }
QListView, QTreeView, QTableView { background: transparent; border: none; selection-background-color: @soft; selection-color: @text; }
QHeaderView::section { background: @window; color: @muted; border: none; border-bottom: 1px solid @line; padding: 4px; font-size: @smallpx; }
QTabBar { background: @window; qproperty-drawBase: 0; }
QTabBar::tab { padding: 8px 12px; color: @muted; border: none; border-bottom: 2px solid transparent; background: transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 3px; background: @raised; }
QCheckBox::indicator:checked { border-color: @accent; image: url(@check); }
QCheckBox { border: 1px solid transparent; border-radius: 4px; padding: 2px; }
QCheckBox:focus { outline: none; border-color: @accent; }
QProgressBar { border: none; border-radius: 2px; background: @hover; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QSlider::groove:horizontal { height: 4px; background: @hover; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: @accent; border: 1px solid @surface; }
QSlider::handle:horizontal:focus { border: 2px solid @text; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: @muted; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { border: none; background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QLabel[muted="true"] { color: @muted; font-size: @smallpx; }
QLabel[title="true"] { font-size: @titlepx; font-weight: 600; }
QLabel[figure="true"] { font-size: @figurepx; font-weight: 600; }
QLabel[bad="true"] { color: @bad; }
QLabel[good="true"] { color: @good; font-size: @smallpx; }
QLabel[warning="true"] { color: @warning; font-size: @smallpx; }
QWidget[role="surface"] { background: @surface; }
QWidget[role="chrome"] { background: @window; }
QFrame[role="bubble"] { background: @bubble; border-radius: 6px; }
QFrame[role="card"] { background: @raised; border: 1px solid @line; border-radius: 6px; }
QFrame[role="composer"] { background: @raised; border: 1px solid @line; border-radius: 6px; }
QFrame[role="composer"][focus="true"] { border-color: @accent; }
QFrame[role="banner"] { background: @bubble; border: 1px solid @line; border-radius: 6px; }
QFrame[role="drop"] { background: @soft; border: 2px dashed @accent; border-radius: 6px; }
QFrame[role="overlay"] { background: @window; border: none; border-left: 1px solid @line; }
QFrame[role="line"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
)");
  const std::pair<const char*, QString> tokens[] = {
      {"@smallpx", QString::number(scaled(kSmallText)) + "px"},
      {"@titlepx", QString::number(scaled(kTitleText)) + "px"},
      {"@figurepx", QString::number(scaled(kFigureText)) + "px"},
      {"@chevron", icon_file("chevron-down", c.muted)},
      {"@check", icon_file("check", c.accent)},
      {"@onaccent", name(c.on_accent)},
      {"@accent", name(c.accent)},
      {"@soft", name(c.accent_soft)},
      {"@surface", name(c.surface)},
      {"@raised", name(c.raised)},
      {"@bubble", name(c.bubble)},
      {"@window", name(c.window)},
      {"@warning", name(c.warning)},
      {"@hover", name(c.hover)},
      {"@muted", name(c.muted)},
      {"@line", name(c.line)},
      {"@text", name(c.text)},
      {"@good", name(c.good)},
      {"@bad", name(c.bad)},
  };
  for (const auto& [token, value] : tokens) sheet.replace(QLatin1String(token), value);
  return sheet;
}

}  // namespace

Theme current_theme() {
  return shown().theme;
}

const Colors& current_colors() {
  return colors_of(shown().theme);
}

Theme theme_of(ThemeChoice choice, bool system_is_dark) {
  switch (choice) {
    case ThemeChoice::kLight:
      return Theme::kLight;
    case ThemeChoice::kDark:
      return Theme::kDark;
    case ThemeChoice::kHighContrast:
      return Theme::kHighContrast;
    default:
      return system_is_dark ? Theme::kDark : Theme::kLight;
  }
}

void apply_theme(QApplication& application, Theme theme, double text_scale) {
  shown() = {theme, text_scale};
  const Colors& colors = colors_of(theme);
  QFont font = application.font();
  font.setPixelSize(scaled(kTextSize));
  // Chinese in its simplified forms and regular weight, whatever the system would fall back to.
  font.setFamilies({QFontInfo(font).family(), QStringLiteral("Noto Sans CJK SC"),
                    QStringLiteral("Source Han Sans SC"), QStringLiteral("WenQuanYi Micro Hei")});
  QApplication::setFont(font);
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setPalette(palette_of(colors));
  application.setStyleSheet(style_sheet(colors));
}

int scaled(int pixels) {
  return qRound(pixels * shown().text_scale);
}

}  // namespace fovea::ui
