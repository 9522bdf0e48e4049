#include "world/artist_heads.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace diptych::world {
namespace {

bool ContainsAny(std::string_view drawing, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [drawing](std::string_view part) { return drawing.find(part) != drawing.npos; });
}

// How much of a part of a drawing has about one colour.
struct Shade {
  Rgb colour;
  int pixels = 0;
};

// Read off a small rendering of the drawing.
struct Analysis {
  Rgb clothes{};              // where the drawing ends
  Rgb middle{};               // of the face
  std::vector<Shade> shades;  // of all, the most frequent first
};

// Of the opaque pixels of a part of the rendering; edges from 0 to 1.
std::vector<Shade> ShadesIn(const Rendering& rendering, const Extents& part) {
  std::map<uint32_t, std::pair<std::array<long, 3>, int>> bins;
  for (int y = 0; y < rendering.height; ++y) {
    for (int x = 0; x < rendering.width; ++x) {
      const double across = (x + 0.5) / rendering.width, down = (y + 0.5) / rendering.height;
      if (across < part.left || across > part.right || down < part.top || down > part.bottom) continue;
      const uint32_t pixel =
          rendering.argb[static_cast<size_t>(y) * static_cast<size_t>(rendering.width) + static_cast<size_t>(x)];
      if (pixel >> 24 < 250) continue;
      auto& [sum, count] = bins[pixel & 0xE0E0E0];
      for (size_t c = 0; c < 3; ++c) sum[c] += (pixel >> (16 - 8 * c)) & 0xFF;
      ++count;
    }
  }
  std::vector<Shade> shades;
  for (const auto& [bin, entry] : bins) {
    const auto& [sum, count] = entry;
    const auto channel = [&](size_t c) { return static_cast<double>(sum[c]) / count / 255; };
    shades.push_back({{channel(0), channel(1), channel(2)}, count});
  }
  std::ranges::stable_sort(shades, std::greater(), &Shade::pixels);
  return shades;
}

Analysis Analyse(const std::string& drawing) {
  constexpr int kSide = 48;
  const InkBox box = WorldArtwork().BoxOf(drawing);
  const int height = std::clamp(static_cast<int>(std::lround(kSide / box.aspect)), 8, 4 * kSide);
  const auto rendering = WorldArtwork().Render({.drawing = drawing, .width = kSide, .height = height});
  Analysis analysis;
  analysis.shades = ShadesIn(*rendering, {0, 0, 1, 1});
  const auto most = [](const std::vector<Shade>& shades) {
    return shades.empty() ? Rgb{0.6, 0.6, 0.6} : shades.front().colour;
  };
  // Beside the middle, since the middle may be a shirt or a tie.
  analysis.clothes = most(ShadesIn(*rendering, {0.1, 0.86, 0.34, 1}));
  analysis.middle = most(ShadesIn(*rendering, {0.32, 0.4, 0.68, 0.72}));
  return analysis;
}

const Analysis& AnalysisOf(std::string_view drawing) {
  static std::mutex mutex;
  static std::map<std::string, Analysis, std::less<>> all;
  const std::lock_guard lock(mutex);
  auto found = all.find(drawing);
  if (found == all.end()) found = all.emplace(drawing, Analyse(std::string(drawing))).first;
  return found->second;
}

double Distance(Rgb a, Rgb b) { return std::hypot(a.r - b.r, a.g - b.g, a.b - b.b); }

// The head's colour that is nearest to the one that the subject is said to have.
std::optional<Rgb> FurOf(const Analysis& analysis, Colour colour) {
  constexpr double kNear = 0.55, kLeastShare = 0.08;
  if (analysis.shades.empty()) return std::nullopt;
  if (colour == Colour::kNone) return analysis.shades.front().colour;
  int pixels = 0;
  for (const Shade& shade : analysis.shades) pixels += shade.pixels;
  std::optional<Rgb> best;
  double nearest = kNear;
  for (const Shade& shade : analysis.shades) {
    const double distance = Distance(shade.colour, PaintOf(colour));
    if (shade.pixels < kLeastShare * pixels || distance >= nearest) continue;
    nearest = distance;
    best = shade.colour;
  }
  return best;
}

}  // namespace

ArtistsColours ColoursOfHead(const Subject& subject) {
  const std::string& drawing = LookOf(subject).drawing;
  const Analysis& analysis = AnalysisOf(drawing);
  if (!IsHuman(drawing)) return {.body = FurOf(analysis, subject.colour)};
  ArtistsColours colours = {.skin = analysis.middle};
  if (LookOf(subject).bust && subject.colour == Colour::kNone) colours.body = analysis.clothes;
  return colours;
}

bool IsHuman(std::string_view drawing) {
  constexpr std::array<std::string_view, 44> kHumans = {
      "skin-tone", "-light", "-medium",     "-dark",       "man",         "woman",  "person",  "boy",     "girl",
      "child",     "baby",   "elf",         "fairy",       "genie",       "claus",  "hero",    "villain", "zombie",
      "vampire",   "mage",   "angel",       "worker",      "officer",     "pilot",  "student", "guard",   "ninja",
      "cook",      "judge",  "farmer",      "firefighter", "astronaut",   "prince", "head1",   "head3",   "businessm",
      "cowboy",    "clown",  "people__man", "health",      "person-with", "older",  "tuxedo",  "turban"};
  // "streamline-emojis:clown-face" is as human as the others; the sets' own names are not looked at.
  const std::string_view name = drawing.substr(drawing.find(':') + 1);
  return ContainsAny(name, kHumans) && name.find("animal") == name.npos;
}

bool FitsBody(std::string_view drawing) {
  constexpr std::array<std::string_view, 38> kOwnPictures = {
      "artist",  "astronaut",    "facepalming",  "feeding",      "family",      "couple",    "kiss",
      "hugging", "juggling",     "technologist", "raising-hand", "shrugging",   "gesturing", "getting",
      "steamy",  "pregnant",     "scientist",    "singer",       "teacher",     "cook",      "detective",
      "farmer",  "construction", "factory",      "mechanic",     "judge",       "bowing",    "office-worker",
      "reading", "card_figure",  "principessa",  "mage",         "see-no-evil", "support",   "assistant",
      "signor",  "head1",        "businessman"};
  return !ContainsAny(drawing.substr(drawing.find(':') + 1), kOwnPictures);
}

void DrawArtistsHead(const Figure& figure) {
  const Look& look = LookOf(figure.pen.subject);
  // A bust is larger, for its head is a part of it, and reaches down on the chest.
  const double side = look.bust ? 92 : 80, low = look.bust ? 42 : 32, shown = look.height / 100.0,
               width = std::min(side, side / shown);
  const Canvas::Sticker sticker = {
      .request = {.drawing = look.drawing, .mirrored = look.faces == ThingDrawing::Faces::kLeft},
      .left = -width / 2,
      .top = low - width * shown,
      .right = width / 2,
      .bottom = low,
      .light = figure.pen.Lit({1, 1, 1})};
  StickDrawing(figure.pen, sticker);
}

}  // namespace diptych::world
