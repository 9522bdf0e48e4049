// Ways in which people ask for a picture, from words/LANGUAGE/sayings/ (words/SAYINGS.md): patterns with slots, by
// section and value. Knows nothing of scenes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace diptych::world {

enum class SayingSlot : uint8_t {
  kAThing,
  kBThing,
  kCThing,
  kThing,
  kThings,
  kB,
  kColour,
  kBColour,
  kColourBare,
  kCount,
  kSize,
  kStyle,
  kScene,
  kWho,
  kHe,
  kHeld
};
inline constexpr size_t kSayingSlots = 16;

struct SayingPiece {
  enum class Form { kWords, kSlot, kEither, kMaybe } form = Form::kWords;
  SayingSlot slot{};
  std::vector<std::string> words{};  // of kWords and kMaybe one, of kEither all of them
};

struct Saying {
  std::string text;  // as the file has it, without its value
  std::vector<SayingPiece> pieces;
  uint32_t slots = 0;     // a bit each
  bool held_out = false;  // never used for training

  bool Has(SayingSlot slot) const { return (slots >> static_cast<int>(slot) & 1) != 0; }
  // The words before the first slot; all of them where there is none.
  std::string_view Start() const;
};

// Is a pattern of this text kept from training? One in ten is.
bool IsHeldOutSaying(std::string_view text);

// The patterns of one language. Const after loading, safe to share between threads.
class Sayings {
 public:
  // Every .txt of `folder`. Error names file and line of a pattern that is none.
  static Sayings Load(const std::filesystem::path& folder);

  // Those of a section that say a value of it, "living room" for "living-room"; the value is empty for those that have
  // none.
  const std::vector<Saying>& Of(std::string_view section, std::string_view value = {}) const;
  // The sections with the values that stand in them.
  using Key = std::pair<std::string, std::string>;
  const std::map<Key, std::vector<Saying>>& all() const { return all_; }

 private:
  std::map<Key, std::vector<Saying>> all_;
};

// What a slot is filled with.
struct SayingFill {
  std::string text{};
  bool plural = false;  // chooses in (is|are)
};

// The text of a pattern. `fill` gives what stands in a slot, asked once for each place; `before` are the words that the
// text ends with at that place. Of (is|are) and (its|their) that for the number of the slot it belongs to; of other
// alternatives any.
std::string Say(const Saying& saying, base::Random& random,
                const std::function<SayingFill(SayingSlot slot, std::string_view before)>& fill);

}  // namespace diptych::world
