#include "coherence/plan_edit.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "coherence/check.h"
#include "coherence/edit_words.h"
#include "coherence/foreign.h"
#include "coherence/given_plan.h"
#include "coherence/plan_completion.h"
#include "coherence/plan_repair.h"
#include "engine/look.h"
#include "plan/plan.h"
#include "plan/plan_check.h"

namespace diptych::coherence {
namespace {

using plan::PlanLine, plan::Property, plan::StatedFact, plan::TextFacts, plan::TypedFact;

// The scene's lines that decide what is in the sky.
constexpr std::array<std::string_view, 2> kSkyDeciding = {"hour", "weather"};
constexpr std::string_view kHint =
    "say one change: \"make it night\", \"without the moon\", \"make the bus red\", \"add a cat\"; `diptych words` "
    "lists what this model can draw.";

// Facts that are asked for or denied, each with its meaning; a later one takes the place of earlier ones that it
// replaces or contradicts.
class FactList {
 public:
  // The vocabulary must outlive it.
  FactList(const plan::Vocabulary& vocabulary, std::vector<AskedFact> facts)
      : vocabulary_(&vocabulary), facts_(std::move(facts)) {}

  std::vector<AskedFact> Take() && { return std::move(facts_); }
  const std::vector<AskedFact>& facts() const { return facts_; }

  void State(const TypedFact& fact, bool near = false) {
    const plan::Fact said = vocabulary_->Say(fact);
    std::erase_if(facts_, [&](const AskedFact& one) {
      const auto other = vocabulary_->Read(one.fact);
      if (one.fact == said) return one.denied;
      return other && (Replaces(fact, *other) || (one.denied && IsDeniedWith(fact, *other)));
    });
    const auto is_same = [&said](const AskedFact& one) { return one.fact == said; };
    if (std::none_of(facts_.begin(), facts_.end(), is_same)) facts_.push_back({.fact = said, .near = near});
  }

  void Deny(const TypedFact& fact) {
    const plan::Fact said = vocabulary_->Say(fact);
    std::erase_if(facts_, [&](const AskedFact& one) {
      const auto other = vocabulary_->Read(one.fact);
      return one.fact == said ||
             (said.value.empty() && (one.fact.key == said.key || (other && other->other == said.key)));
    });
    facts_.push_back({.fact = said, .denied = true});
  }

  void Rename(const std::string& before, const std::string& now) {
    std::vector<AskedFact> renamed;
    for (AskedFact& one : facts_) {
      auto typed = vocabulary_->Read(one.fact);
      if (typed && (typed->subject == before || typed->other == before)) {
        if (typed->subject == before) typed->subject = now;
        if (typed->other == before) typed->other = now;
        one = {.fact = vocabulary_->Say(*typed), .denied = one.denied};
      }
      const auto is_same = [&one](const AskedFact& other) { return other.fact == one.fact; };
      if (std::none_of(renamed.begin(), renamed.end(), is_same)) renamed.push_back(std::move(one));
    }
    facts_ = std::move(renamed);
  }

 private:
  const Property& Of(const TypedFact& fact) const { return vocabulary_->properties()[fact.property]; }

  // Whether the new fact leaves no room for the other one: another value of its property, or another relation of the
  // same two.
  bool Replaces(const TypedFact& fact, const TypedFact& other) const {
    if (fact.property != other.property || fact.value.empty()) return false;
    if (!Of(fact).IsRelation()) return fact.subject == other.subject;
    return (fact.subject == other.subject && fact.other == other.other) ||
           (fact.subject == other.other && fact.other == other.subject);
  }
  // Whether that there is such a thing was denied, or the thing that the fact is about.
  bool IsDeniedWith(const TypedFact& fact, const TypedFact& denied) const {
    if (!denied.value.empty()) return false;
    return Of(fact).line.empty() ? denied.subject == fact.subject || denied.subject == fact.other
                                 : Of(denied).line == Of(fact).line;
  }

