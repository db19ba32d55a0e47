#include "ui/history/statement.h"

#include "ui/words.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <algorithm>
#include <array>

namespace fovea::ui {
namespace {

constexpr int kSqliteFull = 13;  // SQLITE_FULL

Error error_of(const QSqlError& error) {
  const bool full = error.nativeErrorCode().toInt() == kSqliteFull;
  return {full ? ErrorCode::kDiskFull : ErrorCode::kInternal,
          tr("The history could not be saved or read.").toStdString(),
          full ? tr("Free some space on the disk.").toStdString()
               : tr("Check that its folder can be written.").toStdString(),
          {}};
}

}  // namespace

FileFault fault_of(const QSqlError& error) {
  if (!error.isValid()) return FileFault::kNone;
  // SQLite's result codes, with what it adds in the higher bits taken off: perm, busy, locked, nomem,
  // readonly, interrupt, full, cantopen, auth. Of ioerr only a read that fails or comes short is the file's
  // own.
  constexpr auto kSurroundings = std::to_array({3, 5, 6, 7, 8, 9, kSqliteFull, 14, 23});
  constexpr int kIoError = 10;
  constexpr auto kReadErrors = std::to_array({kIoError | 1 << 8, kIoError | 2 << 8});
  const auto is_in = [](const auto& codes, int code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  const int code = error.nativeErrorCode().toInt();
  const int primary = code & 0xff;
  if (primary == 0) return FileFault::kSurroundings;  // not of SQLite, which saw no file
  const bool around = primary == kIoError ? !is_in(kReadErrors, code) : is_in(kSurroundings, primary);
  return around ? FileFault::kSurroundings : FileFault::kDamaged;
}

Statement::Statement(QSqlDatabase& database, const char* sql) : query_(database) {
  query_.setForwardOnly(true);
  prepared_ = query_.prepare(QString::fromUtf8(sql));
}

bool Statement::run(const QVariantList& values) {
  if (!prepared_) return false;  // exec() would put an error without SQLite's code in the place of this one
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

FileFault Statement::fault() const {
  return fault_of(query_.lastError());
}

Result<void> Statement::done(const QVariantList& values) {
  if (!run(values)) return error();
  return {};
}

// As statements, not by QSqlDatabase::transaction() and commit(): those do not tell SQLite's code, and so not
// that a disk is full. IMMEDIATE, because all of them write: one that began by reading would be refused at
// its first write, without any waiting, where another window wrote in between (SQLITE_BUSY_SNAPSHOT).
Transaction::Transaction(QSqlDatabase& database)
    : database_(database), open_(Statement(database, "BEGIN IMMEDIATE").run()) {}

Transaction::~Transaction() {
  if (open_) Statement(database_, "ROLLBACK").run();
}

Result<void> Transaction::commit() {
  Statement commit(database_, "COMMIT");
  if (!open_ || !commit.run()) {
    fault_ = commit.fault();
    return commit.error();
  }
  open_ = false;
  return {};
}

}  // namespace fovea::ui
