#include "plan/vocabulary.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace diptych::plan {
namespace {

// `name`: which vocabulary it is, or a file and line.
[[noreturn]] void Refuse(const std::string& name, const std::string& why) {
  throw base::Error("vocabulary", name + ": " + why, "every fact must be said in one way, in lower-case words.");
}

std::string Quoted(const std::string& words) { return '"' + words + '"'; }

void CheckWords(const std::string& name, const std::string& what, const std::string& words) {
  if (!IsWords(words)) Refuse(name, what + " " + Quoted(words) + " is not in lower-case words.");
}

void CheckProperty(const std::string& name, const Property& property) {
  CheckWords(name, "the property", property.name);
  const std::string of = " of " + Quoted(property.name);
  if (!property.line.empty()) CheckWords(name, "the line" + of, property.line);
  if (!property.lead_in.empty()) CheckWords(name, "the lead-in" + of, property.lead_in);
  for (const std::string& value : property.values) CheckWords(name, "the value" + of, value);
  if (!property.lead_in.empty() && property.values.empty()) Refuse(name, "the lead-in" + of + " leads to no value.");
  if (!property.IsRelation()) return;
  if (!property.line.empty()) Refuse(name, "the whole scene has the relation " + Quoted(property.name) + ".");
  if (property.inverse.size() != property.values.size())
    Refuse(name, Quoted(property.name) + " has " + std::to_string(property.values.size()) + " values and " +
                     std::to_string(property.inverse.size()) + " inverses.");
}

std::string Joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + ' ' + second;
}

}  // namespace

bool Property::ShowsInBoxes() const {
  constexpr std::string_view kShown[] = {"size", "place", "depth"};
  return line.empty() && (IsRelation() || IsNumber() || std::ranges::find(kShown, name) != std::end(kShown));
}

Vocabulary::Vocabulary(std::vector<std::string> subjects, std::vector<Property> properties, const std::string& name)
    : subjects_(std::move(subjects)), properties_(std::move(properties)) {
  for (const std::string& subject : subjects_) {
    CheckWords(name, "the subject", subject);
    if (!known_subjects_.insert(subject).second) Refuse(name, "the subject " + Quoted(subject) + " comes twice.");
  }
  std::set<std::string> names;
  for (size_t i = 0; i < properties_.size(); ++i) {
    const Property& property = properties_[i];
    CheckProperty(name, property);
    if (!names.insert(property.name).second) Refuse(name, "the property " + Quoted(property.name) + " comes twice.");
    if (known_subjects_.contains(property.line))
      Refuse(name, Quoted(property.line) + " is a subject and a line of the scene.");
    property.IsRelation() ? IndexRelation(i, name) : Index(i, name);
  }
  for (size_t i = 0; i < properties_.size(); ++i) {
    if (!properties_[i].line.empty()) of_scene_[properties_[i].line].try_emplace("", Meaning{i, ""});
  }
}

void Vocabulary::Index(size_t property, const std::string& name) {
  const Property& row = properties_[property];
  Sayings& sayings = row.line.empty() ? of_subjects_ : of_scene_[row.line];
  const auto add = [&](const std::string& said, const std::string& value) {
    const auto [at, is_new] = sayings.try_emplace(said, Meaning{property, value});
    if (is_new) return;
    const std::string& other = properties_[at->second.property].name;
    Refuse(name, (said.empty() ? "a key alone" : Quoted(said)) + " states both " + Quoted(other) + " and " +
                     Quoted(row.name) + ".");
  };
  if (row.values.empty()) add("", "");
  for (const std::string& value : row.values) add(Joined(row.lead_in, value), value);
}

void Vocabulary::IndexRelation(size_t property, const std::string& name) {
  const Property& row = properties_[property];
  std::map<std::string_view, std::string_view> inverse;
  for (size_t i = 0; i < row.values.size(); ++i) {
    const std::string words = Joined(row.lead_in, row.values[i]) + ' ';
    const auto next = relations_.lower_bound(words);
    // No entry may be a prefix of another. Entries are sorted, so only the new entry's neighbours can be its prefix or
    // begin with it.
    if ((next != relations_.end() && next->first.starts_with(words)) ||
        (next != relations_.begin() && words.starts_with(std::prev(next)->first)))
      Refuse(name, "another relation begins as " + Quoted(row.values[i]) + " does.");
    relations_.emplace(words, Meaning{property, row.values[i]});
    inverse.emplace(row.values[i], row.inverse[i]);
  }
  for (const auto& [value, other] : inverse) {
    const auto back = inverse.find(other);
    if (back == inverse.end() || back->second != value)
      Refuse(name,
             Quoted(std::string(value)) + " is not the inverse of its inverse " + Quoted(std::string(other)) + ".");
  }
}

std::optional<TypedFact> Vocabulary::Read(const Fact& fact) const {
  const bool of_subject = known_subjects_.contains(fact.key);
  const auto line = of_scene_.find(fact.key);
  if (!of_subject && line == of_scene_.end()) return std::nullopt;
  const Sayings& sayings = of_subject ? of_subjects_ : line->second;
  const std::string subject = of_subject ? fact.key : "";
  if (const auto found = sayings.find(fact.value); found != sayings.end())
    return TypedFact{.property = found->second.property, .subject = subject, .value = found->second.value};
  const auto after = relations_.upper_bound(fact.value);
  if (!of_subject || after == relations_.begin()) return std::nullopt;
  const auto& [words, meaning] = *std::prev(after);
  if (!fact.value.starts_with(words)) return std::nullopt;
  return TypedFact{.property = meaning.property,
                   .subject = subject,
                   .value = meaning.value,
                   .other = fact.value.substr(words.size())};
}

