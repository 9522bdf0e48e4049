#include "world/art_pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::world {
namespace {

using testing::HasSubstr;

constexpr const char* kSvg =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"m0 0h9v9z\" fill=\"#ff0000\"/></svg>";

struct Entry {
  std::string path, content;
  unsigned type = AE_IFREG;
};

void WritePack(const std::filesystem::path& file, const std::vector<Entry>& entries) {
  archive* writer = archive_write_new();
  archive_write_add_filter_xz(writer);
  archive_write_set_format_ustar(writer);
  archive_write_open_filename(writer, file.c_str());
  for (const Entry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.path.c_str());
    archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
    archive_entry_set_filetype(header, entry.type);
    archive_entry_set_perm(header, 0644);
    archive_write_header(writer, header);
    archive_write_data(writer, entry.content.data(), entry.content.size());
    archive_entry_free(header);
  }
  archive_write_free(writer);
}

std::string ErrorOf(const std::filesystem::path& file) {
  try {
    ReadArtPack(file);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

std::string ErrorOfPack(const std::vector<Entry>& entries) {
  const base::TemporaryFolder folder;
  WritePack(folder / "pack.tar.xz", entries);
  const std::string error = ErrorOf(folder / "pack.tar.xz");
  EXPECT_THAT(error, HasSubstr("pack.tar.xz"));
  return error;
}

TEST(ArtPack, GivesDrawingsByName) {
  const base::TemporaryFolder folder;
  WritePack(folder / "pack.tar.xz", {{"a/fox.svg", kSvg}, {"b/v1.2__owl.svg", kSvg}});
  const auto drawings = ReadArtPack(folder / "pack.tar.xz");
  ASSERT_EQ(drawings.size(), 2u);
  EXPECT_EQ(drawings.at("a:fox"), kSvg);
  EXPECT_EQ(drawings.at("b:v1.2__owl"), kSvg);
}

TEST(ArtPack, OtherEntriesAreRefusedByName) {
  EXPECT_THAT(ErrorOfPack({{"a/b/fox.svg", kSvg}}), HasSubstr("a/b/fox.svg"));
  EXPECT_THAT(ErrorOfPack({{"fox.svg", kSvg}}), HasSubstr("SET/NAME.svg"));
  EXPECT_THAT(ErrorOfPack({{"a/fox.png", kSvg}}), HasSubstr("a/fox.png"));
  EXPECT_THAT(ErrorOfPack({{"a/.svg", kSvg}}), HasSubstr("SET/NAME.svg"));
  EXPECT_THAT(ErrorOfPack({{"a/fox.svg", "", AE_IFDIR}}), HasSubstr("SET/NAME.svg"));
  EXPECT_THAT(ErrorOfPack({{"a/fox.svg", kSvg}, {"a/fox.svg", kSvg}}), HasSubstr("twice"));
  EXPECT_THAT(ErrorOfPack({{"a/fox.svg", "<html>"}}), HasSubstr("a/fox.svg"));
  EXPECT_THAT(ErrorOfPack({{"a/fox.svg", ""}}), HasSubstr("0 bytes"));
  EXPECT_THAT(ErrorOfPack({{"a/fox.svg", std::string(1 << 21, ' ')}}), HasSubstr("2097152 bytes"));
  EXPECT_THAT(ErrorOfPack({}), HasSubstr("no drawings"));
}

TEST(ArtPack, DamagedFilesAreRefused) {
  const base::TemporaryFolder folder;
  const std::filesystem::path file = folder / "pack.tar.xz";
  EXPECT_THAT(ErrorOf(file), HasSubstr("pack.tar.xz"));
  std::vector<Entry> entries;
  for (int i = 0; i < 40; ++i) entries.push_back({"a/fox" + std::to_string(i) + ".svg", kSvg});
  WritePack(file, entries);
  const std::string whole = base::ReadFile(file);
  for (const size_t size : {size_t{0}, size_t{5}, whole.size() / 2, whole.size() - 30}) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    EXPECT_THAT(ErrorOf(file), HasSubstr("pack.tar.xz")) << size;
  }
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 0x55;
  std::ofstream(file, std::ios::binary | std::ios::trunc) << flipped;
  EXPECT_THAT(ErrorOf(file), HasSubstr("pack.tar.xz"));
}

}  // namespace
}  // namespace diptych::world
