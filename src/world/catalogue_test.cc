#include "world/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace diptych::world {
namespace {

using testing::HasSubstr;

const std::filesystem::path kCatalogueRows =
    std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/catalogue/things.tsv";
constexpr const char* kHeader =
    "kind\tfamily\ten\tplural\ten_more\tzh\tmeasure\tzh_more\thant\tstands\tcm\tgrounds\tcolours\trecolour\theld\tuse\t"
    "drawings\texaminer\n";
constexpr const char* kFox =
    "fox\tanimal\tfox\tfoxes\tred fox/red foxes\t狐狸\t只\t\t\tground\t70\tforest\torange\tyes\tno\t\t"
    "twemoji:fox@ noto:fox<@\temojione:fox@\n";

std::vector<Thing> Load(const std::string& text) {
  const base::TemporaryFolder folder;
  std::ofstream(folder / "things.tsv") << text;
  return LoadCatalogue(folder / "things.tsv");
}

std::string ErrorOf(const std::string& text) {
  try {
    Load(text);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

size_t ArtistsOf(const Thing& thing) {
  std::set<std::string> sets;
  for (const ThingDrawing& drawing : thing.drawings) sets.insert(drawing.set);
  return sets.size();
}

TEST(Catalogue, ReadsEveryColumn) {
  const Thing fox = Load(std::string(kHeader) + kFox).at(0);
  EXPECT_EQ(fox.english.at(1).plural, "red foxes");
  EXPECT_EQ(fox.chinese.at(0), "狐狸");
  EXPECT_EQ(fox.measure_words.at(0), "只");
  EXPECT_EQ(fox.centimetres, 70);
  EXPECT_TRUE(fox.recolourable);
  EXPECT_FALSE(fox.holdable);
  EXPECT_EQ(fox.drawings.at(1).set, "noto");
  EXPECT_EQ(fox.drawings.at(1).name, "fox");
  EXPECT_EQ(fox.drawings.at(1).faces, ThingDrawing::Faces::kLeft);
  EXPECT_TRUE(fox.drawings.at(0).head_alone);
  EXPECT_EQ(fox.examiners.size(), 1u);
}

TEST(Catalogue, WrongRowsAreNamed) {
  const std::string header = kHeader, fox = kFox;
  EXPECT_THAT(ErrorOf(fox), HasSubstr("line 1"));
  EXPECT_THAT(ErrorOf(header + fox + fox), testing::AllOf(HasSubstr("line 3"), HasSubstr("second time")));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "ground", "nowhere")), HasSubstr("nowhere"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "70", "big")), HasSubstr("cm"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "yes", "perhaps")), HasSubstr("recolour"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "red fox/red foxes", "red fox")), HasSubstr("en_more"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "twemoji:fox", "fxemoji:fox")), HasSubstr("kept for the judge"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "emojione:fox", "noto:fox")), HasSubstr("its own sets"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "twemoji:fox@", "fox")), HasSubstr("SET:NAME"));
  EXPECT_THAT(ErrorOf(header + Replaced(fox, "\tfoxes", "\t")), HasSubstr("plural"));
}

TEST(Catalogue, HoldsWhatPeopleAskFor) {
  const std::vector<Thing> things = LoadCatalogue(kCatalogueRows);
  size_t people = 0, by_three = 0;
  for (const Thing& thing : things) {
    people += thing.family == "person" || thing.family == "fantasy";
    by_three += ArtistsOf(thing) >= 3;
  }
  EXPECT_GE(things.size() - people, 850u);
  EXPECT_GE(people, 120u);
  EXPECT_GE(by_three * 10, things.size() * 9) << "nine kinds of ten have three artists";
}

}  // namespace
}  // namespace diptych::world