std::optional<size_t> Vocabulary::Find(std::string_view property, std::string_view value) const {
  const auto found = std::ranges::find(properties_, property, &Property::name);
  if (found == properties_.end()) return {};
  const std::vector<std::string>& values = found->values;
  const bool has = values.empty() ? value.empty() : std::ranges::find(values, value) != values.end();
  return has ? std::optional(static_cast<size_t>(found - properties_.begin())) : std::nullopt;
}

std::optional<size_t> Vocabulary::presence() const {
  const auto found = std::find_if(properties_.begin(), properties_.end(), [](const Property& property) {
    return property.line.empty() && property.values.empty();
  });
  if (found == properties_.end()) return {};
  return static_cast<size_t>(found - properties_.begin());
}

std::vector<TypedFact> Vocabulary::Read(const Plan& plan) const {
  std::vector<TypedFact> facts;
  std::map<std::string, int> lines;
  for (const PlanLine& line : plan.lines) {
    const int number = known_subjects_.contains(line.key) ? ++lines[line.key] : 0;
    for (const Fact& fact : FactsOf(Plan{{line}})) {
      std::optional<TypedFact> typed = Read(fact);
      if (!typed) continue;
      typed->number = number;
      facts.push_back(std::move(*typed));
    }
  }
  return facts;
}

Fact Vocabulary::Say(const TypedFact& fact) const {
  const Property& property = properties_.at(fact.property);
  std::string value = Joined(fact.value.empty() ? "" : property.lead_in, fact.value);
  if (property.IsRelation()) value += ' ' + fact.other;
  return {.key = property.line.empty() ? fact.subject : property.line, .value = std::move(value)};
}

Plan Vocabulary::PlanOf(std::span<const TypedFact> facts) const {
  Plan plan;
  int number = 0;  // of the last line
  for (const TypedFact& fact : facts) {
    Fact said = Say(fact);
    if (plan.lines.empty() || plan.lines.back().key != said.key || number != fact.number)
      plan.lines.push_back({.key = std::move(said.key), .values = {}});
    if (!said.value.empty()) plan.lines.back().values.push_back(std::move(said.value));
    number = fact.number;
  }
  return plan;
}

std::optional<TypedFact> Vocabulary::OtherSide(const TypedFact& fact) const {
  const Property& property = properties_.at(fact.property);
  const auto value = std::find(property.values.begin(), property.values.end(), fact.value);
  if (!property.IsRelation() || value == property.values.end()) return std::nullopt;
  return TypedFact{.property = fact.property,
                   .subject = fact.other,
                   .value = property.inverse[static_cast<size_t>(value - property.values.begin())],
                   .other = fact.subject};
}

std::optional<Fact> Vocabulary::Converse(const Fact& fact) const {
  const std::optional<TypedFact> typed = Read(fact), other = typed ? OtherSide(*typed) : std::nullopt;
  return other ? std::optional(Say(*other)) : std::nullopt;
}

std::string WriteVocabulary(const Vocabulary& vocabulary) {
  Plan text;
  text.lines.push_back({.key = "subjects", .values = vocabulary.subjects()});
  for (const Property& property : vocabulary.properties()) {
    text.lines.push_back({.key = "property", .values = {property.name}});
    if (!property.line.empty()) text.lines.push_back({.key = "line", .values = {property.line}});
    if (!property.lead_in.empty()) text.lines.push_back({.key = "lead in", .values = {property.lead_in}});
    if (!property.values.empty()) text.lines.push_back({.key = "values", .values = property.values});
    if (!property.inverse.empty()) text.lines.push_back({.key = "inverse", .values = property.inverse});
  }
  return WritePlan(text);
}

namespace {

// Reads the lines of a vocabulary's text one by one. `name`: file and line, for errors.
class VocabularyLines {
 public:
  void Take(const PlanLine& line, const std::string& name) {
    if (line.key == "subjects") {
      TakeList(line, name, subjects_);
    } else if (line.key == "property") {
      TakeWord(line, name, properties_.emplace_back().name);
    } else if (properties_.empty()) {
      Refuse(name, Quoted(line.key) + " stands before the first property.");
    } else if (line.key == "line") {
      TakeWord(line, name, properties_.back().line);
    } else if (line.key == "lead in") {
      TakeWord(line, name, properties_.back().lead_in);
    } else if (line.key == "values") {
      TakeList(line, name, properties_.back().values);
    } else if (line.key == "inverse") {
      TakeList(line, name, properties_.back().inverse);
    } else {
      Refuse(name, Quoted(line.key) + " is none of subjects, property, line, lead in, values and inverse.");
    }
  }
  Vocabulary Done(const std::string& name) {
    if (subjects_.empty()) Refuse(name, "it has no line \"subjects\".");
    return Vocabulary(std::move(subjects_), std::move(properties_), name);
  }

 private:
  static void TakeList(const PlanLine& line, const std::string& name, std::vector<std::string>& list) {
    if (!list.empty()) Refuse(name, Quoted(line.key) + " comes a second time.");
    list = line.values;
  }
  static void TakeWord(const PlanLine& line, const std::string& name, std::string& word) {
    if (!word.empty()) Refuse(name, Quoted(line.key) + " comes a second time.");
    if (line.values.size() != 1) Refuse(name, Quoted(line.key) + " must have one value.");
    word = line.values.front();
  }

  std::vector<std::string> subjects_;
  std::vector<Property> properties_;
};

}  // namespace

Vocabulary ReadVocabulary(std::string_view text, const std::string& file) {
  const Plan plan = ParsePlan(text, file);
  VocabularyLines lines;
  for (size_t i = 0; i < plan.lines.size(); ++i) lines.Take(plan.lines[i], file + ", line " + std::to_string(i + 1));
  return lines.Done(file);
}

}  // namespace diptych::plan
