#include "world/prompt_noise.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/files.h"
#include "base/split.h"
#include "text/unicode.h"

namespace diptych::world {
namespace {

using text::Language;

char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool IsWordByte(char c) { return base::IsAsciiLetter(c) || c == '\'' || (c >= '0' && c <= '9'); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), base::AsciiLower);
  return lower;
}

// Places [begin, end) of the words of ASCII letters.
std::vector<std::pair<size_t, size_t>> WordsOf(std::string_view text) {
  std::vector<std::pair<size_t, size_t>> words;
  for (size_t i = 0; i < text.size();) {
    if (!IsWordByte(text[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < text.size() && IsWordByte(text[i])) ++i;
    words.emplace_back(begin, i);
  }
  return words;
}

bool SoundsLikeVowel(std::string_view word) {
  const std::string lower = Lower(word.substr(0, 8));
  for (const std::string_view start : {"uni", "use", "uku", "eu", "one", "ute", "once", "uf"})
    if (lower.starts_with(start)) return false;
  for (const std::string_view start : {"hour", "honest", "heir", "8", "11", "18", "x-ray", "atm", "sos"})
    if (lower.starts_with(start)) return true;
  return !lower.empty() && std::string_view("aeiou").find(lower.front()) != std::string_view::npos;
}

void ReplaceWord(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

using Spelling = std::pair<std::string_view, std::string_view>;  // British, American
constexpr std::array<Spelling, 14> kSpellings = {{{"colour", "color"},
                                                  {"Colour", "Color"},
                                                  {"grey", "gray"},
                                                  {"centre", "center"},
                                                  {"harbour", "harbor"},
                                                  {"neighbour", "neighbor"},
                                                  {"favourite", "favorite"},
                                                  {"aeroplane", "airplane"},
                                                  {"moustache", "mustache"},
                                                  {"pyjamas", "pajamas"},
                                                  {"doughnut", "donut"},
                                                  {"jewellery", "jewelry"},
                                                  {"armour", "armor"},
                                                  {"theatre", "theater"}}};

void SpellAs(std::string& text, bool american) {
  for (const auto& [british, other] : kSpellings)
    american ? ReplaceWord(text, british, other) : ReplaceWord(text, other, british);
}

constexpr std::array<std::string_view, 26> kBeside = {"qsz", "vgn", "xvd", "sfe", "wrd", "dgr", "fht", "gjy", "uok",
                                                      "hku", "jli", "kop", "nk",  "bmh", "ipl", "ol",  "wa",  "etf",
                                                      "adw", "ryg", "yij", "cbf", "qes", "zcs", "tuh", "xas"};

std::string WithError(std::string word, base::Random& random) {
  const auto at = static_cast<size_t>(random.Between(1, static_cast<int>(word.size()) - 2));
  switch (random.Below(4)) {
    case 0:
      std::swap(word[at], word[at + 1]);
      return word;
    case 1:
      return word.erase(at, 1);
    case 2:
      return word.insert(at, 1, word[at]);
    default: {
      const char c = base::AsciiLower(word[at]);
      if (base::IsAsciiLetter(c)) word[at] = random.Pick(kBeside[static_cast<size_t>(c - 'a')]);
      return word;
    }
  }
}

void DropSigns(std::string& text) {
  std::erase_if(text, [](char c) { return std::string_view(",.?!;").find(c) != std::string_view::npos; });
}

enum class Case { kAsIs, kSmall, kCapitals, kTitle, kFirst };

void SetCase(std::string& text, Case form) {
  bool start = true;
  for (char& c : text) {
    if (form == Case::kSmall || form == Case::kTitle) c = base::AsciiLower(c);
    if (form == Case::kCapitals || ((form == Case::kTitle || form == Case::kFirst) && start)) c = Upper(c);
    if (form == Case::kFirst) {
      start = false;
    } else {
      start = c == ' ';
    }
  }
}

}  // namespace

std::string FixArticles(std::string_view text) {
  std::string fixed;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || !(IsWordByte(text[i - 1]) || text[i - 1] == '-' || text[i - 1] == '&');
    const std::string_view rest = text.substr(i);
    const bool a = begins && (rest.starts_with("a ") || rest.starts_with("A "));
    const bool an = begins && (rest.starts_with("an ") || rest.starts_with("An "));
    if (!a && !an) {
      fixed += text[i];
      continue;
    }
    const size_t next = rest.find_first_not_of(' ', an ? 2 : 1);
    fixed += rest.front();
    if (next != rest.npos && SoundsLikeVowel(rest.substr(next))) fixed += 'n';
    i += an ? 1 : 0;
  }
  return fixed;
}

PromptNoise::PromptNoise(const std::filesystem::path& traditional, std::string_view texts) {
  // Characters that traditional texts mostly have in the simplified form too: they stay.
  constexpr std::string_view kKept =
      "面松谷斗台布表系克冬千秋向回丑姜范余仆舍曲折征卷咸家志采致占升岳郁御了于只里别才出卜几胡准"
      "彩板杯升合同回岩峰群背床游周伙借价凶吁吊同吃告和唇噪困坤夸奸它布并床恒慈戚扎托扣旋晒札朱杆果核梁榆欲款注泛涂涌游"
      "漓熏";
  const std::string text = base::ReadFile(traditional);
  for (const std::string_view line : base::Split(text, '\n')) {
    const size_t space = line.find(' ');
    if (line.empty() || line.front() == '#' || space == line.npos) continue;
    const std::string_view simple = line.substr(space + 1);
    if (kKept.find(simple) != kKept.npos || texts.find(simple) != texts.npos) continue;
    traditional_.emplace(text::FirstCharacter(simple).code, std::string(line.substr(0, space)));
  }
  for (const auto& [simple, other] : {Spelling{"发", "發"},
                                      {"后", "後"},
                                      {"云", "雲"},
                                      {"干", "乾"},
                                      {"钟", "鐘"},
                                      {"当", "當"},
                                      {"尽", "盡"},
                                      {"复", "復"},
                                      {"历", "歷"},
                                      {"着", "著"},
                                      {"里", "裡"},
                                      {"制", "製"},
                                      {"团", "團"},
                                      {"须", "須"},
                                      {"么", "麼"}})
    traditional_[text::FirstCharacter(simple).code] = std::string(other);
}

void PromptNoise::Know(std::string_view text) {
  for (const auto& [begin, end] : WordsOf(text)) known_.insert(Lower(text.substr(begin, end - begin)));
}

void PromptNoise::Mistype(std::string& text, base::Random& random) const {
  const auto words = WordsOf(text);
  if (words.empty()) return;
  constexpr size_t kShortest = 5;
  constexpr int kTries = 6;
  for (int i = 0; i < kTries; ++i) {
    const auto [begin, end] = random.Pick(words);
    if (end - begin < kShortest) continue;
    const std::string wrong = WithError(text.substr(begin, end - begin), random);
    if (known_.contains(Lower(wrong))) continue;
    text.replace(begin, end - begin, wrong);
    return;
  }
}

std::string PromptNoise::TypeEnglish(std::string text, base::Random& random) const {
  constexpr std::array<int, 3> kCountries = {35, 35, 30};  // British, American, mixed
  const int country = random.Weighted(kCountries);
  if (country < 2) SpellAs(text, country == 1);
  if (random.Percent(12)) Mistype(text, random);
  if (random.Percent(4)) Mistype(text, random);
  if (random.Percent(4)) {
    const std::array<std::string_view, 5> before = {"um ", "uh, ", "ok so ", "hi, ", "hmm, "};
    text.insert(0, random.Pick(before));
  }
  if (random.Percent(5)) {
    const std::array<std::string_view, 7> after = {" pls", " please", " thanks", " thx", " lol", " :)", ", ta"};
    while (!text.empty() && (text.back() == '.' || text.back() == '!' || text.back() == '?')) text.pop_back();
    text += random.Pick(after);
  }
  if (random.Percent(9)) DropSigns(text);
  if (random.Percent(4)) ReplaceWord(text, ", ", ",");
  if (random.Percent(2)) ReplaceWord(text, ", ", " , ");
  if (random.Percent(3)) {
    if (text.ends_with(".")) text.pop_back();
    text += random.Percent(50) ? "!!" : "!!!";
  }
  constexpr std::array<int, 5> kCases = {55, 19, 3, 2, 21};
  SetCase(text, static_cast<Case>(random.Weighted(kCases)));
  return text;
}

std::string PromptNoise::InTraditional(std::string_view simplified) const {
  constexpr std::u32string_view kNumbers = U"一两三四五六七八九十0123456789";
  std::string text;
  char32_t before = 0;
  for (const text::Character& c : text::CharactersOf(simplified)) {
    const auto found = traditional_.find(c.code);
    if (c.code == U'只' && kNumbers.find(before) != kNumbers.npos) {
      text += "隻";
    } else if (found != traditional_.end()) {
      text += found->second;
    } else {
      text += c.bytes;
    }
    before = c.code;
  }
  return text;
}

std::string PromptNoise::TypeChinese(std::string text, base::Random& random) const {
  if (random.Percent(3)) {
    constexpr std::array<Spelling, 5> kAlike = {{{"在", "再"}, {"的", "得"}, {"像", "象"}, {"着", "这"}, {"做", "作"}}};
    const auto& [right, wrong] = random.Pick(kAlike);
    const size_t at = text.find(right);
    if (at != text.npos) text.replace(at, right.size(), wrong);
  }
  if (random.Percent(4)) Mistype(text, random);
  if (random.Percent(4)) text += random.Percent(50) ? "，谢谢" : "，拜托";
  if (random.Percent(3)) text.insert(0, random.Percent(50) ? "嗯，" : "那个，");
  if (random.Percent(22)) ReplaceWord(text, "，", ",");
  if (random.Percent(6)) ReplaceWord(text, "，", " ");
  if (random.Percent(4)) ReplaceWord(text, "，", "");
  if (random.Percent(12)) ReplaceWord(text, "。", random.Percent(50) ? "" : " ");
  if (random.Percent(3)) text += "！！";
  if (random.Percent(8)) text = InTraditional(text);
  return text;
}

std::string PromptNoise::Type(std::string text, Language language, base::Random& random) const {
  text = language == Language::kEnglish ? TypeEnglish(std::move(text), random) : TypeChinese(std::move(text), random);
  const size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace diptych::world
