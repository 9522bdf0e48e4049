#include "gallery/index.h"

#include <utility>

#include "base/error.h"
#include "gallery/search_text.h"

namespace diptych::gallery {
namespace {

namespace fs = std::filesystem;
using Row = Database::Row;
using Value = Database::Value;

// To be raised with every change of the tables: an index of another version is made anew.
constexpr int64_t kVersion = 1;
constexpr const char* kTables[] = {
    "CREATE TABLE IF NOT EXISTS answer (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, "
    "bytes INTEGER NOT NULL, pictures INTEGER NOT NULL, starred INTEGER NOT NULL, other TEXT NOT NULL, "
    "binned_s INTEGER, summary TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS answer_hash ON answer (hash)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (prompt, narrative, other, "
    "tokenize = 'unicode61 remove_diacritics 2')"};
constexpr const char* kEntryColumns = "SELECT id, starred, other, pictures, binned_s, summary FROM answer ";

int64_t Number(const Value& value) { return std::get<int64_t>(value); }
const std::string& Text(const Value& value) { return std::get<std::string>(value); }

Entry EntryOf(const Row& row) {
  Entry entry{.id = Text(row[0]),
              .notes = {.starred = Number(row[1]) != 0, .other = Text(row[2])},
              .pictures = static_cast<int>(Number(row[3])),
              .summary = Text(row[5])};
  if (const auto* time = std::get_if<int64_t>(&row[4])) entry.binned_s = *time;
  return entry;
}

// The database with its tables; nothing where the file is of another version.
std::optional<Database> Opened(const fs::path& file) {
  Database database(file);
  bool fits = true;
  database.Transact([&] {
    const int64_t version = Number(database.Run("PRAGMA user_version")[0][0]);
    fits = version == kVersion || (version == 0 && database.Run("SELECT 1 FROM sqlite_schema LIMIT 1").empty());
    if (!fits) return;
    for (const char* table : kTables) database.Run(table);
    database.Run("PRAGMA user_version = " + std::to_string(kVersion));
  });
  if (!fits) return {};
  return database;
}

Database OpenedOrNew(const fs::path& file) {
  try {
    if (std::optional<Database> database = Opened(file)) return std::move(*database);
  } catch (const DamagedDatabase&) {
    // The files know all that it knew.
  }
  for (const char* end : {"", "-wal", "-shm"}) fs::remove(file.string() + end);
  std::optional<Database> database = Opened(file);
  DIPTYCH_CHECK(database, "a new index has this version");
  return std::move(*database);
}

}  // namespace

Index::Index(const fs::path& file) : database_(OpenedOrNew(file)) {}

void Index::Add(const Indexed& answer) {
  const Entry& entry = answer.entry;
  const Value binned = entry.binned_s ? Value(*entry.binned_s) : Value(nullptr);
  database_.Transact([&] {
    const std::vector<Row> added = database_.Run(
        "INSERT OR IGNORE INTO answer (id, hash, bytes, pictures, starred, other, binned_s, summary) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
        {entry.id, answer.hash, answer.bytes, int64_t{entry.pictures}, int64_t{entry.notes.starred}, entry.notes.other,
         binned, entry.summary});
    if (!added.empty()) AddWords(Number(added[0][0]), answer);
  });
}

void Index::AddWords(int64_t number, const Indexed& answer) {
  database_.Run(
      "INSERT INTO words (rowid, prompt, narrative, other) VALUES (?, ?, ?, ?)",
      {number, IndexedText(answer.prompt), IndexedText(answer.narrative), IndexedText(answer.entry.notes.other)});
}

void Index::Remove(const std::string& id) {
  database_.Transact([&] {
    for (const Row& row : database_.Run("DELETE FROM answer WHERE id = ? RETURNING number", {id}))
      database_.Run("DELETE FROM words WHERE rowid = ?", {row[0]});
  });
}

void Index::SetNotes(const std::string& id, const Notes& notes) {
  database_.Transact([&] {
    for (const Row& row : database_.Run("UPDATE answer SET starred = ?, other = ? WHERE id = ? RETURNING number",
                                        {int64_t{notes.starred}, notes.other, id}))
      database_.Run("UPDATE words SET other = ? WHERE rowid = ?", {IndexedText(notes.other), row[0]});
  });
}

void Index::SetBinned(const std::string& id, std::optional<int64_t> binned_s) {
  database_.Run("UPDATE answer SET binned_s = ? WHERE id = ?", {binned_s ? Value(*binned_s) : Value(nullptr), id});
}

std::optional<Entry> Index::Find(const std::string& id) {
  const std::vector<Row> rows = database_.Run(std::string(kEntryColumns) + "WHERE id = ?", {id});
  if (rows.empty()) return {};
  return EntryOf(rows[0]);
}

std::optional<std::string> Index::IdOfHash(const std::string& hash) {
  const std::vector<Row> rows = database_.Run("SELECT id FROM answer WHERE hash = ? LIMIT 1", {hash});
  if (rows.empty()) return {};
  return Text(rows[0][0]);
}

Found Index::List(const Query& query) {
  std::string where = query.binned ? "WHERE binned_s IS NOT NULL" : "WHERE binned_s IS NULL";
  std::vector<Value> values;
  if (query.starred) where += " AND starred";
  if (const std::string match = MatchOf(query.words); !match.empty()) {
    where += " AND number IN (SELECT rowid FROM words WHERE words MATCH ?)";
    values.emplace_back(match);
  }
  Found found;
  found.count = Number(database_.Run("SELECT COUNT(*) FROM answer " + where, values)[0][0]);
  if (!query.before.empty()) {
    where += " AND id < ?";
    values.emplace_back(query.before);
  }
  values.emplace_back(int64_t{query.most});
  for (const Row& row : database_.Run(kEntryColumns + where + " ORDER BY id DESC LIMIT ?", values))
    found.entries.push_back(EntryOf(row));
  return found;
}

Totals Index::Count() {
  const Row row = database_.Run("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM answer WHERE binned_s IS NULL")[0];
  return {Number(row[0]), Number(row[1])};
}

std::map<std::string, Folder::Place> Index::All() {
  std::map<std::string, Folder::Place> all;
  for (const Row& row : database_.Run("SELECT id, binned_s IS NOT NULL FROM answer"))
    all.emplace(Text(row[0]), Number(row[1]) != 0 ? Folder::Place::kBin : Folder::Place::kShelf);
  return all;
}

std::vector<std::string> Index::BinnedBefore(int64_t time_s) {
  std::vector<std::string> ids;
  for (const Row& row : database_.Run("SELECT id FROM answer WHERE binned_s <= ?", {time_s}))
    ids.push_back(Text(row[0]));
  return ids;
}

}  // namespace diptych::gallery
