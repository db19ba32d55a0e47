#include "ui/history/statement.h"

#include "ui/words.h"

#include <QSqlDatabase>
#include <QSqlError>

namespace fovea::ui {
namespace {

constexpr auto kSqliteFull = "13";  // SQLITE_FULL

Error error_of(const QSqlError& error) {
  const bool full = error.nativeErrorCode() == QLatin1String(kSqliteFull);
  return {full ? ErrorCode::kDiskFull : ErrorCode::kInternal,
          tr("The history could not be saved or read.").toStdString(),
          full ? tr("Free some space on the disk.").toStdString()
               : tr("Check that its folder can be written.").toStdString(),
          {}};
}

}  // namespace

Statement::Statement(QSqlDatabase& database, const char* sql) : query_(database) {
  query_.setForwardOnly(true);
  query_.prepare(QString::fromUtf8(sql));
}

bool Statement::run(const QVariantList& values) {
  for (int i = 0; i < int(values.size()); ++i) {
    // Qt writes a null string as NULL; here every text is a text.
    const bool no_text = values[i].typeId() == QMetaType::QString && values[i].toString().isNull();
    query_.bindValue(i, no_text ? QVariant(QStringLiteral("")) : values[i]);
  }
  return query_.exec();
}

Error Statement::error() const {
  return error_of(query_.lastError());
}

Result<void> Statement::done(const QVariantList& values) {
  if (!run(values)) return error();
  return {};
}

Transaction::Transaction(QSqlDatabase& database) : database_(database), open_(database.transaction()) {}

Transaction::~Transaction() {
  if (open_) database_.rollback();
}

Result<void> Transaction::commit() {
  if (!open_ || !database_.commit()) return error_of(database_.lastError());
  open_ = false;
  return {};
}

}  // namespace fovea::ui