  const plan::Vocabulary* vocabulary_;
  std::vector<AskedFact> facts_;
};

// The number after this one of the vocabulary; itself where it is the last.
std::string NextNumber(const Property& numbers, int count) {
  const size_t next = std::min(static_cast<size_t>(std::max(count, 0)), numbers.values.size() - 1);
  return numbers.values[next];
}

// Whether one of the words stands at `at`, behind spaces. Behind an English one its word ends.
bool BeginsWith(std::string_view text, size_t at, std::initializer_list<std::string_view> words) {
  at = std::min(text.find_first_not_of(' ', at), text.size());
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    const std::string_view rest = text.substr(at);
    return rest.starts_with(word) &&
           (static_cast<unsigned char>(word[0]) >= 0x80 || rest.size() == word.size() || rest[word.size()] == ' ');
  });
}

// Changes a plan by one clause after another.
class Editor {
 public:
  Editor(std::string_view plan, const Asked& asked, const CheckData& data)
      : data_(data),
        vocabulary_(*data.vocabulary),
        plan_(plan::ParseWellFormedLines(plan)),
        asked_(vocabulary_, asked.facts),
        wanted_(vocabulary_, {}) {}

  void Read(const EditClause& clause) {
    clause_ = &clause;
    read_ = *data_.Read(clause.text);
    now_ = NowOf(clause);
    change_ = Change{.facts = FactList(vocabulary_, {})};
    if (clause.gone.first < clause.gone.last)
      ReadGone();
    else
      ReadWanted();
    AddUnknown();
    FitHour();
    Apply();
  }

  PlanEdit Finish() && {
    edit_.merged.plan = std::move(plan_);
    edit_.asked.facts = std::move(asked_).Take();
    edit_.wanted = std::move(wanted_).Take();
    for (std::vector<AskedFact>* facts : {&edit_.asked.facts, &edit_.wanted})
      std::stable_partition(facts->begin(), facts->end(), [](const AskedFact& one) { return one.fact.value.empty(); });
    return std::move(edit_);
  }

 private:
  // What a clause asks for.
  struct Change {
    FactList facts;
    std::string before{}, after{};  // kinds, of which one takes the place of the other; empty: none does
  };

  const Property& Of(const TypedFact& fact) const { return vocabulary_.properties()[fact.property]; }
  bool IsOfSubject(const TypedFact& fact) const { return Of(fact).line.empty(); }
  static bool IsKind(const TypedFact& fact) { return !fact.subject.empty() && fact.value.empty(); }
  bool IsSubject(const std::string& key) const { return vocabulary_.HasSubject(key); }
  // The fact that there is such a thing in the scene, "moon"; nothing of a line that every scene has.
  std::optional<TypedFact> PresenceOn(const std::string& line) const {
    const auto& properties = vocabulary_.properties();
    for (size_t i = 0; i < properties.size(); ++i)
      if (!line.empty() && properties[i].line == line && properties[i].values.empty())
        return TypedFact{.property = i, .subject = {}};
    return {};
  }

  PlanLine* LineOf(const std::string& key) {
    const auto line =
        std::find_if(plan_.lines.begin(), plan_.lines.end(), [&key](const PlanLine& one) { return one.key == key; });
    return line == plan_.lines.end() ? nullptr : &*line;
  }

  // The first thing that is asked for and planned, else the plan's first; where there is a value, the first thing of
  // the plan that has it. Empty where the plan has none.
  std::string MainSubject(const std::string& value = {}) {
    for (const PlanLine& line : plan_.lines)
      if (!value.empty() && IsSubject(line.key) &&
          std::find(line.values.begin(), line.values.end(), value) != line.values.end())
        return line.key;
    for (const AskedFact& one : asked_.facts())
      if (!one.denied && IsSubject(one.fact.key) && LineOf(one.fact.key) != nullptr) return one.fact.key;
    for (const PlanLine& line : plan_.lines)
      if (IsSubject(line.key)) return line.key;
    return {};
  }

  bool IsNow(const StatedFact& stated) const {
    return now_ && now_->first <= stated.words.first && stated.words.last <= now_->last;
  }
  bool IsPronoun(const TextSpan& span) const {
    return clause_->text.find_first_not_of(' ', span.first) >= span.last ||
           BeginsWith(clause_->text, span.first, {"it", "this", "them", "它", "他", "她", "这个"});
  }

