#include "ui/resources.h"

#include <QtCore/qglobal.h>

// Q_INIT_RESOURCE declares functions, which may not happen inside a namespace.
static void make_resources_known() {
  Q_INIT_RESOURCE(icons);
  Q_INIT_RESOURCE(translations);
}

namespace fovea::ui {

void load_resources() {
  make_resources_known();
}

}  // namespace fovea::ui
