#include "world/svg_paints.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"

namespace diptych::world {
namespace {

constexpr std::array<std::string_view, 4> kOpacities = {"opacity", "fill-opacity", "stroke-opacity", "stop-opacity"};
// Below this a shape tints what is under it more than it hides it.
constexpr double kLeastOpacity = 0.6;

struct Attribute {
  std::string_view name, value;
};

struct Tag {
  std::string_view name;
  std::vector<Attribute> attributes;
  bool closing = false, empty = false;  // </g>, <path .../>

  std::string_view Value(std::string_view wanted) const {
    for (const Attribute& attribute : attributes)
      if (attribute.name == wanted) return attribute.value;
    return {};
  }
};

// The tags of a file one after another; there is nothing between them.
class TagReader {
 public:
  TagReader(std::string_view svg, std::string_view name) : svg_(svg), name_(name) {}

  bool Next(Tag& tag) {
    if (at_ == svg_.size()) return false;
    tag = {};
    Take('<');
    tag.closing = Skip('/');
    tag.name = Word();
    while (Skip(' ')) tag.attributes.push_back(ReadAttribute());
    tag.empty = Skip('/');
    Take('>');
    return true;
  }
  [[noreturn]] void Fail(std::string_view what) const {
    throw base::Error("art", std::string(name_) + ": " + std::string(what) + " at byte " + std::to_string(at_) + ".");
  }

