// The poses: where the joints are in each action, and what a feeling or a thing held changes.
#include <cmath>
#include <numbers>

#include "world/figure.h"

namespace diptych::world {
namespace {

Joints Seated() {
  return {.hips = {0, -9}, .hands = {{-33, -16}, {33, -16}}, .feet = {{-27, -6}, {28, -6}}, .seated = true};
}

Joints Sleeping() {
  return {.hips = {-26, -19},
          .hands = {{0, -5}, {10, -4}},
          .feet = {{-62, -6}, {-58, -14}},
          .lean = 1.38,
          .tilt = 0.35,
          .nod = {22, -4},
          .lying = true};
}

Joints Running() {
  Joints joints = {.hips = {-4, -34}, .hands = {{-38, -58}, {42, -68}}, .lean = 0.3};
  joints.feet[0] = {-38, -22};
  joints.knees[0] = {-16, -17};
  joints.soles[0] = 1.1;
  joints.feet[1] = {24, -6};
  joints.knees[1] = {24, -28};
  joints.soles[1] = -0.3;
  joints.elbows[0] = {-32, -70};
  joints.elbows[1] = {30, -50};
  return joints;
}

// Level in the water, one arm before the other.
Joints Swimming() {
  Joints joints = {.hips = {-34, -26}, .hands = {{66, -16}, {-12, -88}}, .feet = {{-72, -18}, {-74, -34}}, .lean = 1.2};
  joints.knees[0] = {-54, -20};
  joints.knees[1] = {-56, -34};
  joints.soles[0] = joints.soles[1] = 2.2;
  joints.elbows[1] = {-16, -66};
  joints.nod = {20, -20};
  return joints;
}

// Level in the air, both arms ahead.
Joints Flying() {
  Joints joints = {.hips = {-30, -30}, .hands = {{78, -30}, {80, -48}}, .feet = {{-66, -14}, {-68, -26}}, .lean = 1.15};
  joints.knees[0] = {-48, -22};
  joints.knees[1] = {-50, -30};
  joints.soles[0] = joints.soles[1] = 2.2;
  joints.nod = {16, -22};
  joints.tilt = -0.12;
  return joints;
}

Joints Riding() {
  Joints joints = {.hips = {-6, -28}, .hands = {{32, -46}, {36, -42}}, .lean = 0.12, .astride = true};
  joints.feet[1] = {10, -3};
  joints.knees[1] = {18, -20};
  return joints;
}

Joints AtThePiano() {
  Joints joints = {.hips = {-18, -30}, .hands = {{20, -50}, {34, -56}}, .lean = 0.08, .seated = false};
  joints.feet[0] = {6, -4};
  joints.knees[0] = {6, -28};
  joints.feet[1] = {14, -4};
  joints.knees[1] = {12, -27};
  return joints;
}

// The hands alone differ from standing.
Joints With(Spot left, Spot right, double lean = 0) { return {.hands = {left, right}, .lean = lean}; }

Joints OfMusic(Action action) {
  switch (action) {
    case Action::kUkulele:
      return With({-9, -40}, {40, -64});
    case Action::kDrum:
      return With({-20, -52}, {22, -60});
    case Action::kViolin:
      return With({14, -38}, {68, -74});
    case Action::kGuitar:
      return With({-8, -38}, {52, -66});
    case Action::kTrumpet:
      return With({28, -78}, {42, -82});
    case Action::kSinging: {
      Joints joints = With({-46, -74}, {32, -66});
      joints.elbows[1] = {34, -46};
      return joints;
    }
    default:
      return AtThePiano();
  }
}

Joints Kicking() {
  Joints joints = With({-42, -74}, {40, -62}, -0.22);
  joints.feet[0] = {-10, -4};
  joints.feet[1] = {42, -20};
  joints.knees[1] = {26, -26};
  joints.soles[1] = -0.6;
  return joints;
}

Joints Dancing() {
  Joints joints = With({-44, -112}, {46, -62}, 0.16);
  joints.feet[0] = {-12, -4};
  joints.feet[1] = {36, -22};
  joints.knees[1] = {30, -36};
  joints.soles[1] = 0.5;
  joints.tilt = 0.14;
  joints.bend = 2;
  return joints;
}

Joints Throwing() {
  Joints joints = With({-38, -66}, {44, -104}, 0.14);
  joints.feet[0] = {-24, -8};
  joints.soles[0] = 0.5;
  joints.feet[1] = {24, -4};
  joints.elbows[1] = {38, -76};
  return joints;
}

Joints OfSport(Action action) {
  switch (action) {
    case Action::kThrowing:
      return Throwing();
    case Action::kCatching: {
      Joints joints = With({36, -66}, {64, -96}, -0.06);
      joints.feet[0] = {-22, -4};
      joints.feet[1] = {20, -4};
      joints.elbows[0] = {14, -50};
      joints.elbows[1] = {50, -66};
      return joints;
    }
    case Action::kDancing:
      return Dancing();
    default:
      return Kicking();
  }
}

Joints OfCraft(Action action) {
  switch (action) {
    case Action::kReading: {
      Joints joints = Seated();
      joints.hands[0] = {-26, -26};
      joints.hands[1] = {28, -26};
      joints.tilt = 0.06;
      return joints;
    }
    case Action::kPainting:
      return With({-26, -40}, {46, -68});
    case Action::kWriting:
      return With({-24, -34}, {14, -48});
    case Action::kCooking:
      return With({-32, -50}, {46, -76});
    case Action::kEating:
      return With({-16, -38}, {36, -66});
    case Action::kDrinking:
      return With({8, -36}, {44, -40});
    case Action::kWatering:
      return With({-32, -48}, {40, -56});
    case Action::kFishing:
      return With({20, -50}, {34, -58});
    case Action::kHugging: {
      Joints joints = With({-8, -20}, {18, -24});
      joints.bend = 3.2;
      return joints;
    }
    default:
      return With({-36, -44}, {52, -98});  // waving
  }
}

Joints PoseOf(Action action) {
  switch (action) {
    case Action::kSitting:
      return Seated();
    case Action::kSleeping:
      return Sleeping();
    case Action::kWalking: {
      Joints joints = {.hands = {{-36, -56}, {34, -40}}, .feet = {{-25, -9}, {24, -4}}, .tilt = 0.05};
      joints.soles[0] = 0.4;
      return joints;
    }
    case Action::kJumping:
      return {.hips = {0, -44}, .hands = {{-42, -92}, {42, -92}}, .feet = {{-24, -26}, {25, -30}}};
    case Action::kRunning:
      return Running();
    case Action::kSwimming:
      return Swimming();
    case Action::kFlying:
      return Flying();
    case Action::kRiding:
      return Riding();
    case Action::kNone:
    case Action::kStanding:
      return {};
    case Action::kThrowing:
    case Action::kCatching:
    case Action::kDancing:
    case Action::kKicking:
      return OfSport(action);
    case Action::kUkulele:
    case Action::kDrum:
    case Action::kViolin:
    case Action::kGuitar:
    case Action::kTrumpet:
    case Action::kPiano:
    case Action::kSinging:
      return OfMusic(action);
    default:
      return OfCraft(action);
  }
}

// Shows the feeling with the joints that the action does not need.
void Feel(const Subject& subject, Joints& joints) {
  const bool low = subject.feeling == Feeling::kSad || subject.feeling == Feeling::kTired;
  if (low && !joints.lying) joints.head.y += 6;
  if (subject.feeling == Feeling::kSad) joints.tilt += 0.10;
  if (subject.feeling == Feeling::kTired) joints.tilt += 0.16;
  if (subject.feeling == Feeling::kTroubled) joints.tilt -= 0.12;
  if (subject.held != Held::kNone || !HandsFree(subject.action) || subject.action == Action::kJumping) return;
  const double neck = joints.Of({0, kTorsoTop}).y;
  switch (subject.feeling) {
    case Feeling::kHappy:
      joints.hands[0] = {-43, neck - 8};
      joints.hands[1] = {43, neck - 8};
      break;
    case Feeling::kSad:
    case Feeling::kTired:
      joints.hands[0].x = -27;
      joints.hands[1].x = 27;
      joints.hands[0].y = joints.hands[1].y += 5;
      break;
    case Feeling::kAngry:
      joints.hands[0] = {-21, neck + 36};
      joints.hands[1] = {21, neck + 36};
      joints.bend = 4;
      break;
    case Feeling::kSurprised:
      joints.hands[0] = {-32, neck + 2};
      joints.hands[1] = {36, neck + 2};
      joints.bend = 2;
      break;
    case Feeling::kTroubled:
      joints.hands[1] = {15, neck + 7};
      joints.bend = 2;
      break;
    default:
      break;
  }
}

// A hand that holds something comes up, beside the head; the other stays.
void Hold(const Subject& subject, Joints& joints) {
  if (subject.held == Held::kNone) return;
  const Species& species = SpeciesOf(subject);
  const bool low = subject.held == Held::kLantern || subject.held == Held::kBook,
             own = subject.held < Held::kHeldOfCatalogue;
  constexpr double kArtistsHalf = 39;  // of heads that artists drew
  const double half = LookOf(subject).hand == Look::Hand::kArtistHead ? kArtistsHalf : species.head.x;
  const double beside = joints.head.x + half * HeadScale(subject, species) + 6;
  joints.hands[1] = {own ? 36.0 : beside, joints.Of({0, kTorsoTop}).y + (low ? 26 : 16)};
}

}  // namespace

Spot Joints::Of(Spot body) const {
  const double cosine = std::cos(lean), sine = std::sin(lean);
  return {hips.x + body.x * cosine - body.y * sine, hips.y + body.x * sine + body.y * cosine};
}

Joints JointsOf(const Subject& subject) {
  Joints joints = PoseOf(subject.action);
  const Spot neck = joints.Of({0, kTorsoTop});
  joints.head = {neck.x + joints.nod.x, neck.y + joints.nod.y};
  Feel(subject, joints);
  Hold(subject, joints);
  return joints;
}

double HeadScale(const Subject& subject, const Species& species) {
  constexpr double kBySize[kSizes] = {1.32, 1.15, 1.03};
  return species.grown * kBySize[static_cast<size_t>(subject.size)];
}

}  // namespace diptych::world
