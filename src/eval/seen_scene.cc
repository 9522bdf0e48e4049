#include "eval/seen_scene.h"

#include <algorithm>
#include <cmath>

#include "world/layout.h"

namespace diptych::eval {
namespace {

// Things that form one subject.
struct AlikeThings {
  std::vector<const SeenThing*> things;
  float confidence = 0;  // the sum of theirs
};

int LikeliestOf(const std::vector<float>& probabilities) {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

// The probability that both are of the same class, taken as independent.
float Agreement(const SeenThing& a, const SeenThing& b, ThingAttribute what) {
  float sum = 0;
  for (size_t i = 0; i < a.probabilities[what].size(); ++i) sum += a.probabilities[what][i] * b.probabilities[what][i];
  return sum;
}

// Whether both may be of the same kind, colour and size.
bool AreAlike(const SeenThing& a, const SeenThing& b) {
  constexpr float kLeast = 0.1f;
  const auto near = [](float x, float y) { return std::abs(x - y) < 0.3f * std::max(x, y); };
  return Agreement(a, b, kKindAttribute) > kLeast && Agreement(a, b, kColourAttribute) > kLeast &&
         near(a.frame.width(), b.frame.width()) && near(a.frame.height(), b.frame.height());
}

// Non-maximum suppression among things of the same kind, whichever heatmap they came from: in order of falling
// confidence, a thing that overlaps a kept one of its kind is dropped.
std::vector<const SeenThing*> DistinctOf(const std::vector<SeenThing>& things) {
  constexpr float kMostCovered = 0.4f, kSameKind = 0.3f;
  std::vector<const SeenThing*> all, kept;
  for (const SeenThing& thing : things) all.push_back(&thing);
  std::stable_sort(all.begin(), all.end(),
                   [](const SeenThing* a, const SeenThing* b) { return a->confidence > b->confidence; });
  for (const SeenThing* thing : all) {
    const bool known = std::any_of(kept.begin(), kept.end(), [thing](const SeenThing* other) {
      return IntersectionOverSmaller(other->frame, thing->frame) > kMostCovered &&
             Agreement(*other, *thing, kKindAttribute) > kSameKind;
    });
    if (!known) kept.push_back(thing);
  }
  return kept;
}

std::vector<AlikeThings> AlikeThingsOf(const std::vector<SeenThing>& all) {
  std::vector<AlikeThings> groups;
  for (const SeenThing* seen : DistinctOf(all)) {
    const SeenThing& thing = *seen;
    const auto like = std::find_if(groups.begin(), groups.end(),
                                   [&](const AlikeThings& group) { return AreAlike(*group.things.front(), thing); });
    AlikeThings& group = like == groups.end() ? groups.emplace_back() : *like;
    group.things.push_back(&thing);
    group.confidence += thing.confidence;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const AlikeThings& a, const AlikeThings& b) { return a.confidence > b.confidence; });
  if (groups.size() > world::kMostSubjects) groups.resize(world::kMostSubjects);
  return groups;
}

// The class with the largest product of probabilities over the group; the first `skip` classes are not considered.
int ValueOf(const AlikeThings& group, ThingAttribute what, size_t skip = 0) {
  std::vector<float> logs(group.things.front()->probabilities[what].size() - skip);
  for (const SeenThing* thing : group.things) {
    for (size_t i = 0; i < logs.size(); ++i) logs[i] += std::log(std::max(thing->probabilities[what][i + skip], 1e-6f));
  }
  return LikeliestOf(logs) + static_cast<int>(skip);
}

plan::Box BoxOf(const Frame& frame) {
  const auto whole = [](float value, int first, int last) {
    return std::clamp(static_cast<int>(std::lround(value)), first, last);
  };
  plan::Box box = {.left = whole(frame.left, 0, 99), .top = whole(frame.top, 0, 99), .right = 0, .bottom = 0};
  box.right = whole(frame.right, box.left + 1, 100);
  box.bottom = whole(frame.bottom, box.top + 1, 100);
  return box;
}

// By what the looks of a kind are told apart: whether it has a pose, a feeling, a facing side.
struct LookSeen {
  bool jointed, feels, directed;
};

// The index of the kind's look that agrees best with these; the first of equals.
int LookLike(const world::Subject& subject, const LookSeen& seen) {
  const auto& looks = RowOf(subject.kind).looks;
  int best = 0, best_score = -1;
  for (size_t i = 0; i < looks.size(); ++i) {
    world::Subject one = subject;
    one.look = static_cast<int>(i);
    const bool feels = LookOf(one).hand == world::Look::Hand::kFigure;
    const int score = 4 * (world::IsJointed(one) == seen.jointed) + 2 * (feels == seen.feels) +
                      (world::IsDirected(one) == seen.directed);
    if (score <= best_score) continue;
    best = static_cast<int>(i);
    best_score = score;
  }
  return best;
}

// Sets action, held, worn and feeling, as far as the subject's look can have them.
void SeeDeed(const AlikeThings& group, world::Subject& subject) {
  const world::Look::Hand hand = LookOf(subject).hand;
  if (!world::IsJointed(subject)) return;
  subject.action = static_cast<world::Action>(ValueOf(group, kActionAttribute, 1));
  if (world::HandsFree(subject.action)) subject.held = static_cast<world::Held>(ValueOf(group, kHeldAttribute));
  subject.worn = static_cast<world::Worn>(ValueOf(group, kWornAttribute));
  if (hand == world::Look::Hand::kFigure)
    subject.feeling = static_cast<world::Feeling>(ValueOf(group, kFeelingAttribute, 1));
}

world::Subject SubjectOf(const AlikeThings& group) {
  world::Subject subject;
  subject.kind = static_cast<world::Kind>(ValueOf(group, kKindAttribute));
  const int facing = ValueOf(group, kFacingAttribute);
  subject.look = LookLike(subject, {.jointed = ValueOf(group, kActionAttribute) != 0,
                                    .feels = ValueOf(group, kFeelingAttribute) != 0,
                                    .directed = facing != 0});
  subject.colour = static_cast<world::Colour>(ValueOf(group, kColourAttribute));
  subject.size = static_cast<world::Size>(ValueOf(group, kSizeAttribute));
  const world::KindRow& row = RowOf(subject.kind);
  if (row.patterns != world::kNoPattern)
    subject.pattern = static_cast<world::Pattern>(ValueOf(group, kPatternAttribute));
  SeeDeed(group, subject);
  if (world::IsDirected(subject)) subject.faces_left = ValueOf(group, kFacingAttribute, 1) == 1;
  for (const SeenThing* thing : group.things) subject.boxes.push_back(BoxOf(thing->frame));
  std::sort(subject.boxes.begin(), subject.boxes.end(),
            [](const plan::Box& a, const plan::Box& b) { return a.left < b.left; });
  if (subject.boxes.size() > world::kMostOfAKind) subject.boxes.resize(world::kMostOfAKind);
  return subject;
}

void OrderAcross(std::vector<world::Subject>& subjects) {
  std::sort(subjects.begin(), subjects.end(),
            [](const world::Subject& a, const world::Subject& b) { return Extent(a).x() < Extent(b).x(); });
}

// Sets the order of two subjects, their relation and places. Side by side each has its own place; of two that are next
// to each other the place is that of their common centre, in all other relations that of the second.
void RelateTwo(world::Scene& scene) {
  OrderAcross(scene.subjects);
  world::Subject& first = scene.subjects[0];
  world::Subject& second = scene.subjects[1];
  scene.relation = PutTo(first, second);
  const world::Relation back = PutTo(second, first);
  const bool better = back != world::Relation::kNone && back != world::Relation::kNextTo;
  if (scene.relation == world::Relation::kNone || (scene.relation == world::Relation::kNextTo && better)) {
    if (back != world::Relation::kNone) std::swap(first, second);
    scene.relation = back;
  }
  if (scene.relation == world::Relation::kNone) {
    scene.relation = world::Relation::kLeftOf;
    for (world::Subject& subject : scene.subjects) subject.place = world::PlaceAt(Extent(subject).x());
    return;
  }
  const Frame a = Extent(first), b = Extent(second);
  const bool beside = scene.relation == world::Relation::kNextTo;
  first.place = second.place =
      world::PlaceAt(beside ? (std::min(a.left, b.left) + std::max(a.right, b.right)) / 2 : b.x());
}

// Depth is stated only of a single thing on land (world::CanHaveDepth): near if it is large and at the lower edge, far
// if it is small and close to the horizon.
void SeeDepth(const world::Scene& scene, world::Subject& subject) {
  constexpr int kSlack = 1;
  if (world::IsOffGround(subject.action) || subject.boxes.size() > 1 ||
      !world::CanHaveDepth(subject.kind, scene.ground))
    return;
  const int bottom = subject.boxes.front().bottom;
  const int farthest = world::HorizonsOf(scene.ground).last + world::kFarBelowHorizon.last;
  if (subject.size == world::Size::kLarge && bottom >= world::kNearBottoms.first - kSlack)
    subject.depth = world::Depth::kNear;
  if (subject.size == world::Size::kSmall && world::ReachesHorizon(scene.ground) && bottom <= farthest + kSlack)
    subject.depth = world::Depth::kFar;
}

void Arrange(world::Scene& scene) {
  if (scene.subjects.size() == 1) {
    world::Subject& subject = scene.subjects.front();
    subject.place = world::PlaceAt(Extent(subject).x());
    SeeDepth(scene, subject);
  } else if (scene.subjects.size() == 2) {
    RelateTwo(scene);
  } else if (scene.subjects.size() > 2) {
    OrderAcross(scene.subjects);
    scene.relation = world::Relation::kLeftOf;
    for (world::Subject& subject : scene.subjects) subject.place = world::PlaceAt(Extent(subject).x());
  }
}

}  // namespace

const std::array<int, kThingAttributes>& ThingAttributeValues() {
  static const std::array<int, kThingAttributes> values = {world::KindCount(),
                                                           world::kColours + 1,
                                                           world::kSizes,
                                                           static_cast<int>(world::kPatternWords.size()),
                                                           world::kActions,
                                                           static_cast<int>(world::HeldWords().size()),
                                                           world::kWorns,
                                                           world::kFeelings,
                                                           3};
  return values;
}

world::Scene SceneOf(const SeenPicture& seen) {
  world::Scene scene;
  scene.style = static_cast<world::Style>(seen.scene[kStyleAttribute]);
  scene.mood = static_cast<world::Mood>(seen.scene[kMoodAttribute]);
  scene.hour = static_cast<world::Hour>(seen.scene[kHourAttribute]);
  scene.weather = static_cast<world::Weather>(seen.scene[kWeatherAttribute]);
  scene.ground = static_cast<world::Ground>(seen.scene[kGroundAttribute]);
  scene.season = static_cast<world::Season>(seen.scene[kSeasonAttribute]);
  scene.sun = seen.sun;
  scene.moon = seen.moon;
  scene.phase = seen.phase;
  scene.clouds = seen.clouds;
  if (scene.clouds.size() > world::kCloudCounts.last) scene.clouds.resize(world::kCloudCounts.last);
  for (const AlikeThings& group : AlikeThingsOf(seen.things)) scene.subjects.push_back(SubjectOf(group));
  Arrange(scene);
  return scene;
}

}  // namespace diptych::eval