  // Where the clause says what is there now. Behind a verb without "into" it is a pronoun, or ends at the first noun.
  std::optional<TextSpan> NowOf(const EditClause& clause) const {
    if (clause.becomes) return clause.now;
    if (clause.now.last == 0) return {};
    if (BeginsWith(clause.text, clause.now.first, {"it", "this", "them", "它", "他", "她", "这个"})) {
      const size_t word = clause.text.find_first_not_of(' ', clause.now.first);
      return TextSpan{clause.now.first, clause.text.find_first_of(' ', word)};
    }
    for (const StatedFact& stated : read_.facts)
      if (IsKind(stated.fact) && !stated.denied && stated.words.first >= clause.now.first &&
          read_.facts.back().words.first >= stated.words.last)
        return TextSpan{clause.now.first, stated.words.last};
    return {};
  }

  // Whether the clause places something by it: the bus of "a dog next to the bus".
  bool IsRelationsEnd(const std::string& kind) const {
    return std::any_of(read_.facts.begin(), read_.facts.end(),
                       [&kind](const StatedFact& stated) { return stated.fact.other == kind; });
  }

  std::string FirstKind(bool now) const {
    for (const StatedFact& stated : read_.facts)
      if (IsKind(stated.fact) && !stated.denied && IsNow(stated) == now &&
          (now || !IsRelationsEnd(stated.fact.subject)))
        return stated.fact.subject;
    return {};
  }

  // Whose property a clause states that does not say it surely.
  std::string SubjectNow() {
    if (!now_) return {};
    if (std::string kind = FirstKind(/*now=*/true); !kind.empty()) return kind;
    for (const StatedFact& stated : read_.facts)
      if (IsNow(stated) && IsOfSubject(stated.fact)) return MainSubject(stated.fact.value);
    return MainSubject();
  }

  void ReadWanted() {
    const std::string before = SubjectNow(), after = FirstKind(/*now=*/false);
    const bool names = now_ && (!FirstKind(/*now=*/true).empty() || IsPronoun(*now_));
    const bool replaces = names && (clause_->becomes || BeginsWith(clause_->text, now_->last, {"a", "an"}));
    if (replaces && !before.empty() && !after.empty() && before != after) Replace(before, after);
    DenyReplaced();
    // Kinds first: what is said of one comes behind it.
    for (const bool kinds : {true, false})
      for (const StatedFact& stated : read_.facts)
        if (IsKind(stated.fact) == kinds && !IsNow(stated)) Want(stated, before);
  }

  // The moon of "turn the moon into a star".
  void DenyReplaced() {
    for (const StatedFact& stated : read_.facts) {
      if (!clause_->becomes || !IsNow(stated) || IsOfSubject(stated.fact)) continue;
      const std::string& line = Of(stated.fact).line;
      const bool stays = std::any_of(read_.facts.begin(), read_.facts.end(), [&](const StatedFact& other) {
        return !IsNow(other) && Of(other.fact).line == line;
      });
      const bool is_replaced =
          std::any_of(read_.facts.begin(), read_.facts.end(), [&](const auto& other) { return !IsNow(other); });
      if (const auto presence = PresenceOn(line); presence && !stays && is_replaced) change_.facts.Deny(*presence);
    }
  }

  void Replace(const std::string& before, const std::string& after) {
    change_.before = before;
    change_.after = after;
  }

  std::string AfterChange(const std::string& kind) const { return kind == change_.before ? change_.after : kind; }

  void Want(const StatedFact& stated, const std::string& subject_now) {
    TypedFact fact = stated.fact;
    if (IsKind(fact)) {
      WantKind(stated);
      return;
    }
    if (IsOfSubject(fact)) {
      if (!stated.certain && !subject_now.empty()) fact.subject = subject_now;
      if (fact.subject.empty()) fact.subject = MainSubject();
      if (fact.subject.empty()) return;
      fact.subject = AfterChange(fact.subject);
      if (!fact.other.empty()) fact.other = AfterChange(fact.other);
    }
    if (!stated.denied) {
      change_.facts.State(fact);
      return;
    }
    const auto presence = PresenceOn(Of(fact).line);
    change_.facts.Deny(presence && Of(fact).IsNumber() ? *presence : fact);
  }

