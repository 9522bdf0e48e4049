// The score of one answer: which facts of the prompt its plan, picture and narrative keep, and which facts of the
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

// What an observer read in a picture.
struct PictureReading {
  std::function<bool(const plan::Fact&)> shows;
  std::vector<plan::Fact> facts;  // all facts seen
};
// Of a denied fact: whether nothing of its key was seen.
bool Shows(const PictureReading& picture, const StatedFact& stated);

// Reads pictures. Shares nothing with the model that drew them.
class PictureObserver {
 public:
  virtual ~PictureObserver() = default;
  virtual std::vector<PictureReading> Read(std::span<const base::Image> pictures) const = 0;
};

// What a reader read in a text: the facts stated, and how many sentences are ungrammatical.
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
  std::vector<plan::Fact> wrong;  // of a denied fact a key alone, "no bus"
};

struct AnswerReadings {
  std::optional<std::vector<plan::Fact>> plan;  // nothing: the answer has none
  std::optional<PictureReading> picture;        // nothing: there is no picture or no observer
  std::optional<NarrativeReading> narrative;    // likewise
};
// A part that has no reading has shares of 0 out of 0.
struct AnswerScore {
  FactShares planned;    // facts of the prompt that the plan keeps
  FactShares drawn;      // facts of the prompt that the picture shows
  FactShares told;       // facts of the prompt that the narrative keeps
  FactShares agreement;  // facts of the narrative that the picture shows
  Share faults;          // ungrammatical sentences out of all
};

// `left_out`: topics that are not counted, because a reader is too often wrong about them.
AnswerScore ScoreAnswer(std::span<const StatedFact> prompt, const AnswerReadings& readings,
                        const std::set<world::Topic>& left_out);

}  // namespace diptych::eval
