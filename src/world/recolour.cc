#include "world/recolour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "world/oklab.h"
#include "world/pen.h"

namespace diptych::world {
namespace {

// Below this chroma a colour passes for white, grey or black: the blue-greys of metal and glass frames reach 0.04.
constexpr double kLeastChroma = 0.045;
constexpr double kDark = 0.42;  // lightness of outlines and pupils at most
// How far apart hues of one material lie: a fox's orange and its shades.
constexpr double kHueReach = 30;

struct Lightness {
  double low, high;
};
// Between these a colour keeps its name, in the order of Colour.
constexpr std::array<Lightness, kColours> kKeepsName = {{{0.38, 0.68},  // red: pink above
                                                         {0.62, 0.82},  // orange: brown below
                                                         {0.74, 0.95},  // yellow: olive below
                                                         {0.38, 0.82},
                                                         {0.33, 0.74},
                                                         {0.34, 0.72},
                                                         {0.80, 0.99},  // white
                                                         {0.13, 0.40},  // black
                                                         {0.66, 0.90},  // pink: magenta below
                                                         {0.28, 0.62},  // brown: tan above
                                                         {0.44, 0.82},  // grey
                                                         {0.55, 0.88}}};

Oklch LookOf(Colour colour) {
  const Rgb paint = PaintOf(colour);
  return ToOklch(paint.r, paint.g, paint.b);
}

bool IsGrey(Colour colour) { return colour == Colour::kWhite || colour == Colour::kBlack || colour == Colour::kGrey; }

// One site: its mean colour, a gradient's over its stops.
struct Site {
  Oklch look;
  double area = 0;
  bool stroke = false;
  bool scenery = false;  // water, leaves or glass, no part of the body
  bool grey() const { return look.chroma < kLeastChroma; }
  bool dark() const { return look.lightness < kDark; }
};

std::vector<Site> SitesOf(const SvgPaints& found, std::span<const int> areas) {
  struct Sum {
    double r = 0, g = 0, b = 0, count = 0;
  };
  std::vector<Sum> sums(static_cast<size_t>(found.sites));
  std::vector<Site> sites(sums.size());
  for (const SvgPaint& paint : found.paints) {
    const auto index = static_cast<size_t>(paint.site);
    Sum& sum = sums[index];
    sum.r += (paint.rgb >> 16 & 255) / 255.0;
    sum.g += (paint.rgb >> 8 & 255) / 255.0;
    sum.b += (paint.rgb & 255) / 255.0;
    ++sum.count;
    sites[index].stroke = paint.stroke;
  }
  for (size_t i = 0; i < sites.size(); ++i) {
    const double count = std::max(sums[i].count, 1.0);
    sites[i].look = ToOklch(sums[i].r / count, sums[i].g / count, sums[i].b / count);
    sites[i].area = areas[i];
  }
  return sites;
}

// How much a site's area counts: less where such things do not have its colour by nature.
double NaturalWeight(const Site& site, std::span<const Colour> natural) {
  constexpr double kUnnatural = 0.3;
  if (site.scenery) return 0;
  if (natural.empty()) return 1;
  for (const Colour colour : natural) {
    if (site.grey() != IsGrey(colour)) continue;
    const Oklch look = LookOf(colour);
    const bool alike = site.grey() ? std::abs(site.look.lightness - look.lightness) < 0.3
                                   : HueDistance(site.look.hue, look.hue) < kHueReach;
    if (alike) return 1;
  }
  return kUnnatural;
}

double AreaWhere(std::span<const Site> sites, const auto& condition) {
  double area = 0;
  for (const Site& site : sites) area += condition(site) ? site.area : 0;
  return area;
}

// Sets aside water, leaves and glass, unless that would be most of the drawing: a blue tower is no window.
void SetScenery(std::span<Site> sites, double all, const ThingColours& thing) {
  constexpr double kMostWater = 0.75, kMost = 0.5;
  constexpr Oklch kLeastWater = {.lightness = 0.62, .chroma = kLeastChroma, .hue = 238},
                  kLeastLeaf = {.lightness = 0.3, .chroma = 0.08, .hue = 135};
  const auto like = [](const Site& site, const Oklch& least) {
    return site.look.chroma >= least.chroma && site.look.lightness >= least.lightness &&
           HueDistance(site.look.hue, least.hue) <= 30;
  };
  const auto set_aside = [&](const Oklch& least, double most) {
    if (AreaWhere(sites, [&](const Site& site) { return like(site, least); }) > most * all) return;
    for (Site& site : sites) site.scenery |= like(site, least);
  };
  if (thing.afloat || thing.glazed) set_aside(kLeastWater, thing.afloat ? kMostWater : kMost);
  if (thing.planted) set_aside(kLeastLeaf, kMost);
}

// The hue around which most of the coloured area lies, if any is coloured.
std::optional<double> MainHue(std::span<const Site> sites, std::span<const double> weights) {
  std::optional<double> best;
  double best_score = 0;
  for (size_t i = 0; i < sites.size(); ++i) {
    if (sites[i].grey() || sites[i].scenery || sites[i].area == 0) continue;
    double score = 0, step = 0;
    for (size_t j = 0; j < sites.size(); ++j) {
      const double distance = HueDistance(sites[i].look.hue, sites[j].look.hue);
      if (sites[j].grey() || sites[j].scenery || distance > kHueReach) continue;
      // Vivid colours are seen before pale ones.
      const double vivid = 0.5 + std::min(sites[j].look.chroma / 0.12, 1.0) / 2;
      score += sites[j].area * weights[j] * vivid * (1 - 0.5 * distance / kHueReach);
      step += sites[j].area * weights[j] * HueStep(sites[i].look.hue, sites[j].look.hue);
    }
    if (score <= best_score) continue;
    best_score = score;
    const double mass = AreaWhere(sites, [&](const Site& site) {
      return !site.grey() && !site.scenery && HueDistance(sites[i].look.hue, site.look.hue) <= kHueReach;
    });
    best = sites[i].look.hue + step / std::max(mass, 1.0);
  }
  return best;
}

void Turn(BodyColour& body, std::span<const Site> sites, const auto& condition) {
  for (size_t i = 0; i < sites.size(); ++i)
    if (!sites[i].scenery && condition(sites[i])) body.turned[i] = true;
}

double TurnedShare(const BodyColour& body, std::span<const Site> sites, double all) {
  double area = 0;
  for (size_t i = 0; i < sites.size(); ++i) area += body.turned[i] ? sites[i].area : 0;
  return area / all;
}

void Measure(BodyColour& body, std::span<const Site> sites, double all) {
  double area = 0, first = 0, second = 0;
  body.darkest = 1;
  body.lightest = 0;
  for (size_t i = 0; i < sites.size(); ++i) {
    if (!body.turned[i] || sites[i].area == 0) continue;
    const Site& site = sites[i];
    area += site.area;
    body.lightness += site.area * site.look.lightness;
    const double angle = site.look.hue * std::numbers::pi / 180;
    first += site.area * site.look.chroma * std::cos(angle);
    second += site.area * site.look.chroma * std::sin(angle);
    // Specks do not widen the range of lightness.
    if (site.area < 0.01 * all) continue;
    body.darkest = std::min(body.darkest, site.look.lightness);
    body.lightest = std::max(body.lightest, site.look.lightness);
  }
  area = std::max(area, 1.0);
  body.lightness /= area;
  body.chroma = std::hypot(first, second) / area;
  body.hue = std::atan2(second, first) * 180 / std::numbers::pi;
  body.darkest = std::min(body.darkest, body.lightness);
  body.lightest = std::max(body.lightest, body.lightness);
  body.share = area / all;
}

// Of white, grey or black things: chooses the large grey parts, not small ones such as eyes and highlights.
void TurnGreys(BodyColour& body, std::span<const Site> sites, double all, std::span<const Colour> natural) {
  body.grey = true;
  const auto surface = [&](const Site& site) { return site.grey() && site.area >= 0.025 * all; };
  const double light = AreaWhere(sites, [&](const Site& site) { return surface(site) && !site.dark(); });
  const double dark = AreaWhere(sites, [&](const Site& site) { return surface(site) && site.dark() && !site.stroke; });
  // A thing whose first natural grey is black, as a penguin's, needs less dark area to count as black.
  const auto first = std::ranges::find_if(natural, IsGrey);
  const bool black = first != natural.end() && *first == Colour::kBlack;
  if (dark > (black ? 0.3 : 1.5) * light)
    Turn(body, sites, [&](const Site& site) { return surface(site) && site.dark(); });
  else
    Turn(body, sites, [&](const Site& site) { return surface(site) && !site.dark(); });
}

}  // namespace

BodyColour FindBody(const SvgPaints& found, std::span<const int> areas, const ThingColours& thing) {
  std::vector<Site> sites = SitesOf(found, areas);
  const double all = std::max(AreaWhere(sites, [](const Site&) { return true; }), 1.0);
  SetScenery(sites, all, thing);
  std::vector<double> weights;
  for (const Site& site : sites) weights.push_back(NaturalWeight(site, thing.natural));
  double coloured = 0, greys = 0;
  for (size_t i = 0; i < sites.size(); ++i) {
    if (sites[i].grey())
      greys += sites[i].area * weights[i] * (sites[i].dark() ? 0.6 : 1);
    else
      coloured += sites[i].area * weights[i];
  }
  BodyColour body = {.turned = std::vector<bool>(sites.size())};
  const std::optional<double> hue = MainHue(sites, weights);
  // Coloured parts decide even where they cover less than the grey ones.
  if (!hue || coloured < 0.45 * greys) {
    TurnGreys(body, sites, all, thing.natural);
  } else {
    const auto alike = [&](const Site& site) {
      return site.look.chroma > 0.03 && HueDistance(site.look.hue, *hue) <= kHueReach + 4;
    };
    Turn(body, sites, alike);
    // Where that is little, nobody would call the whole by that colour, and parts of other hues are recoloured too: of
    // a parrot, a striped ball, two bags.
    constexpr double kEnough = 0.45;
    if (TurnedShare(body, sites, all) < kEnough)
      Turn(body, sites, [](const Site& site) { return !site.grey() && !site.dark(); });
  }
  Measure(body, sites, all);
  return body;
}

std::vector<uint32_t> Recolour(const SvgPaints& found, const BodyColour& body, Colour colour) {
  const Oklch aim = LookOf(colour);
  const Lightness range = kKeepsName[static_cast<size_t>(colour)];
  // Differences shrink so that the body's darkest and lightest parts fit into the range.
  const auto fit = [](double room, double extent) { return extent > room ? room / extent : 1.0; };
  const double up = fit(range.high - aim.lightness, body.lightest - body.lightness);
  const double down = fit(aim.lightness - range.low, body.lightness - body.darkest);
  std::vector<uint32_t> rgbs;
  for (const SvgPaint& paint : found.paints) {
    rgbs.push_back(paint.rgb);
    const Oklch old = ToOklch(paint.rgb);
    if (!body.turned[static_cast<size_t>(paint.site)]) {
      // Dark eyes and lines become dark grey, so that they show on black.
      if (colour == Colour::kBlack && old.lightness < kDark && old.chroma < kLeastChroma)
        rgbs.back() = ToRgb({.lightness = 0.42, .chroma = old.chroma, .hue = old.hue});
      continue;
    }
    const double step = old.lightness - body.lightness;
    Oklch turned = {.lightness = aim.lightness + step * (step > 0 ? up : down), .chroma = aim.chroma, .hue = aim.hue};
    // Highlights and pale parts of a gradient stay pale.
    if (!body.grey) turned.chroma *= std::clamp(old.chroma / std::max(body.chroma, 0.02), 0.25, 1.15);
    // Shades of yellow lean to orange; to green they would look dirty.
    if (colour == Colour::kYellow) turned.hue -= std::clamp((aim.lightness - turned.lightness) * 90, 0.0, 20.0);
    turned.lightness = std::clamp(turned.lightness, range.low - 0.08, range.high + 0.06);
    rgbs.back() = ToRgb(turned);
  }
  return rgbs;
}

Colour NearestColour(uint32_t rgb) {
  const Oklch look = ToOklch(rgb);
  Colour best = Colour::kRed;
  double least = 1e9;
  for (int i = 0; i < kColours; ++i) {
    const auto colour = static_cast<Colour>(i);
    const Oklch aim = LookOf(colour);
    // Hue counts as far as both colours have one.
    const double hue =
        2 * std::sqrt(look.chroma * aim.chroma) * std::sin(HueDistance(look.hue, aim.hue) * std::numbers::pi / 360);
    const double distance = std::hypot(0.6 * (look.lightness - aim.lightness), look.chroma - aim.chroma, 1.6 * hue);
    if (distance < least) {
      least = distance;
      best = colour;
    }
  }
  return best;
}

}  // namespace diptych::world
