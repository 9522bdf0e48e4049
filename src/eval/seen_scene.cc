#include "eval/seen_scene.h"

#include <algorithm>
#include <cmath>

namespace diptych {
namespace {

constexpr size_t kMostClouds = 4;  // that the plan language can count

// A subject in the making.
struct Group {
  std::vector<const SeenThing*> things;
  float certainty = 0;  // of all together
};

int LikeliestOf(const std::vector<float>& probabilities) {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

// The probability that both have the same value.
float Agreement(const SeenThing& a, const SeenThing& b, ThingReading what) {
  float sum = 0;
  for (size_t i = 0; i < a.probabilities[what].size(); ++i) sum += a.probabilities[what][i] * b.probabilities[what][i];
  return sum;
}

// Can both be of one kind, of one colour and of one size?
bool AreAlike(const SeenThing& a, const SeenThing& b) {
  constexpr float kLeast = 0.1f;
  const auto near = [](float x, float y) { return std::abs(x - y) < 0.3f * std::max(x, y); };
  return Agreement(a, b, kReadKind) > kLeast && Agreement(a, b, kReadColour) > kLeast &&
         near(a.frame.width(), b.frame.width()) && near(a.frame.height(), b.frame.height());
}

// The surest first; a thing that lies over a surer one of its kind is that one, seen twice.
std::vector<const SeenThing*> DistinctOf(const std::vector<SeenThing>& things) {
  constexpr float kMostCovered = 0.4f, kSameKind = 0.3f;
  std::vector<const SeenThing*> all, kept;
  for (const SeenThing& thing : things) all.push_back(&thing);
  std::stable_sort(all.begin(), all.end(),
                   [](const SeenThing* a, const SeenThing* b) { return a->certainty > b->certainty; });
  for (const SeenThing* thing : all) {
    const bool known = std::any_of(kept.begin(), kept.end(), [thing](const SeenThing* other) {
      return Covered(other->frame, thing->frame) > kMostCovered && Agreement(*other, *thing, kReadKind) > kSameKind;
    });
    if (!known) kept.push_back(thing);
  }
  return kept;
}

std::vector<Group> GroupsOf(const std::vector<SeenThing>& all) {
  std::vector<Group> groups;
  for (const SeenThing* seen : DistinctOf(all)) {
    const SeenThing& thing = *seen;
    const auto like = std::find_if(groups.begin(), groups.end(),
                                   [&](const Group& group) { return AreAlike(*group.things.front(), thing); });
    Group& group = like == groups.end() ? groups.emplace_back() : *like;
    group.things.push_back(&thing);
    group.certainty += thing.certainty;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.certainty > b.certainty; });
  if (groups.size() > kMostSubjects) groups.resize(kMostSubjects);
  return groups;
}

// The value that is likeliest for all things of the group, the first `skip` values aside.
int ValueOf(const Group& group, ThingReading what, size_t skip = 0) {
  std::vector<float> logs(group.things.front()->probabilities[what].size() - skip);
  for (const SeenThing* thing : group.things) {
    for (size_t i = 0; i < logs.size(); ++i) logs[i] += std::log(std::max(thing->probabilities[what][i + skip], 1e-6f));
  }
  return LikeliestOf(logs) + static_cast<int>(skip);
}

Box BoxOf(const Frame& frame) {
  const auto whole = [](float value, int first, int last) {
    return std::clamp(static_cast<int>(std::lround(value)), first, last);
  };
  Box box = {.left = whole(frame.left, 0, 99), .top = whole(frame.top, 0, 99), .right = 0, .bottom = 0};
  box.right = whole(frame.right, box.left + 1, 100);
  box.bottom = whole(frame.bottom, box.top + 1, 100);
  return box;
}

Subject SubjectOf(const Group& group) {
  Subject subject;
  subject.kind = static_cast<Kind>(ValueOf(group, kReadKind));
  subject.colour = static_cast<Colour>(ValueOf(group, kReadColour));
  subject.size = static_cast<Size>(ValueOf(group, kReadSize));
  const KindRow& row = RowOf(subject.kind);
  if (row.patterns != kNoPattern) subject.pattern = static_cast<Pattern>(ValueOf(group, kReadPattern));
  if (IsCharacter(subject.kind)) {
    subject.action = static_cast<Action>(ValueOf(group, kReadAction, 1));
    subject.feeling = static_cast<Feeling>(ValueOf(group, kReadFeeling, 1));
    if (HandsFree(subject.action)) subject.held = static_cast<Held>(ValueOf(group, kReadHeld));
  }
  if (row.directed) subject.faces_left = ValueOf(group, kReadFacing) == 1;
  for (const SeenThing* thing : group.things) subject.boxes.push_back(BoxOf(thing->frame));
  std::sort(subject.boxes.begin(), subject.boxes.end(), [](const Box& a, const Box& b) { return a.left < b.left; });
  if (subject.boxes.size() > kMostOfAKind) subject.boxes.resize(kMostOfAKind);
  return subject;
}

void OrderAcross(std::vector<Subject>& subjects) {
  std::sort(subjects.begin(), subjects.end(),
            [](const Subject& a, const Subject& b) { return Extent(a).x() < Extent(b).x(); });
}

// The order of two subjects, their relation and their places. What touches is where its second is; neighbours are where
// their common middle is.
void RelateTwo(Scene& scene) {
  OrderAcross(scene.subjects);
  Subject& first = scene.subjects[0];
  Subject& second = scene.subjects[1];
  scene.relation = PutTo(first, second);
  const Relation back = PutTo(second, first);
  const bool better = back != Relation::kNone && back != Relation::kNextTo;
  if (scene.relation == Relation::kNone || (scene.relation == Relation::kNextTo && better)) {
    if (back != Relation::kNone) std::swap(first, second);
    scene.relation = back;
  }
  if (scene.relation == Relation::kNone) {
    scene.relation = Relation::kLeftOf;
    for (Subject& subject : scene.subjects) subject.place = PlaceAt(Extent(subject).x());
    return;
  }
  const Frame a = Extent(first), b = Extent(second);
  const bool beside = scene.relation == Relation::kNextTo;
  first.place = second.place = PlaceAt(beside ? (std::min(a.left, b.left) + std::max(a.right, b.right)) / 2 : b.x());
}

// Only what is alone on land is near or far: large at the lower edge, or small towards the horizon.
void SeeDepth(const Scene& scene, Subject& subject) {
  if (subject.boxes.size() > 1 || RowOf(subject.kind).realm != Realm::kLand || scene.ground == Ground::kSea) return;
  const int bottom = subject.boxes.front().bottom;
  const bool wide = scene.ground != Ground::kRoom && scene.ground != Ground::kBeach && scene.ground != Ground::kCity;
  if (subject.size == Size::kLarge && bottom >= 93) subject.depth = Depth::kNear;
  if (subject.size == Size::kSmall && wide && bottom < 70) subject.depth = Depth::kFar;
}

void Arrange(Scene& scene) {
  if (scene.subjects.size() == 1) {
    Subject& subject = scene.subjects.front();
    subject.place = PlaceAt(Extent(subject).x());
    SeeDepth(scene, subject);
  } else if (scene.subjects.size() == 2) {
    RelateTwo(scene);
  } else if (scene.subjects.size() == 3) {
    OrderAcross(scene.subjects);
    scene.relation = Relation::kLeftOf;
    for (Subject& subject : scene.subjects) subject.place = PlaceAt(Extent(subject).x());
  }
}

}  // namespace

Scene SceneOf(const SeenPicture& seen) {
  Scene scene;
  scene.style = static_cast<Style>(seen.scene[kReadStyle]);
  scene.mood = static_cast<Mood>(seen.scene[kReadMood]);
  scene.hour = static_cast<Hour>(seen.scene[kReadHour]);
  scene.weather = static_cast<Weather>(seen.scene[kReadWeather]);
  scene.ground = static_cast<Ground>(seen.scene[kReadGround]);
  scene.sun = seen.sun;
  scene.moon = seen.moon;
  scene.phase = seen.phase;
  scene.clouds = seen.clouds;
  if (scene.clouds.size() > kMostClouds) scene.clouds.resize(kMostClouds);
  for (const Group& group : GroupsOf(seen.things)) scene.subjects.push_back(SubjectOf(group));
  Arrange(scene);
  return scene;
}

}  // namespace diptych
