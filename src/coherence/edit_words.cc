#include "coherence/edit_words.h"

#include <algorithm>
#include <optional>
#include <span>

#include "coherence/cues.h"

namespace diptych::coherence {
namespace {

// Longer cues stand before those that they contain. Of English the whole word counts, of Chinese the characters.
using Cues = std::span<const std::string_view>;
constexpr std::string_view kPolite[] = {
    "can you", "could you", "would you", "please", "i would like", "i'd like", "i want", "let's", "just",
    "能不能",  "可不可以",  "麻烦",      "麻煩",   "帮我",         "幫我",     "请",     "請"};
// Before what is to go.
constexpr std::string_view kRemove[] = {"get rid of", "take away", "take out", "take off", "cut out", "leave out",
                                        "no more",    "remove",    "delete",   "erase",    "drop"};
// "take the moon away".
constexpr std::string_view kTake[] = {"take", "get", "throw"};
constexpr std::string_view kAway[] = {"away", "out", "off"};
// Before what is to go, or behind it: 去掉月亮, 把月亮去掉.
constexpr std::string_view kRemoveChinese[] = {"我不想要", "不想要", "不要有", "不要", "去掉", "去除", "删掉",
                                               "刪掉",     "删除",   "刪除",   "删去", "刪去", "拿走", "拿掉",
                                               "移除",     "移走",   "移掉",   "除掉", "抹掉", "擦掉"};
// Between what is there and what it becomes.
constexpr std::string_view kInto[] = {
    "should become", "should be", "ought to be", "must be", "becomes", "become", "into", "替换成", "替換成", "替换为",
    "替換為",        "应该变成",  "應該變成",    "应该是",  "應該是",  "变成",   "變成", "变为",   "變為",   "变得",
    "變得",          "改成",      "改为",        "改為",    "换成",    "換成",   "换为", "換為",   "涂成",   "塗成",
    "画成",          "畫成",      "弄成",        "染成",    "刷成",    "漆成",   "调成", "調成"};
constexpr std::string_view kTo[] = {"to"};
constexpr std::string_view kWith[] = {"with", "by", "for"};
constexpr std::string_view kReplace[] = {"replace", "swap", "exchange", "substitute"};
// Before what is there now, behind what it becomes.
constexpr std::string_view kInstead[] = {"instead of", "in place of", "rather than", "而不是", "代替", "替代",
                                         "取代",       "替换",        "替換",        "换掉",   "換掉"};
// "turn it to", of which "to" leads to what it becomes.
constexpr std::string_view kTurn[] = {"turn", "change", "switch", "transform", "convert", "set"};
constexpr std::string_view kChange[] = {"turn",    "change", "switch", "transform", "convert", "set", "make",
                                        "repaint", "paint",  "colour", "color",     "dye",     "let", "give",
                                        "把",      "将",     "將",     "让",        "讓",      "给",  "給"};
// One more of what is there.
constexpr std::string_view kAdd[] = {"add another", "add one more", "another", "one more", "add",  "insert",
                                     "再加上",      "再加",         "加上",    "加入",     "添加", "增加",
                                     "添上",        "再画",         "再畫",    "加",       "添"};
constexpr std::string_view kPlace[] = {"include", "put", "draw", "画上", "畫上", "用"};
// Behind which another clause may begin.
constexpr std::string_view kJoints[] = {"and then", "and also", "and",  "then", ",",  "，", "、",
                                        "并且",     "並且",     "然后", "然後", "并", "並"};
constexpr std::string_view kStops[] = {";", "；", "。", "！", "!", "\n"};
constexpr std::string_view kParticles[] = {"away", "please", "了", "吧", "啦", "掉", "它",
                                           ".",    "。",     "!",  "！", ",",  "，"};
// Words of changes that a world of pictures has no use for, and what it says instead.
struct Synonym {
  std::string_view word, instead;
};
constexpr Synonym kSynonyms[] = {{"bigger", "big"},    {"larger", "large"}, {"smaller", "small"},
                                 {"happier", "happy"}, {"sadder", "sad"},   {"daytime", "noon"},
                                 {"daylight", "noon"}, {"day", "noon"},     {"白天", "noon"}};
constexpr std::string_view kSentenceParticles[] = {"了", "吧", "啦", "呀", "。", "！"};
constexpr std::string_view kDenials[] = {"without", "no", "没有", "沒有"};

// The first place of one of the cues from `from` on.
std::optional<TextSpan> Find(std::string_view text, Cues cues, size_t from = 0) {
  for (size_t at = from; at < text.size(); ++at)
    for (const std::string_view cue : cues)
      if (StandsAt(text, at, cue)) return TextSpan{at, at + cue.size()};
  return {};
}

std::optional<std::string_view> CueAt(std::string_view text, size_t at, Cues cues) {
  for (const std::string_view cue : cues)
    if (StandsAt(text, at, cue)) return cue;
  return {};
}

// One clause being read, in small letters: cues that are found become spaces.
class ClauseReader {
 public:
  explicit ClauseReader(std::string_view text) : lower_(text) {
    for (const auto& [word, instead] : kSynonyms)
      while (const auto found = Find(lower_, Cues(&word, 1)))
        lower_.replace(found->first, found->last - found->first, instead);
    clause_.text = lower_;
  }

