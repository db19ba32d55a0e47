#include "ui/accessible_roles.h"

#include <QAccessibleWidget>
#include <QVariant>
#include <QWidget>

namespace fovea::ui {
namespace {

constexpr char kRole[] = "accessible-role";

/// Asked by Qt for each class of an object in turn, until an interface is made.
QAccessibleInterface* make_interface(const QString& /*of_class*/, QObject* object) {
  auto* widget = qobject_cast<QWidget*>(object);
  const QVariant role = widget == nullptr ? QVariant() : widget->property(kRole);
  return role.isValid() ? new QAccessibleWidget(widget, QAccessible::Role(role.toInt())) : nullptr;
}

}  // namespace

void set_accessible_role(QWidget* widget, QAccessible::Role role) {
  static const bool installed = [] {
    QAccessible::installFactory(make_interface);
    return true;
  }();
  Q_UNUSED(installed)
  widget->setProperty(kRole, int(role));
}

}  // namespace fovea::ui
