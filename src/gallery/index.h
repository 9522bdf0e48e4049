// The index of the gallery: what lists and searches need, so that no picture is opened for them. All of it is in the
// files as well (folder.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gallery/database.h"
#include "gallery/folder.h"

namespace diptych::gallery {

// One answer as lists tell of it.
struct Entry {
  std::string id;
  Notes notes{};
  int pictures = 1;
  std::optional<int64_t> binned_s{};  // seconds since 1970 when it went to the bin; nothing: it is on the shelf
  std::string summary{};              // JSON: prompt, narrative, language, seed, model, width, height, followed, told
};

// What of an answer the index holds beside its Entry.
struct Indexed {
  Entry entry;
  std::string hash{};    // of the first picture's file
  int64_t bytes = 0;     // of all its pictures' files
  std::string prompt{};  // these two for the search
  std::string narrative{};
};

struct Query {
  std::string words{};  // as search_text.h says; empty: all
  bool starred = false, binned = false;
  std::string before{};  // an id: only older ones
  int most = 24;
};

struct Found {
  std::vector<Entry> entries;  // the newest first
  int64_t count = 0;           // of all that the query finds, whatever `before` and `most`
};

struct Totals {
  int64_t count = 0, bytes = 0;  // of the shelf
};

class Index {
 public:
  // Of a file that is no database, or of another version of this program, a new and empty one is made in its place.
  explicit Index(const std::filesystem::path& file);

  // Does nothing where the id is there.
  void Add(const Indexed& answer);
  void Remove(const std::string& id);
  void SetNotes(const std::string& id, const Notes& notes);
  void SetBinned(const std::string& id, std::optional<int64_t> binned_s);

  std::optional<Entry> Find(const std::string& id);
  std::optional<std::string> IdOfHash(const std::string& hash);
  Found List(const Query& query);
  Totals Count();
  // Every id, and whether it is in the bin.
  std::map<std::string, Folder::Place> All();
  // In the bin since that time or longer.
  std::vector<std::string> BinnedBefore(int64_t time_s);

 private:
  void AddWords(int64_t number, const Indexed& answer);

  Database database_;
};

}  // namespace diptych::gallery