  EditClause Read() && {
    while (const auto cue = Find(lower_, kPolite)) Blank(*cue);
    BlankLastParticles();
    if (!ReadRemoval() && !ReadReplacement() && !ReadInstead() && !ReadBecoming() && !ReadChange()) ReadAddition();
    return std::move(clause_);
  }

 private:
  // 把月亮删掉吧.
  void BlankLastParticles() {
    for (bool found = true; found;) {
      found = false;
      const size_t last = lower_.find_last_not_of(" .!") + 1;
      for (const std::string_view particle : kSentenceParticles) {
        if (!std::string_view(lower_).substr(0, last).ends_with(particle)) continue;
        Blank({last - particle.size(), last});
        found = true;
      }
    }
  }
  void Blank(TextSpan span) {
    for (std::string* text : {&lower_, &clause_.text})
      std::fill(text->begin() + static_cast<std::ptrdiff_t>(span.first),
                text->begin() + static_cast<std::ptrdiff_t>(span.last), ' ');
  }
  std::optional<TextSpan> Take(Cues cues, size_t from = 0) {
    const auto found = Find(lower_, cues, from);
    if (found) Blank(*found);
    return found;
  }
  size_t end() const { return lower_.size(); }

  // Whether nothing but particles and signs stands there.
  bool IsBare(TextSpan span) const {
    for (size_t at = span.first; at < span.last;) {
      const auto particle = CueAt(lower_, at, kParticles);
      if (!particle && lower_[at] != ' ') return false;
      at += particle ? particle->size() : 1;
    }
    return true;
  }

  bool ReadRemoval() {
    if (const auto cue = Take(kRemove)) {
      clause_.gone = {cue->last, end()};
      return true;
    }
    if (const auto take = Find(lower_, kTake))
      if (const auto away = Find(lower_, kAway, take->last)) {
        Blank(*take);
        Blank(*away);
        clause_.gone = {take->last, away->first};
        return true;
      }
    const auto cue = Take(kRemoveChinese);
    if (!cue) return false;
    while (Take(kChange)) continue;
    clause_.gone = IsBare({cue->last, end()}) ? TextSpan{0, cue->first} : TextSpan{cue->last, end()};
    return true;
  }

  bool ReadReplacement() {
    const auto verb = Take(kReplace);
    if (!verb) return false;
    const auto with = Take(kWith, verb->last);
    clause_.now = {verb->last, with ? with->first : verb->last};
    clause_.becomes = true;
    return true;
  }

  bool ReadInstead() {
    const auto cue = Take(kInstead);
    if (!cue) return false;
    clause_.becomes = true;
    while (Take(kChange) || Take(kAdd) || Take(kPlace)) continue;
    const size_t comma = std::min(lower_.find(',', cue->last), lower_.find("，", cue->last));
    if (IsBare({0, cue->first}) && comma == lower_.npos) {
      clause_.becomes = false;  // "instead of the cat a dog": up to the noun
      clause_.now = {cue->last, cue->last};
    } else {
      clause_.now = {cue->last, std::min(comma, end())};
    }
    return true;
  }

  bool ReadBecoming() {
    auto cue = Take(kInto);
    if (!cue) {
      const auto verb = Find(lower_, kTurn);
      if (verb) cue = Take(kTo, verb->last);
    }
    if (!cue) return false;
    while (Take(kChange)) continue;
    clause_.now = {0, cue->first};
    clause_.becomes = true;
    return true;
  }

  bool ReadChange() {
    const auto verb = Take(kChange);
    if (!verb) return false;
    clause_.now = {verb->last, verb->last};
    return true;
  }

  void ReadAddition() {
    clause_.adds = Take(kAdd).has_value();
    Take(kPlace);
  }

  std::string lower_;
  EditClause clause_;
};

// Whether a command begins here: behind a comma or "and" the clause ends.
bool BeginsCommand(std::string_view text, size_t at) {
  at = SkipSpaces(text, at);
  for (const Cues cues : {Cues(kPolite), Cues(kRemove), Cues(kTake), Cues(kRemoveChinese), Cues(kReplace),
                          Cues(kChange), Cues(kAdd), Cues(kPlace), Cues(kDenials)})
    if (CueAt(text, at, cues)) return true;
  return false;
}

}  // namespace

std::vector<EditClause> ReadEditWords(std::string_view words) {
  const std::string lower = Lowered(words);
  std::vector<EditClause> clauses;
  const auto add = [&](size_t first, size_t last) {
    if (SkipSpaces(lower, first) >= last) return;
    clauses.push_back(ClauseReader(std::string_view(lower).substr(first, last - first)).Read());
  };
  size_t first = 0;
  for (size_t at = 0; at < lower.size();) {
    const auto stop = CueAt(lower, at, kStops), joint = CueAt(lower, at, kJoints);
    const size_t next = at + (stop ? stop->size() : joint ? joint->size() : 1);
    const bool point = lower[at] == '.' && (next == lower.size() || lower[next] == ' ');
    if (stop || point || (joint && SkipSpaces(lower, first) < at && BeginsCommand(lower, next))) {
      add(first, at);
      first = next;
    }
    at = next;
  }
  add(first, lower.size());
  return clauses;
}

}  // namespace diptych::coherence
