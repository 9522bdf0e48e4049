// SQLite, as far as the gallery needs it: statements with values, and an Error for what fails.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

struct sqlite3;

namespace diptych::gallery {

// The file is no database, or a damaged one.
class DamagedDatabase : public base::Error {
 public:
  using Error::Error;
};

// One file. To be used by one thread at a time; other programs may have it open too.
class Database {
 public:
  // Makes the file where there is none. Writers wait `kPatience_ms` for each other, readers never wait. Error: it
  // cannot be opened.
  explicit Database(const std::filesystem::path& file);

  using Value = std::variant<std::nullptr_t, int64_t, std::string>;
  using Row = std::vector<Value>;
  // All rows of one statement; `values` stand for its question marks. Error: what SQLite says;
  // DamagedDatabase.
  std::vector<Row> Run(std::string_view statement, const std::vector<Value>& values = {});
  // Several statements as one transaction: all of them, or none where `work` throws.
  void Transact(const std::function<void()>& work);

  static constexpr int kPatience_ms = 5000;

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Closer> database_;
};

}  // namespace diptych::gallery
