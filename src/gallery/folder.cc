#include "gallery/folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <random>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/user_folders.h"
#include "record/json_object.h"

namespace diptych::gallery {
namespace {

namespace fs = std::filesystem;

// # stands for a digit, x for a hexadecimal one.
constexpr std::string_view kIdForm = "########-######-###-xxxxxx";
constexpr auto kOld = std::chrono::hours(1);

bool FitsForm(char c, char form) {
  const bool is_digit = c >= '0' && c <= '9';
  if (form == '#') return is_digit;
  return form == 'x' ? is_digit || (c >= 'a' && c <= 'f') : c == form;
}

// The id that a file's name begins with; empty for names of other files.
std::string IdOfName(const std::string& name) {
  const std::string id = name.substr(0, kIdForm.size());
  const char next = name.size() > kIdForm.size() ? name[kIdForm.size()] : 0;
  return IsId(id) && (next == '.' || next == '-') ? id : "";
}

// The names of files with an id, by it.
std::map<std::string, std::vector<std::string>> NamesIn(const fs::path& folder) {
  std::map<std::string, std::vector<std::string>> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (const std::string id = IdOfName(name); !id.empty()) names[id].push_back(name);
  }
  return names;
}

bool IsOld(const fs::path& file) {
  std::error_code gone;
  const auto time = fs::last_write_time(file, gone);
  return !gone && fs::file_time_type::clock::now() - time > kOld;
}

// A file that another server has just moved is no failure.
void MoveFile(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error && error != std::errc::no_such_file_or_directory)
    throw base::Error("gallery", "cannot move " + from.string() + ": " + error.message() + ".");
}

void Prepare(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  const bool writable = !failed && access(folder.c_str(), W_OK | X_OK) == 0;
  if (!writable)
    throw base::Error("gallery",
                      "cannot write in " + folder.string() + ": " +
                          (failed ? failed.message() : std::string(std::strerror(errno))) + ".",
                      "choose another folder with --gallery FOLDER, or go without: --no-gallery.");
}

// Makes the names in a folder durable, for a power cut.
void SyncNames(const fs::path& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  fsync(opened);
  close(opened);
}

}  // namespace

std::string NewId() {
  // The clock may stand still between two answers, or be set back; an id must not.
  static std::atomic<int64_t> newest_ms = 0;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  int64_t before_ms = newest_ms, time_ms;
  do time_ms = std::max(int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(now).count()}, before_ms + 1);
  while (!newest_ms.compare_exchange_weak(before_ms, time_ms));
  const std::time_t seconds = time_ms / 1000;
  std::tm time{};
  gmtime_r(&seconds, &time);
  char day[32], id[64];
  std::strftime(day, sizeof(day), "%Y%m%d-%H%M%S", &time);
  std::random_device random;
  std::snprintf(id, sizeof(id), "%s-%03d-%06x", day, static_cast<int>(time_ms % 1000), random() & 0xFFFFFF);
  return id;
}

bool IsId(std::string_view text) {
  if (text.size() != kIdForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (!FitsForm(text[i], kIdForm[i])) return false;
  return true;
}

std::string TimeOfId(std::string_view id) {
  const auto part = [id](size_t start, size_t count) { return std::string(id.substr(start, count)); };
  return part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) + ":" + part(11, 2) + ":" + part(13, 2) +
         "Z";
}

fs::path DefaultFolder() {
  const fs::path data = base::UserDataFolder();
  if (data.empty())
    throw base::Error("gallery", "there is no home folder to keep it in.", "name a folder with --gallery FOLDER.");
  return data / "diptych/gallery";
}

Folder::Folder(fs::path root) : root_(std::move(root)) {
  Prepare(root_);
  Prepare(root_ / "bin");
}

fs::path Folder::PictureFile(const std::string& id, Place place, int number) const {
  return PathOf(place) / (number == 1 ? id + ".png" : id + "-" + std::to_string(number) + ".png");
}

fs::path Folder::NotesFile(const std::string& id, Place place) const { return PathOf(place) / (id + ".json"); }

void Folder::Write(const std::string& id, std::span<const std::string> pictures) const {
  for (size_t i = pictures.size(); i > 0; --i)
    base::WriteFileAtomically(PictureFile(id, Place::kShelf, static_cast<int>(i)), pictures[i - 1]);
  SyncNames(root_);
}

std::optional<Folder::Place> Folder::PlaceOf(const std::string& id) const {
  for (const Place place : {Place::kShelf, Place::kBin})
    if (fs::exists(PictureFile(id, place, 1))) return place;
  return {};
}

int Folder::CountPictures(const std::string& id, Place place) const {
  int count = 1;
  while (fs::exists(PictureFile(id, place, count + 1))) ++count;
  return count;
}

void Folder::Move(const std::string& id, Place to) const {
  const Place from = to == Place::kBin ? Place::kShelf : Place::kBin;
  const fs::path first = PictureFile(id, from, 1);
  std::error_code gone;  // by another server's move
  if (to == Place::kBin) fs::last_write_time(first, fs::file_time_type::clock::now(), gone);
  MoveFile(first, PictureFile(id, to, 1));
  for (int i = 2; fs::exists(PictureFile(id, from, i)); ++i) MoveFile(PictureFile(id, from, i), PictureFile(id, to, i));
  if (fs::exists(NotesFile(id, from))) MoveFile(NotesFile(id, from), NotesFile(id, to));
}

void Folder::Remove(const std::string& id) const {
  for (const Place place : {Place::kShelf, Place::kBin}) {
    std::error_code ignored;  // what stays is removed at the next start
    const int count = CountPictures(id, place);
    for (int i = 1; i <= count; ++i) fs::remove(PictureFile(id, place, i), ignored);
    fs::remove(NotesFile(id, place), ignored);
  }
}

Notes Folder::ReadNotes(const std::string& id, Place place) const {
  Notes notes;
  const fs::path file = NotesFile(id, place);
  if (!fs::exists(file)) return notes;
  for (const auto& [key, value] : record::JsonObject::Parse(base::ReadFile(file), file.filename().string()).Texts()) {
    if (key == "starred") notes.starred = value == "true";
    if (key == "other") notes.other = value;
  }
  return notes;
}

void Folder::WriteNotes(const std::string& id, Place place, const Notes& notes) const {
  if (notes == Notes{})
    fs::remove(NotesFile(id, place));
  else
    base::WriteFileAtomically(NotesFile(id, place),
                              record::JsonObject{{"starred", notes.starred}, {"other", notes.other}}.Line() + "\n");
}

int64_t Folder::BinnedAt(const std::string& id) const {
  std::error_code gone;
  const auto time = fs::last_write_time(PictureFile(id, Place::kBin, 1), gone);
  if (gone) return std::time(nullptr);
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::file_clock::to_sys(time).time_since_epoch())
      .count();
}

std::map<std::string, Folder::Place> Folder::TakeStock() const {
  std::map<std::string, Place> found;
  for (const Place place : {Place::kShelf, Place::kBin}) {
    const Place other = place == Place::kBin ? Place::kShelf : Place::kBin;
    for (const auto& [id, names] : NamesIn(PathOf(place))) {
      const std::optional<Place> home = PlaceOf(id);
      if (home == place) found.emplace(id, place);
      for (const std::string& name : names) {
        const fs::path file = PathOf(place) / name;
        const bool is_temporary = name.ends_with(".tmp");
        if (home == other && !is_temporary)
          MoveFile(file, PathOf(other) / name);
        else if ((!home || is_temporary) && IsOld(file))
          fs::remove(file);
      }
    }
  }
  return found;
}

}  // namespace diptych::gallery