  void WantKind(const StatedFact& stated) {
    const std::string& kind = stated.fact.subject;
    if (stated.denied) {
      change_.facts.Deny(stated.fact);
      return;
    }
    change_.facts.State(stated.fact, stated.near);
    if (stated.near)
      edit_.near.push_back({.words = clause_->text.substr(stated.words.first, stated.words.last - stated.words.first),
                            .span = {},
                            .kind = kind});
    const PlanLine* line = LineOf(kind);
    if (line == nullptr) return;
    if (kind == change_.after || (clause_->adds && !IsRelationsEnd(kind)))
      Count(kind, plan::CountOf(*line, vocabulary_).value_or(1) + 1);
  }

  // States the number, unless the clause does so itself.
  void Count(const std::string& kind, int count) {
    const auto& properties = vocabulary_.properties();
    for (size_t i = 0; i < properties.size(); ++i)
      if (properties[i].line.empty() && properties[i].IsNumber())
        change_.facts.State({.property = i, .subject = kind, .value = NextNumber(properties[i], count - 1)});
  }

  // What is to go, piece by piece: "the moon and the cat".
  void ReadGone() {
    std::vector<StatedFact> piece;
    for (const StatedFact& stated : read_.facts) {
      if (stated.words.first < clause_->gone.first || stated.words.last > clause_->gone.last) continue;
      if (!piece.empty() && IsJoint({piece.back().words.last, stated.words.first})) {
        TakeAway(piece);
        piece.clear();
      }
      piece.push_back(stated);
    }
    if (!piece.empty()) TakeAway(piece);
    if (change_.facts.facts().empty()) ReadWithout();
  }

  // "no clouds" may say more to the lexicon than "clouds": that the sky is clear.
  void ReadWithout() {
    std::string gone = clause_->text.substr(clause_->gone.first, clause_->gone.last - clause_->gone.first);
    gone.erase(0, std::min(gone.find_first_not_of(' '), gone.size()));
    for (const std::string_view article : {"all ", "the ", "any "})
      if (gone.starts_with(article)) gone.erase(0, article.size());
    for (const std::string_view without : {"no ", "没有"}) {
      TextFacts read = *data_.Read(std::string(without) + gone);
      if (read.facts.empty()) continue;
      read_ = std::move(read);
      for (const StatedFact& stated : read_.facts) Want(stated, {});
      read_.unknown.clear();
      return;
    }
  }

  bool IsJoint(const TextSpan& between) const {
    if (between.first >= between.last) return false;
    const std::string words = clause_->text.substr(between.first, between.last - between.first);
    constexpr std::array<std::string_view, 9> kListJoints = {" and ", " or ", ",", "、", "，", "和", "与", "跟", "及"};
    return std::any_of(kListJoints.begin(), kListJoints.end(),
                       [&](std::string_view joint) { return words.find(joint) != words.npos; });
  }

  // "the red bus" takes the bus; "the umbrella", "the panda's umbrella" what it holds.
  void TakeAway(const std::vector<StatedFact>& piece) {
    const auto kind = std::find_if(piece.begin(), piece.end(), [](const StatedFact& one) { return IsKind(one.fact); });
    if (kind == piece.end()) {
      for (const StatedFact& stated : piece) TakeAwayValue(stated.fact, stated.fact.subject);
      return;
    }
    for (const StatedFact& stated : piece) {
      const bool owned = BeginsWith(clause_->text, kind->words.last, {"'s", "’s", "的"});
      if (Of(stated.fact).lead_in.empty() || (stated.words.first > kind->words.first && !owned)) continue;
      TakeAwayValue(stated.fact, kind->fact.subject);
      return;
    }
    change_.facts.Deny(vocabulary_.Presence(kind->fact.subject));
  }

