// One prompt while it is made: what it says, in which words. Inside of PromptComposer.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "world/facts.h"
#include "world/prompt_names.h"
#include "world/prompt_ways.h"

namespace diptych::world {

// What prompts of one language are made from.
struct PromptLanguage {
  PromptLanguage(const std::filesystem::path& folder, text::Language its)
      : language(its), ways(folder, its), names(its), english_names(text::Language::kEnglish) {}
  text::Language language;
  PromptWays ways;
  PromptNames names;
  PromptNames english_names;  // which Chinese prompts mix in at times
};

class PromptDraft {
 public:
  PromptDraft(const PromptLanguage& language, const Scene& scene, Split split, base::Random& random)
      : language_(language),
        ways_(language.ways),
        scene_(scene),
        setting_(SettingOf(scene)),
        split_(split),
        random_(random),
        english_(language.language == text::Language::kEnglish) {}

  std::string Text();
  std::vector<plan::Fact> Facts() const { return FactsOfStatements(setting_, said_); }
  const std::vector<const Saying*>& used() const { return used_; }

 private:
  struct Phrase {
    std::string text;               // "a red cat reading"
    std::string bare{};             // "red cat"; empty when there is no such form
    std::string bare_one{};         // of several the name of one of them
    bool plural = false;            // chooses in (is|are)
    std::vector<Statement> says{};  // with `text` and with `bare`
    int counted = -1;               // the subject whose number `text` tells; of `bare` an article before it
    bool whole = false;             // a clause of its own, which no frame takes
    bool comma = false;             // has a comma within
    bool loose = false;             // Chinese, a clause that nothing may follow: "一只猫在唱歌"
  };

  // What the slots of a saying stand for.
  struct Slots {
    const Phrase* a = nullptr;
    const Phrase* b = nullptr;
    const Phrase* c = nullptr;
    int who = 0;  // the subject of a, for its pronoun
    std::string colour{}, b_colour{}, count{}, size{}, style{}, scene{}, held{}, denied_one{}, denied{};
  };

  struct Theme {
    Topic topic;
    int who;
  };

  // A part of a prompt besides its core.
  struct Part {
    std::string text;
    Way::Form form = Way::Form::kTag;
    bool of_scene = false;
  };

  // ---- what is said ----
  void Choose();
  void Consider(std::vector<std::pair<Theme, int>>& list) const;
  bool IsForced(const Theme& theme);
  bool Wants(Topic topic, int who = 0) const { return wanted_[topic][static_cast<size_t>(who)]; }
  void Want(Topic topic, int who, bool wanted = true) { wanted_[topic][static_cast<size_t>(who)] = wanted; }
  const Subject& At(int who) const { return scene_.subjects[static_cast<size_t>(who)]; }
  int Value(Topic topic, int who) const;
  bool IsPerson(int who) const { return RowOf(At(who).kind).family == Family::kPerson; }
  bool Several(int who) const { return At(who).boxes.size() > 1; }
  bool HasTwin(int who) const;
  void Tell(const std::vector<Statement>& says) { said_.insert(said_.end(), says.begin(), says.end()); }

  // ---- words ----
  // Does a comma or nothing follow wherever the saying has its first thing?
  static bool TakesLoose(const Saying& saying);
  // Makes 穿 before or behind what is worn 戴: hats and glasses are not put on like clothes.
  static void PutOn(std::string& text, std::string_view worn);
  static bool EndsInSlot(const Saying& saying) { return saying.pieces.back().form == SayingPiece::Form::kSlot; }
  // "a ", "one ", "一个": words that say that there is one of what follows.
  static bool EndsWithOne(std::string_view before, bool english);
  const Way* Pick(const Ways& ways, const std::function<bool(const Way&)>& suits);
  std::string Word(const std::vector<std::string>& words);
  const PromptName& Name(int who);
  std::string CountWord(int who, bool as_adjective);
  std::string Measure(int who);
  std::string ColourOf(int who);
  std::string HeldPhrase(int who);
  std::string Article(const PromptName& name) const;
  Phrase Noun(int who);
  void AddEnglish(int who, Phrase& phrase);
  void AddChinese(int who, Phrase& phrase);
  bool Adds(const std::string& word, const std::string& noun) const;
  std::string The(int who);
  std::optional<SayingFill> Pronoun(int who) const;
  Phrase Render(const Way& way, const Slots& slots);
  SayingFill FillOne(SayingSlot slot, std::string_view before, const Slots& slots, Phrase& made);

  // ---- parts ----
  bool FitsAction(const Way& way, Topic topic, int who) const;
  enum class Use { kAny, kNoun, kFollowing };
  const Way* WayOf(Topic topic, int who, Use use);
  std::optional<Phrase> Wrap(const Phrase& inner, Topic topic, int who, bool noun_only);
  std::optional<Phrase> ThingWrap(Topic topic, int who);
  Phrase Described(int who, int most);
  std::optional<Phrase> Many(const std::vector<WayOfMany>& list);
  bool Meets(const WayOfMany& many) const;
  Phrase Core();
  Phrase CoreOfOne(int who);
  Phrase CoreOfTwo(int first, int second);
  Phrase CoreOfMore();
  std::optional<Phrase> Related(int first, int second, Phrase& a, Phrase& b);
  std::optional<Phrase> TwoColours(int first, int second);
  Phrase List(std::span<Phrase> phrases);
  Phrase Framed(Phrase inner, const Ways& frames, int who);
  bool FrameInScene(Phrase& core);
  std::string ScenePhrase();
  const Way* SceneWay(Topic topic, bool phrase_only);
  bool FitsWeather(const Way& way) const;
  void Rest(std::vector<Part>& parts);
  std::optional<Part> FollowUp(Topic topic, int who);
  std::optional<Part> Plainly(Topic topic, int who);
  void Deny(std::vector<Part>& parts);
  bool ChooseDenied();
  std::string Join(const Phrase& core, std::vector<Part> parts);

  const PromptLanguage& language_;
  const PromptWays& ways_;
  const Scene& scene_;
  const Setting setting_;
  const Split split_;
  base::Random& random_;
  const bool english_;

  std::array<std::array<bool, kMaxSubjects>, kTopics> wanted_{};
  std::array<const PromptName*, kMaxSubjects> names_{};
  std::vector<int> named_;  // the subjects that are spoken of
  std::vector<Statement> said_;
  std::vector<const Saying*> used_;
  bool sparse_ = false;  // without articles
  std::string denied_one_, denied_;
};

}  // namespace diptych::world
