#include "text/splitter.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/error.h"
#include "text/unicode.h"

namespace diptych::text {
namespace {

constexpr std::string_view kSplitterPlace = "tokenizer";

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
using Code = std::unique_ptr<pcre2_code, Free>;

PCRE2_SPTR Units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

std::string MessageOf(int error) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(error, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

// PCRE2 counts U+180E among \s, as Unicode did before version 6.3; Hugging Face's engine does not.
std::string WithUnicodeSpaces(std::string_view pattern) {
  std::string replaced;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool escape = pattern[i] == '\\' && i + 1 < pattern.size();
    const char escaped = escape ? pattern[++i] : '\0';
    if (escaped == 's' || escaped == 'S') {
      replaced += escaped == 's' ? "\\p{White_Space}" : "\\P{White_Space}";
    } else if (escape) {
      replaced += {'\\', escaped};
    } else {
      replaced += pattern[i];
    }
  }
  return replaced;
}

Code Compile(const SplitRule& rule) {
  const std::string pattern = rule.literal ? rule.pattern : WithUnicodeSpaces(rule.pattern);
  const uint32_t options = PCRE2_UTF | (rule.literal ? PCRE2_LITERAL : PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C);
  int error = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(Units(pattern), pattern.size(), options, &error, &offset, nullptr));
  if (code == nullptr) {
    throw base::Error(kSplitterPlace, "the split pattern is wrong at byte " + std::to_string(offset) + ": " +
                                          MessageOf(error) + ": " + pattern);
  }
  // Where PCRE2 was built without its compiler, matching is interpreted: slower, with the same results.
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
  return code;
}

struct Match {
  size_t begin = 0, end = 0;
};

// Finds the matches of one text in order.
class Matcher {
 public:
  Matcher(const pcre2_code* code, std::string_view text)
      : code_(code),
        text_(text),
        data_(pcre2_match_data_create(1, nullptr)),
        context_(pcre2_match_context_create(nullptr)) {
    DIPTYCH_CHECK(data_ != nullptr && context_ != nullptr, "out of memory");
    // PCRE2's own limit is for short texts; one long run needs a few steps per byte.
    constexpr uint64_t kSteps = 10'000'000, kStepsPerByte = 16;
    pcre2_set_match_limit(context_.get(),
                          static_cast<uint32_t>(std::min<uint64_t>(kSteps + kStepsPerByte * text.size(), UINT32_MAX)));
  }

  std::optional<Match> Next() {
    while (position_ <= text_.size()) {
      const int result = Run();
      if (result == PCRE2_ERROR_NOMATCH) break;
      if (result < 0)
        throw base::Error(kSplitterPlace, "the split pattern cannot be matched: " + MessageOf(result) + ".");
      const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data_.get());
      const Match match{bounds[0], bounds[1]};
      if (match.begin < position_ || match.end < match.begin)
        throw base::Error(kSplitterPlace, "the split pattern moves backwards.");
      position_ = match.end;
      if (match.end > match.begin) return match;
      SkipCharacter();
    }
    position_ = text_.size() + 1;
    return std::nullopt;
  }

 private:
  int Run() const {
    const auto run = [&](uint32_t options) {
      return pcre2_match(code_, Units(text_), text_.size(), position_, PCRE2_NO_UTF_CHECK | options, data_.get(),
                         context_.get());
    };
    const int result = run(0);
    return result == PCRE2_ERROR_JIT_STACKLIMIT ? run(PCRE2_NO_JIT) : result;
  }

  void SkipCharacter() {
    ++position_;
    while (position_ < text_.size() && ContinuesCharacter(text_[position_])) ++position_;
  }

  const pcre2_code* code_;
  std::string_view text_;
  std::unique_ptr<pcre2_match_data, Free> data_;
  std::unique_ptr<pcre2_match_context, Free> context_;
  size_t position_ = 0;
};

// Joins matches and the text between them into pieces, as the behaviour asks.
class Joiner {
 public:
  Joiner(SplitBehavior behavior, std::vector<std::string_view>& pieces)
      : behavior_(behavior), pieces_(pieces), first_(pieces.size()) {}

  void Add(std::string_view piece, bool is_match) {
    if (piece.empty() || (is_match && behavior_ == SplitBehavior::kRemoved)) return;
    if (Joins(is_match) && pieces_.size() > first_) {
      std::string_view& last = pieces_.back();
      last = std::string_view(last.data(), last.size() + piece.size());
    } else {
      pieces_.push_back(piece);
    }
    was_match_ = is_match;
  }

 private:
  bool Joins(bool is_match) const {
    switch (behavior_) {
      case SplitBehavior::kMergedWithPrevious:
        return is_match && !was_match_;
      case SplitBehavior::kMergedWithNext:
        return !is_match && was_match_;
      case SplitBehavior::kContiguous:
        return is_match == was_match_;
      default:
        return false;
    }
  }

  SplitBehavior behavior_;
  std::vector<std::string_view>& pieces_;
  size_t first_;
  bool was_match_ = false;
};

}  // namespace

struct Splitter::State {
  Code code;
  SplitBehavior behavior;
  bool invert;
};

Splitter::Splitter(const SplitRule& rule)
    : state_(std::make_unique<State>(State{Compile(rule), rule.behavior, rule.invert})) {}
Splitter::Splitter(Splitter&&) noexcept = default;
Splitter& Splitter::operator=(Splitter&&) noexcept = default;
Splitter::~Splitter() = default;

void Splitter::Split(std::string_view text, std::vector<std::string_view>& pieces) const {
  Matcher matcher(state_->code.get(), text);
  Joiner joiner(state_->behavior, pieces);
  size_t done = 0;
  while (const auto match = matcher.Next()) {
    joiner.Add(text.substr(done, match->begin - done), state_->invert);
    joiner.Add(text.substr(match->begin, match->end - match->begin), !state_->invert);
    done = match->end;
  }
  joiner.Add(text.substr(done), state_->invert);
}

}  // namespace diptych::text
