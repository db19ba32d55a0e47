#pragma once

#include "core/api/error.h"

#include <QSqlQuery>
#include <QVariant>

class QSqlDatabase;
class QSqlError;

namespace fovea::ui {

/// What keeps a database from being opened: its content, or what is around it (no room, no right to write,
/// another program's lock).
enum class FileFault { kNone, kDamaged, kSurroundings };
FileFault fault_of(const QSqlError& error);

/// A prepared statement and its rows.
class Statement {
 public:
  Statement(QSqlDatabase& database, const char* sql);

  bool run(const QVariantList& values = {});
  bool next() { return query_.next(); }
  QVariant value(int column) const { return query_.value(column); }
  Error error() const;
  FileFault fault() const;
  /// run() for a statement that gives no rows.
  Result<void> done(const QVariantList& values = {});

 private:
  QSqlQuery query_;
  bool prepared_ = false;
};

/// All or nothing: what was done since is undone unless commit() is called.
class Transaction {
 public:
  explicit Transaction(QSqlDatabase& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result<void> commit();
  /// Why commit() failed.
  FileFault fault() const { return fault_; }

 private:
  QSqlDatabase& database_;
  FileFault fault_ = FileFault::kNone;
  bool open_ = false;
};

}  // namespace fovea::ui
