#pragma once

#include <QAccessible>
#include <QStringList>
#include <QWidget>
#include <set>

namespace fovea::test {

/// What a person acts on, or what is a picture: all of it has to say what it is.
inline bool needs_name(const QAccessibleInterface& item) {
  static const std::set<QAccessible::Role> roles = {
      QAccessible::Button,       QAccessible::ButtonMenu,   QAccessible::CheckBox, QAccessible::RadioButton,
      QAccessible::ComboBox,     QAccessible::EditableText, QAccessible::SpinBox,  QAccessible::Slider,
      QAccessible::PageTab,      QAccessible::List,         QAccessible::ListItem, QAccessible::Table,
      QAccessible::ColumnHeader, QAccessible::Tree,         QAccessible::Graphic,  QAccessible::Chart,
      QAccessible::Indicator,    QAccessible::Link,         QAccessible::MenuItem, QAccessible::Dialog,
      QAccessible::PageTabList};
  return roles.count(item.role()) > 0 || item.state().focusable;
}

/// Every element that is shown below `item` and has to have a name, by its place in the tree; `nameless`:
/// only those that have none.
inline void walk_tree(QAccessibleInterface* item, const QString& place, bool nameless, QStringList& out) {
  if (item == nullptr || !item->isValid() || item->state().invisible) return;
  const QString name = item->text(QAccessible::Name);
  const QObject* object = item->object();
  const QString here = place + u'/' +
                       (object == nullptr ? QString::number(int(item->role()))
                                          : QLatin1String(object->metaObject()->className()));
  // Qt's own parts of a field, of a row of tabs, of a scrolled list.
  const QString of_qt = object == nullptr ? QString() : object->objectName();
  const bool part = of_qt.startsWith(QLatin1String("qt_")) || of_qt.startsWith(QLatin1String("Scroll"));
  if (!part && needs_name(*item) && (!nameless || name.trimmed().isEmpty()))
    out.append(QStringLiteral("%1 (role %2) \"%3\" %4")
                   .arg(here)
                   .arg(int(item->role()))
                   .arg(name, item->text(QAccessible::Description)));
  for (int i = 0; i < item->childCount(); ++i) walk_tree(item->child(i), here, nameless, out);
}

inline QStringList nameless_in(QWidget& widget) {
  QStringList out;
  walk_tree(QAccessible::queryAccessibleInterface(&widget), {}, true, out);
  return out;
}

inline QStringList elements_of(QWidget& widget) {
  QStringList out;
  walk_tree(QAccessible::queryAccessibleInterface(&widget), {}, false, out);
  return out;
}

}  // namespace fovea::test