  void TakeAwayValue(TypedFact fact, const std::string& subject) {
    if (const auto presence = PresenceOn(Of(fact).line)) fact = *presence;
    if (IsOfSubject(fact)) fact.subject = subject.empty() ? MainSubject(fact.value) : subject;
    if (!IsOfSubject(fact) || !fact.subject.empty()) change_.facts.Deny(fact);
  }

  // Words that say what is there need not be understood where the others are.
  void AddUnknown() {
    for (const TextSpan& span : read_.unknown) {
      const bool is_now = now_ && span.first >= now_->first && span.last <= now_->last;
      if (!is_now || change_.facts.facts().empty())
        edit_.unknown.push_back(clause_->text.substr(span.first, span.last - span.first));
    }
  }

  // "The moon comes out" by day, "the sun comes out" by night: it becomes an hour at which it can.
  void FitHour() {
    const PlanLine* hour = LineOf("hour");
    if (hour == nullptr || hour->values.empty()) return;
    const std::string now = hour->values.front();
    const bool by_night = IsByNight(now);
    const auto asks = [this](std::string_view line) {
      return std::ranges::any_of(change_.facts.facts(),
                                 [&](const AskedFact& one) { return !one.denied && one.fact.key == line; });
    };
    if (asks("hour") || !asks(by_night ? "sun" : "moon")) return;
    if (const auto other = vocabulary_.Read(plan::Fact{"hour", by_night ? "noon" : "night"}))
      change_.facts.State(*other);
  }

  // The changed thing's line goes to the other one, unless that has a line itself.
  void Apply() {
    for (FactList* list : {&asked_, &wanted_})
      if (!change_.before.empty()) list->Rename(change_.before, change_.after);
    const bool joins = !change_.before.empty() && LineOf(change_.after) != nullptr;
    if (joins) change_.facts.Deny(vocabulary_.Presence(change_.before));
    Asked asked = AskedByPlan(plan::WritePlan(plan_));
    if (!change_.before.empty())
      std::erase_if(asked.facts, [this](const AskedFact& one) {
        const auto typed = vocabulary_.Read(one.fact);
        return one.fact.key == change_.before || (typed && typed->other == change_.before);
      });
    for (const AskedFact& one : change_.facts.facts()) {
      const auto typed = vocabulary_.Read(one.fact);
      asked.facts.push_back(one);
      for (FactList* list : {&asked_, &wanted_}) one.denied ? list->Deny(*typed) : list->State(*typed, one.near);
    }
    Merge(asked);
  }

  void Merge(const Asked& asked) {
    const std::string before = plan::WritePlan(plan_);
    const std::vector<AskedFact> missing = MissingIn(before, asked);
    MergedPlan merged = MergePlan(before, asked, vocabulary_);
    edit_.changes |= !missing.empty();
    NotePlaces(missing, merged.open);
    edit_.merged.open.merge(merged.open);
    plan_ = std::move(merged.plan);
    for (const AskedFact& one : missing) OpenScene(one);
    std::erase_if(plan_.lines, [this](const PlanLine& line) {
      return line.values.empty() && !edit_.merged.open.contains(line.key);  // such as a bare "moon"
    });
    std::erase_if(edit_.merged.open, [this](const std::string& key) { return LineOf(key) == nullptr; });
  }

  // What takes another's line stays in its place, and so does what changes nothing but its size.
  void NotePlaces(const std::vector<AskedFact>& missing, const std::set<std::string>& open) {
    const auto stands_for = [this](const std::string& key) {
      const auto known = edit_.in_place.find(key);
      return known == edit_.in_place.end() ? key : known->second;
    };
    std::set<std::string> moved;
    for (const AskedFact& one : missing)
      if (const auto typed = vocabulary_.Read(one.fact);
          typed && !one.fact.value.empty() && Of(*typed).ShowsInBoxes() && Of(*typed).name != "size")
        moved.insert({typed->subject, typed->other});
    for (const std::string& key : open) {
      const bool renamed = key == change_.after;
      if (!moved.contains(key) && IsSubject(key) && (renamed || LineOf(key) != nullptr))
        edit_.in_place[key] = stands_for(renamed ? change_.before : key);
    }
  }

