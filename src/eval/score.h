// One answer's score: which facts of the prompt its plan, its picture and its narrative keep, and which facts of the
// narrative its picture shows.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "eval/stated_facts.h"
#include "text/conversation.h"

namespace diptych::eval {

// What somebody sees in a picture.
struct PictureReading {
  std::function<bool(const plan::Fact&)> shows;
  std::vector<plan::Fact> facts;  // all of them, for the record
};
// Sees pictures; no part of the model that drew them.
class PictureObserver {
 public:
  virtual ~PictureObserver() = default;
  virtual std::vector<PictureReading> Read(std::span<const base::Image> pictures) const = 0;
};

// What a text states, and how well it is written.
struct NarrativeReading {
  std::vector<plan::Fact> facts;
  std::vector<std::string> faults;  // the sentences that are not grammatical
  int sentences = 0;
};
using TextReader = std::function<NarrativeReading(std::string_view text, text::Language language)>;

struct Share {
  int right = 0, of = 0;
  bool operator==(const Share&) const = default;
};
struct FactShares {
  Share all;
  std::array<Share, world::kTopics + 1> by_topic{};
  std::vector<plan::Fact> wrong;
};

struct AnswerReadings {
  std::optional<std::vector<plan::Fact>> plan;  // nothing: the answer has none
  std::optional<PictureReading> picture;        // nothing: it has none, or nobody looked
  std::optional<NarrativeReading> narrative;    // likewise
};
// What could not be read has shares of nothing.
struct AnswerScore {
  FactShares planned;    // facts of the prompt that the plan keeps
  FactShares drawn;      // facts of the prompt that the picture shows
  FactShares told;       // facts of the prompt that the narrative keeps
  FactShares agreement;  // facts of the narrative that the picture shows
  Share faults;          // ungrammatical sentences out of all
};

// `left_out`: topics that do not count, because they cannot be read well enough.
AnswerScore ScoreAnswer(std::span<const StatedFact> prompt, const AnswerReadings& readings,
                        const std::set<world::Topic>& left_out);

}  // namespace diptych::eval
