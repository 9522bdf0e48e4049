#include "gallery/database.h"

#include <sqlite3.h>

#include <chrono>
#include <thread>

namespace diptych::gallery {
namespace {

struct Finisher {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finisher>;

[[noreturn]] void Fail(sqlite3* database) {
  const std::string message = std::string("its index cannot be used: ") + sqlite3_errmsg(database) + ".";
  const int code = sqlite3_errcode(database);
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) throw DamagedDatabase("gallery", message);
  throw base::Error("gallery", message);
}

void Bind(sqlite3* database, sqlite3_stmt* statement, int place, const Database::Value& value) {
  int code = SQLITE_OK;
  if (const auto* number = std::get_if<int64_t>(&value))
    code = sqlite3_bind_int64(statement, place, *number);
  else if (const auto* text = std::get_if<std::string>(&value))
    code = sqlite3_bind_text64(statement, place, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  else
    code = sqlite3_bind_null(statement, place);
  if (code != SQLITE_OK) Fail(database);
}

Database::Value ValueAt(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(statement, column)};
    default:
      break;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
}

}  // namespace

void Database::Closer::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Database::Database(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(opened);
  if (opened == nullptr) throw base::Error("gallery", "there is no memory for its index.");
  if (code != SQLITE_OK) Fail(opened);
  sqlite3_busy_timeout(opened, kPatience_ms);
  // SQLite does not wait for another program that is just switching the same file.
  for (int tries = 1;; ++tries) {
    try {
      Run("PRAGMA journal_mode = WAL");
      break;
    } catch (const base::Error&) {
      if (sqlite3_errcode(opened) != SQLITE_BUSY || tries == 100) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(kPatience_ms / 100));
    }
  }
  // After a power cut the last transactions may be missing, never torn; the files say what is missing.
  Run("PRAGMA synchronous = NORMAL");
}

std::vector<Database::Row> Database::Run(std::string_view text, const std::vector<Value>& values) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database_.get(), text.data(), static_cast<int>(text.size()), &prepared, nullptr) != SQLITE_OK)
    Fail(database_.get());
  const Statement statement(prepared);
  for (size_t i = 0; i < values.size(); ++i) Bind(database_.get(), prepared, static_cast<int>(i + 1), values[i]);
  std::vector<Row> rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) row.push_back(ValueAt(prepared, i));
    rows.push_back(std::move(row));
  }
  if (code != SQLITE_DONE) Fail(database_.get());
  return rows;
}

void Database::Transact(const std::function<void()>& work) {
  Run("BEGIN IMMEDIATE");
  try {
    work();
    Run("COMMIT");
  } catch (...) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

}  // namespace diptych::gallery