  // Lines of the scene that a missing fact leaves to the model: in the sky when the hour changes; the hour itself when
  // it is denied.
  void OpenScene(const AskedFact& missing) {
    const std::string& key = missing.fact.key;
    if (IsSubject(key)) return;
    if (missing.denied && !PresenceOn(key)) {
      std::erase_if(plan_.lines, [&key](const PlanLine& line) { return line.key == key; });
      edit_.merged.scene_open = true;
    }
    if (missing.denied || std::find(kSkyDeciding.begin(), kSkyDeciding.end(), key) == kSkyDeciding.end()) return;
    edit_.merged.scene_open = true;
    std::erase_if(plan_.lines, [this](const PlanLine& line) {
      return PresenceOn(line.key) &&
             std::none_of(asked_.facts().begin(), asked_.facts().end(),
                          [&](const AskedFact& one) { return !one.denied && one.fact.key == line.key; });
    });
  }

  const CheckData& data_;
  const plan::Vocabulary& vocabulary_;
  plan::Plan plan_;
  FactList asked_, wanted_;
  PlanEdit edit_{};
  // Of the clause that is read:
  const EditClause* clause_ = nullptr;
  TextFacts read_{};
  std::optional<TextSpan> now_{};
  Change change_{.facts = FactList(vocabulary_, {})};
};

std::string NoneOf(const plan::Vocabulary& vocabulary, const plan::Lexicon& lexicon, const plan::Fact& fact) {
  const auto typed = vocabulary.Read(fact);
  if (!typed) return {};
  const Property& property = vocabulary.properties()[typed->property];
  const auto noun = [&](const std::string& kind) { return lexicon.NounFor(kind, /*many=*/false, /*chinese=*/false); };
  std::string phrase = lexicon.PhraseOf(property.name, typed->value);
  if (phrase.empty()) phrase = typed->value;
  if (!property.line.empty())
    return typed->value.empty() ? "no " + (phrase.empty() ? property.line : phrase) : "not " + phrase;
  if (typed->value.empty()) return "no " + noun(typed->subject);
  return "the " + noun(typed->subject) + " not " + phrase + (typed->other.empty() ? "" : " the " + noun(typed->other));
}

const PlanLine* FindLine(const plan::Plan& plan, const std::string& key) {
  for (const PlanLine& line : plan.lines)
    if (line.key == key) return &line;
  return nullptr;
}

// The box of another size that stands in the middle where `before` stood, on the same ground, within the picture.
plan::Box StandingAt(const plan::Box& before, plan::Box box) {
  const auto within = [](int low, int size) { return std::clamp(low, 0, 100 - size); };
  const int width = box.right - box.left, height = box.bottom - box.top;
  box.left = within((before.left + before.right - width) / 2, width);
  box.top = within(before.bottom - height, height);
  return {box.left, box.top, box.left + width, box.top + height};
}

void PutBack(const PlanLine& before, PlanLine& line) {
  const std::vector<plan::Box> old = plan::BoxesOf(before), now = plan::BoxesOf(line);
  if (old.size() != now.size()) return;
  size_t next = 0;
  for (std::string& value : line.values)
    if (value.starts_with("box ")) {
      value = "box " + plan::WriteBox(StandingAt(old[next], now[next]));
      ++next;
    }
}

// The plan as it was laid out, with what can stay as it was before: places, and what the model wrote again of the sky.
plan::Plan WithOldPlaces(const std::string& laid_out, const plan::Plan& old, const PlanEdit& edit) {
  plan::Plan plan = plan::ParsePlan(laid_out);
  for (PlanLine& line : plan.lines) {
    const auto place = edit.in_place.find(line.key);
    const PlanLine* was = FindLine(old, place == edit.in_place.end() ? line.key : place->second);
    if (was == nullptr) continue;
    if (place != edit.in_place.end())
      PutBack(*was, line);
    else if (FindLine(edit.merged.plan, line.key) == nullptr)
      line = *was;
  }
  return plan;
}

}  // namespace

