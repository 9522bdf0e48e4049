// What scenes are made of: all that the world has, or a part of it, such as what a model knows.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/vocabulary.h"
#include "world/scene.h"

namespace diptych::world {

// Whether the backdrop has things of this kind, among which a subject could not be told apart or counted.
bool IsLost(Kind kind, Ground ground);

// Whose drawings things are shown in, besides the program's own.
enum class Hands {
  kWorld,     // the artists that models learn from
  kExaminers  // those of the catalogue's column "examiner", where they have drawn a kind
};

// "world", "examiners".
const char* NameOf(Hands hands);

class Repertoire {
 public:
  static const Repertoire& Everything();
  // What the vocabulary has words for; only our own drawings, unless `artists`.
  static Repertoire Of(const plan::Vocabulary& vocabulary, bool artists);
  // Everything, but of the kinds only these.
  static Repertoire OfKinds(const std::set<Kind>& kinds);
  // The same of a text file with a kind a line; lines that begin with # are passed over. Error names file and line.
  static Repertoire Load(const std::filesystem::path& file);

  // Of its kinds only these.
  Repertoire Only(const std::function<bool(Kind)>& kinds) const;
  Repertoire By(Hands hands) const;
  // Of a kind's drawings by artists only so many, the first of its row; of its heads on figures too. At least 1.
  Repertoire WithArtists(int most) const;

  bool Has(Ground ground) const { return grounds_[static_cast<size_t>(ground)]; }
  bool Has(Action action) const { return actions_[static_cast<size_t>(action)]; }
  bool Has(Kind kind) const { return kinds_[static_cast<size_t>(kind)]; }
  bool Has(Weather weather) const { return weathers_[static_cast<size_t>(weather)]; }
  bool artists() const { return artists_; }
  Hands hands() const { return hands_; }
  int most_artists() const { return most_artists_; }
  bool seasons() const { return seasons_; }
  bool worn() const { return worn_; }
  // Whether subjects may look at and chase each other.
  bool regards() const { return regards_; }
  int most_of_a_kind() const { return most_of_a_kind_; }
  int most_subjects() const { return most_subjects_; }
  const std::vector<Held>& helds() const { return helds_; }

  // The kinds that can be on a ground, with how often each is.
  struct Choice {
    std::vector<Kind> kinds;
    std::vector<int> weights;
  };
  const Choice& KindsOn(Ground ground) const { return choices_[static_cast<size_t>(ground)]; }

 private:
  Repertoire();  // everything
  void Choose(const std::function<bool(Kind)>& has);
  // Nor held things of other kinds, but for those that the program draws.
  void ChooseAlsoHeld(const std::function<bool(Kind)>& has);

  std::array<bool, kGrounds> grounds_{};
  std::array<bool, kActions> actions_{};
  std::array<bool, kWeathers> weathers_{};
  std::vector<bool> kinds_;
  std::vector<Held> helds_;  // without kNone
  Hands hands_ = Hands::kWorld;
  bool artists_ = true, seasons_ = true, worn_ = true, regards_ = true;
  int most_of_a_kind_ = kMostOfAKind, most_subjects_ = kMostSubjects;
  int most_artists_ = std::numeric_limits<int>::max();
  std::array<Choice, kGrounds> choices_;
};

// What a model with this vocabulary knows, everything where its folder has none; artists' drawings where it has a kind
// that the program does not draw itself.
Repertoire KnownBy(const std::optional<plan::Vocabulary>& vocabulary);

}  // namespace diptych::world
