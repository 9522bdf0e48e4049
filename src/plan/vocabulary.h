// What the words of the plan language mean: a vocabulary of subjects, properties and values, which is data. A world
// registers its own (world/facts.h); a model's folder can hold one as a file.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/fact.h"
#include "plan/plan.h"

namespace diptych::plan {

// A fact with its meaning: which property of what has which value. Strings are words of the vocabulary.
struct TypedFact {
  size_t property = 0;  // an index into Vocabulary::properties()
  std::string subject;  // whose property: a subject's kind, "bus"; empty: the whole scene's
  std::string value{};  // "blue", "umbrella", "left of"; empty: that there is such a thing
  std::string other{};  // of a relation: the kind it is a relation to, "panda"
  int number = 0;       // which of the plan's lines of that kind, from 1; 0: any of them, or the whole scene
  bool operator==(const TypedFact&) const = default;
};

// The first of the numbers, among all properties of subjects a value of the count alone.
inline constexpr std::string_view kNumberOne = "one";

// Something that can be said of every subject, or of the whole scene. Example: a bus "holding umbrella", where the
// property is "held", its lead-in "holding" and its value "umbrella".
struct Property {
  std::string name;                    // unique: "colour", "phase"
  std::string line{};                  // the plan's line of a property of the whole scene, "moon"; empty: of subjects
  std::string lead_in{};               // the words before a value; empty: none
  std::vector<std::string> values{};   // empty: the property is only present or absent
  std::vector<std::string> inverse{};  // of a relation: the converse of each value (left of: right of)
  bool IsRelation() const { return !inverse.empty(); }
  // How many there are: its values in their order are one, two, three, ...
  bool IsNumber() const { return !values.empty() && values[0] == kNumberOne; }
  // Of a subject, and seen in where its boxes lie.
  bool ShowsInBoxes() const;
  bool operator==(const Property&) const = default;
};

// Const after construction, safe to share between threads.
class Vocabulary {
 public:
  // Error when a name or value is not lower-case words, when one fact would have two meanings, or when a relation lacks
  // the inverse of a value. The message begins with `name`, the name of a file for instance.
  Vocabulary(std::vector<std::string> subjects, std::vector<Property> properties,
             const std::string& name = "the vocabulary");

  const std::vector<std::string>& subjects() const { return subjects_; }
  const std::vector<Property>& properties() const { return properties_; }
  bool HasSubject(std::string_view key) const { return known_subjects_.contains(key); }

  // The property that only says that a subject is there: of subjects, without values ("kind"). Nothing where the
  // vocabulary has none.
  std::optional<size_t> presence() const;
  // The fact that there is such a thing. Only of a vocabulary that has that property.
  TypedFact Presence(std::string subject) const {
    return {.property = presence().value(), .subject = std::move(subject)};
  }

  // The index of the property of that name, where it has that value ("" of one that is only present or absent).
  std::optional<size_t> Find(std::string_view property, std::string_view value) const;

  // What a fact means; nothing when its words are not in the vocabulary. The kind that a relation refers to may be any
  // word. The key of a scene's line alone means that line's property without values or, when all of them have values,
  // its first property.
  std::optional<TypedFact> Read(const Fact& fact) const;
  // The facts of a plan that the vocabulary knows, subjects numbered by their lines.
  std::vector<TypedFact> Read(const Plan& plan) const;

  // The fact in the words of the plan language. Read(Say(fact)) is the fact without its number.
  Fact Say(const TypedFact& fact) const;
  // The lines of a plan that state the facts. Adjacent facts of one subject, or of one line of the scene, share a line.
  // A fact without a value gives a line without a value.
  Plan PlanOf(std::span<const TypedFact> facts) const;

  // The same relation stated by the other subject: "house: right of cat" for "cat: left of house". Nothing for facts
  // that are no relation.
  std::optional<TypedFact> OtherSide(const TypedFact& fact) const;
  // The same of a fact in the words of the plan language.
  std::optional<Fact> Converse(const Fact& fact) const;

  bool operator==(const Vocabulary& other) const {
    return subjects_ == other.subjects_ && properties_ == other.properties_;
  }

 private:
  struct Meaning {
    size_t property;
    std::string value;
  };
  using Sayings = std::map<std::string, Meaning, std::less<>>;  // by a fact's value, "" for a key alone

  void Index(size_t property, const std::string& name);
  void IndexRelation(size_t property, const std::string& name);

  std::vector<std::string> subjects_;
  std::vector<Property> properties_;
  std::set<std::string, std::less<>> known_subjects_;
  Sayings of_subjects_;
  std::map<std::string, Sayings, std::less<>> of_scene_;  // by the plan's line
  Sayings relations_;                                     // by their words and a space; no entry is a prefix of another
};

// A text of the plan language's own form: the subjects, then each property with what it has:
//   subjects: bus, panda
//   property: phase
//   line: moon
//   values: full, crescent, half
//   property: held
//   lead in: holding
//   values: umbrella, book
//   property: relation
//   values: left of, right of
//   inverse: right of, left of
// No newline at the end. ReadVocabulary(WriteVocabulary(v), ...) == v.
std::string WriteVocabulary(const Vocabulary& vocabulary);
// Error names `file` and what is wrong, with its line where it is one line's.
Vocabulary ReadVocabulary(std::string_view text, const std::string& file);

}  // namespace diptych::plan
