// The gallery's folder: which files an answer has, and how they come, move and go so that a crash leaves none
// half-made.
//
//   ID.png           the first picture, with the record: while it is there, the answer is there
//   ID-2.png ...     further pictures of a story
//   ID.json          what people noted: {"starred", "other"}; absent where there is nothing
//   bin/             the same files of deleted answers
//   index.sqlite     the index (index.h), which is made anew from these files where it is lost
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace diptych::gallery {

// "20260114-153012-123-8f3a2c": when it was made (UTC, to the millisecond), and a random number. A process's later ones
// are larger.
std::string NewId();
bool IsId(std::string_view text);
// "2026-01-14T15:30:12Z" of an id.
std::string TimeOfId(std::string_view id);

// $XDG_DATA_HOME/diptych/gallery or ~/.local/share/diptych/gallery. Error without a home.
std::filesystem::path DefaultFolder();

// What people add to an answer.
struct Notes {
  bool starred = false;
  std::string other{};  // the narrative in another language
  bool operator==(const Notes&) const = default;
};

class Folder {
 public:
  enum class Place { kShelf, kBin };

  // Makes the folder where there is none. Error: it cannot be made or written.
  explicit Folder(std::filesystem::path root);
  std::filesystem::path index_file() const { return root_ / "index.sqlite"; }

  // Every function takes ids that IsId knows. Error: the file system's reason.
  // The first picture last: it makes the answer.
  void Write(const std::string& id, std::span<const std::string> pictures) const;
  // Where the answer is; nothing where there is none.
  std::optional<Place> PlaceOf(const std::string& id) const;
  // All its files; those of another place too, where a crash parted them. Moving to the bin notes the time.
  void Move(const std::string& id, Place to) const;
  void Remove(const std::string& id) const;
  int CountPictures(const std::string& id, Place place) const;
  // The file of its `number`-th picture, from 1.
  std::filesystem::path PictureFile(const std::string& id, Place place, int number) const;
  Notes ReadNotes(const std::string& id, Place place) const;
  void WriteNotes(const std::string& id, Place place, const Notes& notes) const;
  // Seconds since 1970 when it went to the bin.
  int64_t BinnedAt(const std::string& id) const;

  // All answers, after what crashes left has been put in order: files in the wrong place are moved, temporary files and
  // pictures without a first one are removed where they are older than an hour.
  std::map<std::string, Place> TakeStock() const;

 private:
  std::filesystem::path PathOf(Place place) const { return place == Place::kBin ? root_ / "bin" : root_; }
  std::filesystem::path NotesFile(const std::string& id, Place place) const;

  std::filesystem::path root_;
};

}  // namespace diptych::gallery
