// The benchmark's judge: recovers the scene of a picture. Trained on pictures of the world alone (judge/training.h);
// shares no weights with the model under test.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/image.h"
#include "world/repertoire.h"
#include "world/scene.h"

namespace diptych::judge {

// Const after loading, safe to share between threads.
class Judge {
 public:
  // Error: no such file, not the weights of a judge, a class that the world does not have, a tensor that is absent or
  // misshapen.
  static Judge Load(const std::filesystem::path& file);
  Judge(Judge&&) noexcept;
  ~Judge();

  // The kinds that it tells apart; any other it takes for one of them.
  bool Knows(world::Kind kind) const;
  // Error names some of the kinds that are shown and that it does not know.
  void RequireKinds(const world::Repertoire& shown) const;
  // Whose drawings it learnt from: world::NameOf(world::Hands).
  const std::string& drawings() const;

  // The scene of each picture, of any size. Seed, horizon and variants cannot be seen and keep their defaults. A scene
  // may have no subjects; eval/seen_facts.h says which facts it shows.
  std::vector<world::Scene> Read(std::span<const base::Image> pictures) const;

 private:
  struct State;
  explicit Judge(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diptych::judge