 private:
  Attribute ReadAttribute() {
    Attribute attribute = {.name = Word(), .value = {}};
    Take('=');
    Take('"');
    const size_t end = svg_.find('"', at_);
    if (end == svg_.npos) Fail("an attribute does not end");
    attribute.value = svg_.substr(at_, end - at_);
    at_ = end + 1;
    return attribute;
  }
  std::string_view Word() {
    const size_t end = std::min(svg_.find_first_of(" />=<\"", at_), svg_.size());
    if (end == at_) Fail("a name is missing");
    const std::string_view word = svg_.substr(at_, end - at_);
    at_ = end;
    return word;
  }
  bool Skip(char wanted) {
    if (at_ == svg_.size() || svg_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void Take(char wanted) {
    if (!Skip(wanted)) Fail(std::string("no '") + wanted + "'");
  }

  std::string_view svg_, name_;
  size_t at_ = 0;
};

bool HidesColours(std::string_view tag) { return tag == "mask" || tag == "clipPath" || tag == "pattern"; }
bool IsGradient(std::string_view tag) { return tag == "linearGradient" || tag == "radialGradient"; }

std::optional<uint32_t> ColourOf(std::string_view value) {
  uint32_t rgb = 0;
  if (value.size() != 7 || value[0] != '#') return {};
  const auto [end, failed] = std::from_chars(value.data() + 1, value.data() + 7, rgb, 16);
  if (failed != std::errc() || end != value.data() + 7) return {};
  return rgb;
}

// "a" of "url(#a)".
std::string_view ReferenceOf(std::string_view value) {
  constexpr std::string_view kBefore = "url(#";
  if (!value.starts_with(kBefore) || !value.ends_with(')')) return {};
  return value.substr(kBefore.size(), value.size() - kBefore.size() - 1);
}

double OpacityOf(std::string_view value) {
  double opacity = 1;
  if (!value.empty()) std::from_chars(value.data(), value.data() + value.size(), opacity);
  return opacity;
}

// Keeps count of elements that are open.
class Levels {
 public:
  void Enter(const Tag& tag) {
    if (tag.closing) {
      hidden_ -= HidesColours(tag.name);
      if (!opacities_.empty()) opacities_.pop_back();
    } else if (!tag.empty) {
      hidden_ += HidesColours(tag.name);
      opacities_.push_back(opacity() * OpacityOf(tag.Value("opacity")));
    }
  }
  bool hidden() const { return hidden_ > 0; }
  double opacity() const { return opacities_.empty() ? 1 : opacities_.back(); }

 private:
  int hidden_ = 0;
  std::vector<double> opacities_;
};

// Gradients that something outside masks is painted with.
std::set<std::string_view> SeenGradients(std::string_view svg, std::string_view name) {
  std::set<std::string_view> seen;
  TagReader reader(svg, name);
  Levels levels;
  for (Tag tag; reader.Next(tag);) {
    levels.Enter(tag);
    if (levels.hidden()) continue;
    for (const char* key : {"fill", "stroke"})
      if (const std::string_view id = ReferenceOf(tag.Value(key)); !id.empty()) seen.insert(id);
  }
  return seen;
}

class PaintFinder {
 public:
  PaintFinder(std::string_view svg, std::string_view name) : svg_(svg), name_(name), seen_(SeenGradients(svg, name)) {}

  SvgPaints Find() {
    TagReader reader(svg_, name_);
    for (Tag tag; reader.Next(tag);) {
      levels_.Enter(tag);
      if (tag.name == "svg" && !tag.closing) ReadViewBox(tag, reader);
      if (IsGradient(tag.name)) gradient_ = tag.closing || !seen_.contains(tag.Value("id")) ? -1 : found_.sites++;
      if (tag.closing || levels_.hidden()) continue;
      if (tag.name == "stop" && gradient_ >= 0) Add(tag.Value("stop-color"), gradient_, false);
      if (ColourOf(tag.Value("fill"))) Add(tag.Value("fill"), found_.sites++, false);
      if (ColourOf(tag.Value("stroke"))) Add(tag.Value("stroke"), found_.sites++, true);
    }
    if (found_.width <= 0 || found_.height <= 0) reader.Fail("no view box");
    return std::move(found_);
  }

 private:
  void Add(std::string_view value, int site, bool stroke) {
    const std::optional<uint32_t> rgb = ColourOf(value);
    if (!rgb) throw base::Error("art", std::string(name_) + ": \"" + std::string(value) + "\" is no colour.");
    found_.paints.push_back(
        {.offset = static_cast<size_t>(value.data() + 1 - svg_.data()), .rgb = *rgb, .site = site, .stroke = stroke});
  }
  void ReadViewBox(const Tag& tag, const TagReader& reader) {
    const std::string_view value = tag.Value("viewBox");
    std::array<double, 4> numbers{};
    const char* at = value.data();
    const char* const end = value.data() + value.size();
    for (double& number : numbers) {
      while (at < end && *at == ' ') ++at;
      const auto [after, failed] = std::from_chars(at, end, number);
      if (failed != std::errc()) reader.Fail("no view box");
      at = after;
    }
    found_.width = numbers[2];
    found_.height = numbers[3];
  }

  std::string_view svg_, name_;
  std::set<std::string_view> seen_;
  SvgPaints found_;
  Levels levels_;
  int gradient_ = -1;
};

void PutDigits(std::string& text, size_t offset, uint32_t rgb) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (size_t i = 0; i < 6; ++i) text[offset + i] = kDigits[rgb >> (20 - 4 * i) & 15];
}

// Mean opacity of each gradient's stops, by id.
std::map<std::string_view, double> GradientOpacities(std::string_view svg, std::string_view name) {
  std::map<std::string_view, double> opacities;
  std::string_view id;
  double sum = 0, count = 0;
  TagReader reader(svg, name);
  for (Tag tag; reader.Next(tag);) {
    if (tag.name == "stop") {
      sum += OpacityOf(tag.Value("stop-opacity"));
      ++count;
    } else if (IsGradient(tag.name) && !tag.closing) {
      id = tag.Value("id");
      sum = count = 0;
    } else if (IsGradient(tag.name) && count > 0) {
      opacities[id] = sum / count;
    }
  }
  return opacities;
}

void Write(std::string& text, const Tag& tag) {
  text += tag.closing ? "</" : "<";
  text += tag.name;
  for (const Attribute& attribute : tag.attributes) {
    text += ' ';
    text += attribute.name;
    text += "=\"";
    text += attribute.value;
    text += '"';
  }
  text += tag.empty ? "/>" : ">";
}

}  // namespace

SvgPaints FindPaints(std::string_view svg, std::string_view name) { return PaintFinder(svg, name).Find(); }

std::string WithPaints(std::string_view svg, std::span<const SvgPaint> paints, std::span<const uint32_t> rgbs) {
  std::string text(svg);
  for (size_t i = 0; i < paints.size(); ++i) PutDigits(text, paints[i].offset, rgbs[i]);
  return text;
}

std::string WithSiteNumbers(std::string_view svg, const SvgPaints& found, std::string_view name) {
  std::vector<uint32_t> numbers;
  for (const SvgPaint& paint : found.paints) numbers.push_back(static_cast<uint32_t>(paint.site) + 1);
  const std::string numbered = WithPaints(svg, found.paints, numbers);
  const std::map<std::string_view, double> gradients = GradientOpacities(numbered, name);
  std::string text;
  TagReader reader(numbered, name);
  Levels levels;
  for (Tag tag; reader.Next(tag);) {
    levels.Enter(tag);
    if (levels.hidden()) {
      Write(text, tag);
      continue;
    }
    const double whole = tag.empty ? levels.opacity() * OpacityOf(tag.Value("opacity")) : levels.opacity();
    const double fill = whole * OpacityOf(tag.Value("fill-opacity")),
                 stroke = whole * OpacityOf(tag.Value("stroke-opacity"));
    std::erase_if(tag.attributes,
                  [](const Attribute& a) { return std::ranges::find(kOpacities, a.name) != kOpacities.end(); });
    for (Attribute& attribute : tag.attributes) {
      if (attribute.name != "fill" && attribute.name != "stroke") continue;
      const auto gradient = gradients.find(ReferenceOf(attribute.value));
      const double opacity =
          (attribute.name == "fill" ? fill : stroke) * (gradient == gradients.end() ? 1 : gradient->second);
      if (opacity < kLeastOpacity) attribute.value = "none";
    }
    if (tag.name == "svg" && !tag.closing) tag.attributes.push_back({"shape-rendering", "crispEdges"});
    Write(text, tag);
  }
  return text;
}

}  // namespace diptych::world