PlanEdit EditPlan(std::string_view words, std::string_view plan, const Asked& asked, const CheckData& data) {
  if (!data.lexicon)
    throw NotUnderstood("edit", "this model has not learned to edit, and has no lexicon to read the words by.",
                        "edit the plan instead: `diptych plan`, and `diptych generate --plan`.");
  Editor editor(plan, asked, data);
  for (const EditClause& clause : ReadEditWords(words)) editor.Read(clause);
  return std::move(editor).Finish();
}

std::string PromptOf(const Asked& asked, const CheckData& data) {
  std::string prompt = PlainPrompt(asked, data);
  for (const AskedFact& one : asked.facts) {
    if (!one.denied || !data.lexicon) continue;
    const std::string none = NoneOf(*data.vocabulary, *data.lexicon, one.fact);
    if (!none.empty()) prompt += (prompt.empty() ? "" : ", ") + none;
  }
  return prompt;
}

EditableAnswer ReadEditable(const engine::Model& model, const CheckData& data, const base::Image& picture,
                            engine::GenerateRequest request, const std::function<bool()>& cancelled) {
  engine::PictureLook look(model, picture);
  if (IsForeign(model, data, look, picture, cancelled))
    throw base::Error("edit", "the picture holds no settings of diptych, and is none that this model can read.",
                      "edit pictures that diptych drew.");
  engine::Listener listener;
  listener.cancelled = cancelled;
  EditableAnswer answer{.request = std::move(request), .plan = look.SeenPlan(listener)};
  if (answer.plan.empty())
    throw base::Error("edit", "the picture holds no settings of diptych, and the model reads no plan in it.",
                      "edit pictures that diptych drew.");
  return answer;
}

Asked AskedIn(const engine::Model& model, const CheckData& data, const EditableAnswer& answer) {
  return answer.request.prompt.empty() ? AskedByPlan(answer.plan) : ReadAsked(model, data, answer.request);
}

AnswerEdit LayOutEdit(const engine::Model& model, const CheckData& data, const EditableAnswer& answer, PlanEdit edit,
                      const std::function<bool()>& cancelled) {
  AnswerEdit made{.request = answer.request, .unknown = std::move(edit.unknown), .near = std::move(edit.near)};
  made.request.prompt = PromptOf(edit.asked, data);
  made.request.plan = plan::WritePlan(edit.merged.plan);
  if (!edit.changes) {
    ++made.request.seed;
    made.warning = "the plan states this already; it is drawn with another seed.";
    return made;
  }
  if (edit.merged.open.empty() && !edit.merged.scene_open) return made;
  // What is in the sky is what the model expects most; it draws lots only where that makes no sense.
  engine::GenerateRequest planning = made.request;
  std::optional<std::string> plan;
  if (edit.merged.scene_open) {
    planning.options.temperature = 0;
    plan = LayOut(edit.merged, model, data, planning, cancelled);
    planning.options.temperature = answer.request.options.temperature;
  }
  if (!plan) plan = LayOut(edit.merged, model, data, planning, cancelled);
  if (plan) {
    const plan::Plan placed = WithOldPlaces(*plan, plan::ParseWellFormedLines(answer.plan), edit);
    Asked denied = edit.asked;  // which the model may have put in
    std::erase_if(denied.facts, [](const AskedFact& one) { return !one.denied; });
    made.request.plan = plan::WritePlan(MergePlan(plan::WritePlan(placed), denied, *data.vocabulary).plan);
  } else {
    made.request.plan.reset();
    made.warning = "the model finds no places for it in this plan; it is planned anew.";
  }
  return made;
}

AnswerEdit EditAnswer(const engine::Model& model, const CheckData& data, const EditableAnswer& answer,
                      std::string_view words, const std::function<bool()>& cancelled) {
  PlanEdit edit = EditPlan(words, answer.plan, AskedIn(model, data, answer), data);
  if (!IsUnderstood(edit))
    throw NotUnderstood("edit", "nothing of \"" + std::string(words) + "\" is understood as a change.",
                        std::string(kHint));
  return LayOutEdit(model, data, answer, std::move(edit), cancelled);
}

}  // namespace diptych::coherence
