#include "world/catalogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"

namespace diptych::world {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 18> kColumns = {"kind",    "family",   "en",   "plural", "en_more",  "zh",
                                                       "measure", "zh_more",  "hant", "stands", "cm",       "grounds",
                                                       "colours", "recolour", "held", "use",    "drawings", "examiner"};
constexpr std::array<std::string_view, 8> kStands = {"ground", "water",   "underwater", "air",
                                                     "space",  "surface", "wall",       "hand"};
constexpr std::array<std::string_view, 12> kThingColours = {"red",   "orange", "yellow", "green", "blue", "purple",
                                                            "white", "black",  "pink",   "brown", "grey", "turquoise"};
// Sets of drawings that only the benchmark's judge is trained on.
constexpr std::array<std::string_view, 2> kExaminerSets = {"emojione", "fxemoji"};

// One row as it is read; knows where it stands for messages.
class Row {
 public:
  Row(std::vector<std::string_view> cells, std::string place) : cells_(std::move(cells)), place_(std::move(place)) {}

  std::string Text(std::string_view column) const { return std::string(Cell(column)); }
  std::string Name(std::string_view column) const {
    if (Cell(column).empty()) Fail(column, "is empty");
    return Text(column);
  }
  Words List(std::string_view column, char separator) const {
    Words words;
    for (const std::string_view word : base::Split(Cell(column), separator))
      if (!word.empty()) words.emplace_back(word);
    return words;
  }
  Words List(std::string_view column, std::span<const std::string_view> allowed) const {
    Words words = List(column, ',');
    for (const std::string& word : words)
      if (std::ranges::find(allowed, word) == allowed.end()) Fail(column, "has the unknown word \"" + word + "\"");
    return words;
  }
  bool YesOrNo(std::string_view column) const {
    if (Cell(column) != "yes" && Cell(column) != "no") Fail(column, "is neither yes nor no");
    return Cell(column) == "yes";
  }
  int Centimetres() const {
    const std::string_view text = Cell("cm");
    int value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || value < 1)
      Fail("cm", "is no whole number above 0");
    return value;
  }
  [[noreturn]] void Fail(std::string_view column, const std::string& what) const {
    throw base::Error("catalogue", place_ + ": the column " + std::string(column) + " " + what + ".");
  }

 private:
  std::string_view Cell(std::string_view column) const {
    return cells_[static_cast<size_t>(std::ranges::find(kColumns, column) - kColumns.begin())];
  }
  std::vector<std::string_view> cells_;
  std::string place_;
};

ThingDrawing ParseDrawing(const Row& row, std::string_view column, std::string_view text) {
  ThingDrawing drawing;
  for (; !text.empty(); text.remove_suffix(1)) {
    if (text.back() == '@')
      drawing.head_alone = true;
    else if (text.back() == '<')
      drawing.faces = ThingDrawing::Faces::kLeft;
    else if (text.back() == '>')
      drawing.faces = ThingDrawing::Faces::kRight;
    else
      break;
  }
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
    row.Fail(column, "has \"" + std::string(text) + "\", which is not SET:NAME");
  drawing.set = text.substr(0, colon);
  drawing.name = text.substr(colon + 1);
  const bool examines = std::ranges::find(kExaminerSets, drawing.set) != kExaminerSets.end();
  if (examines != (column == "examiner"))
    row.Fail(column, "has \"" + std::string(text) + "\"; " +
                         (examines ? "that set is kept for the judge" : "the judge has its own sets"));
  return drawing;
}

std::vector<ThingDrawing> DrawingsOf(const Row& row, std::string_view column) {
  std::vector<ThingDrawing> drawings;
  for (const std::string& text : row.List(column, ' ')) drawings.push_back(ParseDrawing(row, column, text));
  return drawings;
}

std::vector<EnglishNoun> EnglishOf(const Row& row) {
  std::vector<EnglishNoun> nouns = {{row.Name("en"), row.Name("plural")}};
  for (const std::string& pair : row.List("en_more", '|')) {
    const size_t slash = pair.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == pair.size())
      row.Fail("en_more", "has \"" + pair + "\", which is not singular/plural");
    nouns.push_back({pair.substr(0, slash), pair.substr(slash + 1)});
  }
  return nouns;
}

Words ChineseOf(const Row& row) {
  Words names = {row.Name("zh")};
  for (std::string& name : row.List("zh_more", '|')) names.push_back(std::move(name));
  return names;
}

Thing ThingOf(const Row& row) {
  Thing thing{.kind = row.Name("kind"),
              .family = row.Name("family"),
              .english = EnglishOf(row),
              .chinese = ChineseOf(row),
              .measure_words = row.List("measure", '|'),
              .traditional = row.List("hant", '|'),
              .stands = row.List("stands", kStands),
              .centimetres = row.Centimetres(),
              .grounds = row.List("grounds", ','),
              .colours = row.List("colours", kThingColours),
              .recolourable = row.YesOrNo("recolour"),
              .holdable = row.YesOrNo("held"),
              .uses = row.List("use", ','),
              .drawings = DrawingsOf(row, "drawings"),
              .examiners = DrawingsOf(row, "examiner")};
  if (thing.measure_words.empty()) row.Fail("measure", "is empty");
  if (thing.stands.empty()) row.Fail("stands", "is empty");
  if (thing.drawings.empty()) row.Fail("drawings", "is empty");
  return thing;
}

}  // namespace

std::vector<Thing> LoadCatalogue(const std::filesystem::path& file) {
  const std::string text = base::ReadFile(file);
  std::vector<Thing> things;
  std::set<std::string> taken;
  int number = 0;
  for (const std::string_view line : base::Split(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    const std::string place = file.string() + ", line " + std::to_string(number);
    // Split takes blanks off a line's end, and with them its empty last columns.
    std::vector<std::string_view> cells = base::Split(line, '\t');
    if (cells.size() > kColumns.size())
      throw base::Error("catalogue", place + ": " + std::to_string(cells.size()) + " columns, there are " +
                                         std::to_string(kColumns.size()) + ".");
    cells.resize(kColumns.size());
    if (number == 1) {
      if (!std::ranges::equal(cells, kColumns))
        throw base::Error("catalogue", place + ": not the names of the columns.");
      continue;
    }
    const Row row(cells, place);
    things.push_back(ThingOf(row));
    const Thing& thing = things.back();
    for (const auto& [column, name] :
         {std::pair("kind", thing.kind), std::pair("en", thing.english[0].singular), std::pair("zh", thing.chinese[0])})
      if (!taken.insert(column + (":" + name)).second) row.Fail(column, "has \"" + name + "\" a second time");
  }
  return things;
}

}  // namespace diptych::world
