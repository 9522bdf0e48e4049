#include "gallery/gallery.h"

#include <ctime>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "gallery/entry_of_files.h"

namespace diptych::gallery {
namespace {

using Place = Folder::Place;

constexpr int64_t kDay_s = 24 * 60 * 60;

Place PlaceIn(const Entry& entry) { return entry.binned_s ? Place::kBin : Place::kShelf; }

std::vector<std::string> ReadPictures(const Folder& folder, const std::string& id, Place place) {
  std::vector<std::string> pictures;
  const int count = folder.CountPictures(id, place);
  for (int i = 1; i <= count; ++i) pictures.push_back(base::ReadFile(folder.PictureFile(id, place, i)));
  return pictures;
}

// What the index says of an answer that is in the folder; nothing where its first picture is damaged.
std::optional<Indexed> IndexedIn(const Folder& folder, const std::string& id, Place place) {
  try {
    Indexed indexed = IndexedOf(ReadPictures(folder, id, place));
    indexed.entry.id = id;
    indexed.entry.notes = folder.ReadNotes(id, place);
    if (place == Place::kBin) indexed.entry.binned_s = folder.BinnedAt(id);
    return indexed;
  } catch (const base::Error&) {
    return {};  // the file stays where it is, for its owner to look at
  }
}

}  // namespace

Gallery::Gallery(const std::filesystem::path& folder) : folder_(folder), index_(folder_.index_file()) {
  TakeStock();
  EmptyBin();
}

void Gallery::TakeStock() {
  const std::map<std::string, Place> there = folder_.TakeStock(), indexed = index_.All();
  for (const auto& [id, place] : there) {
    const auto known = indexed.find(id);
    if (known == indexed.end()) {
      if (const std::optional<Indexed> read = IndexedIn(folder_, id, place)) index_.Add(*read);
    } else if (known->second != place) {
      index_.SetBinned(id, place == Place::kBin ? std::optional(folder_.BinnedAt(id)) : std::nullopt);
    }
  }
  // Another server may have added some since the folder was read.
  for (const auto& [id, place] : indexed)
    if (!there.contains(id) && !folder_.PlaceOf(id)) index_.Remove(id);
}

std::string Gallery::Add(std::span<const std::string> pictures) {
  DIPTYCH_CHECK(!pictures.empty(), "an answer has a picture");
  Indexed answer = IndexedOf(pictures);
  const std::lock_guard lock(mutex_);
  if (const std::optional<std::string> id = index_.IdOfHash(answer.hash)) {
    const std::optional<Entry> entry = index_.Find(*id);
    if (entry && entry->binned_s) MoveTo(Place::kShelf, *entry);
    if (folder_.PlaceOf(*id)) return *id;
    index_.Remove(*id);  // somebody took its file away
  }
  answer.entry.id = NewId();
  folder_.Write(answer.entry.id, pictures);
  index_.Add(answer);
  return answer.entry.id;
}

std::optional<Entry> Gallery::FindLocked(const std::string& id) const {
  return IsId(id) ? index_.Find(id) : std::nullopt;
}

std::optional<Entry> Gallery::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return FindLocked(id);
}

Found Gallery::List(const Query& query) const {
  const std::lock_guard lock(mutex_);
  return index_.List(query);
}

std::optional<std::string> Gallery::Picture(const std::string& id, int number) const {
  const std::optional<Entry> entry = Find(id);
  if (!entry || number < 1 || number > entry->pictures) return {};
  const std::filesystem::path file = folder_.PictureFile(id, PlaceIn(*entry), number);
  if (!std::filesystem::exists(file)) return {};
  return base::ReadFile(file);
}

std::optional<Leaf> Gallery::Read(const std::string& id) const {
  const std::optional<Entry> entry = Find(id);
  if (!entry || !folder_.PlaceOf(id)) return {};
  Leaf leaf{.id = id, .pictures = ReadPictures(folder_, id, PlaceIn(*entry)), .other = entry->notes.other};
  leaf.record_json = RecordIn(leaf.pictures[0], id + ".png");
  leaf.record = record::ParseRecord(leaf.record_json, "the record of " + id + ".png");
  return leaf;
}

Totals Gallery::totals() const {
  const std::lock_guard lock(mutex_);
  return index_.Count();
}

bool Gallery::SetNotes(const std::string& id, const NotesChange& change) {
  const std::lock_guard lock(mutex_);
  const std::optional<Entry> entry = FindLocked(id);
  if (!entry) return false;
  const Notes notes = {.starred = change.starred.value_or(entry->notes.starred),
                       .other = change.other.value_or(entry->notes.other)};
  folder_.WriteNotes(id, PlaceIn(*entry), notes);
  index_.SetNotes(id, notes);
  return true;
}

void Gallery::MoveTo(Place place, const Entry& entry) {
  folder_.Move(entry.id, place);
  index_.SetBinned(entry.id, place == Place::kBin ? std::optional(int64_t{std::time(nullptr)}) : std::nullopt);
}

bool Gallery::Delete(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const std::optional<Entry> entry = FindLocked(id);
  if (entry && !entry->binned_s) MoveTo(Place::kBin, *entry);
  return entry.has_value();
}

bool Gallery::Remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const std::optional<Entry> entry = FindLocked(id);
  if (!entry || !entry->binned_s) return false;
  folder_.Remove(id);
  index_.Remove(id);
  return true;
}

bool Gallery::Restore(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const std::optional<Entry> entry = FindLocked(id);
  if (entry && entry->binned_s) MoveTo(Place::kShelf, *entry);
  return entry.has_value();
}

void Gallery::EmptyBin() {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : index_.BinnedBefore(std::time(nullptr) - kBinDays * kDay_s)) {
    folder_.Remove(id);
    index_.Remove(id);
  }
}

}  // namespace diptych::gallery
