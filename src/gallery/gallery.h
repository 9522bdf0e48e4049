// Answers kept on disk: pictures as files that hold their record, an index that is searched, a bin.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gallery/export.h"
#include "gallery/folder.h"
#include "gallery/index.h"

namespace diptych::gallery {

// Used by any thread; other programs may have the same folder open. Every function throws base::Error with the place
// "gallery" where the disk fails. Ids may be any text: nothing is found under one that IsId does not know, so nothing
// outside the folder is ever touched.
class Gallery {
 public:
  // Opens a folder or makes it, and brings its index in line with its files: what a crash left is put in order, files
  // that came or went are noticed, and an index that is lost or damaged is made anew. Empties the bin of what has been
  // there for kBinDays.
  explicit Gallery(const std::filesystem::path& folder);

  // Keeps the pictures of one answer: bytes of PNG files, the first with its record. Once it returns the id, a crash or
  // power cut loses nothing of it. The same first picture again gives the id that it has, and takes it out of the bin.
  // Error: the bytes are no such file.
  std::string Add(std::span<const std::string> pictures);

  std::optional<Entry> Find(const std::string& id) const;
  Found List(const Query& query) const;
  // The bytes of the `number`-th picture's file, from 1; nothing where there is none.
  std::optional<std::string> Picture(const std::string& id, int number) const;
  // All of an answer. Error: its first picture is damaged.
  std::optional<Leaf> Read(const std::string& id) const;
  Totals totals() const;

  // False where there is no such answer. What a change leaves open stays as it is.
  struct NotesChange {
    std::optional<bool> starred{};
    std::optional<std::string> other{};
  };
  bool SetNotes(const std::string& id, const NotesChange& change);
  // Into the bin. One that is there already stays, so that asking twice loses nothing.
  bool Delete(const std::string& id);
  // For good. False where it is not in the bin.
  bool Remove(const std::string& id);
  // Out of the bin.
  bool Restore(const std::string& id);
  void EmptyBin();

  static constexpr int kBinDays = 30;

 private:
  void TakeStock();
  // With mutex_ held: a change of an answer reads where it is under the same lock.
  std::optional<Entry> FindLocked(const std::string& id) const;
  void MoveTo(Folder::Place place, const Entry& entry);

  Folder folder_;
  mutable std::mutex mutex_;  // of the index
  mutable Index index_;
};

}  // namespace diptych::gallery
