#include "text/tokenizer.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "text/byte_pairs.h"
#include "text/splitter.h"
#include "text/tokenizer_file.h"
#include "text/unicode.h"

namespace diptych::text {
namespace {

constexpr std::string_view kTokenizerPlace = "tokenizer";

// Finds added tokens in text: the leftmost, and of those the longest.
class AddedTokens {
 public:
  void Add(std::string spelling, int32_t id) {
    auto& starting = by_first_byte_[static_cast<uint8_t>(spelling[0])];
    const auto shorter = std::find_if(starting.begin(), starting.end(),
                                      [&](const auto& other) { return other.first.size() < spelling.size(); });
    starting.emplace(shorter, std::move(spelling), id);
    empty_ = false;
  }

  // Calls on_text(view) and on_token(id) for the parts of `text` in order.
  template <typename OnText, typename OnToken>
  void Cut(std::string_view text, OnText on_text, OnToken on_token) const {
    size_t done = 0;
    for (size_t i = 0; !empty_ && i < text.size();) {
      const auto* token = At(text.substr(i));
      if (token == nullptr) {
        ++i;
        continue;
      }
      if (i > done) on_text(text.substr(done, i - done));
      on_token(token->second);
      i += token->first.size();
      done = i;
    }
    if (done < text.size()) on_text(text.substr(done));
  }

 private:
  using Token = std::pair<std::string, int32_t>;

  const Token* At(std::string_view text) const {
    for (const Token& token : by_first_byte_[static_cast<uint8_t>(text[0])]) {
      if (text.starts_with(token.first)) return &token;
    }
    return nullptr;
  }

  std::array<std::vector<Token>, 256> by_first_byte_;  // longest first
  bool empty_ = true;
};

std::string Quoted(std::string_view spelling) { return "\"" + std::string(spelling) + "\""; }

// Spelling, bytes and kind of each id.
class Vocabulary {
 public:
  explicit Vocabulary(const TokenizerDescription& description) {
    const auto tokens = DistinctTokens(description);
    spellings_.resize(tokens.size());
    bytes_.resize(tokens.size());
    special_.resize(tokens.size());
    std::vector<bool> taken(tokens.size());
    for (const auto& [spelling, id] : tokens) Place(spelling, id, taken);
    for (const auto& [spelling, id] : description.vocabulary) bytes_[static_cast<size_t>(id)] = UnspellBytes(spelling);
    for (const AddedToken& token : description.added) PlaceAdded(token);
    ids_.reserve(tokens.size());
    for (size_t id = 0; id < tokens.size(); ++id) ids_.emplace(spellings_[id], static_cast<int32_t>(id));
  }

  std::optional<int32_t> Find(std::string_view spelling) const {
    const auto found = ids_.find(spelling);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }
  // Valid ids only.
  const std::string& bytes(int32_t id) const { return bytes_[static_cast<size_t>(id)]; }
  bool special(int32_t id) const { return special_[static_cast<size_t>(id)]; }
  int32_t size() const { return static_cast<int32_t>(spellings_.size()); }

  std::array<int32_t, 256> ByteIds() const {
    std::array<int32_t, 256> ids{};
    for (size_t b = 0; b < 256; ++b) {
      const std::string spelling = SpellBytes(std::string(1, static_cast<char>(b)));
      const auto id = Find(spelling);
      if (!id)
        throw base::Error(kTokenizerPlace,
                          "the vocabulary lacks byte " + std::to_string(b) + ", spelled " + Quoted(spelling) + ".");
      ids[b] = *id;
    }
    return ids;
  }

 private:
  using TokenView = std::pair<std::string_view, int64_t>;

  // The vocabulary and those added tokens that it does not hold already.
  static std::vector<TokenView> DistinctTokens(const TokenizerDescription& description) {
    std::vector<TokenView> tokens(description.vocabulary.begin(), description.vocabulary.end());
    std::unordered_map<std::string_view, int64_t> ids(tokens.begin(), tokens.end());
    for (const AddedToken& token : description.added) {
      const auto [place, is_new] = ids.emplace(token.spelling, token.id);
      if (is_new) tokens.emplace_back(token.spelling, token.id);
      if (place->second != token.id) {
        throw base::Error(kTokenizerPlace, "token " + Quoted(token.spelling) + " has two ids, " +
                                               std::to_string(place->second) + " and " + std::to_string(token.id) +
                                               ".");
      }
    }
    return tokens;
  }

  void Place(std::string_view spelling, int64_t id, std::vector<bool>& taken) {
    if (id < 0 || static_cast<uint64_t>(id) >= spellings_.size()) {
      throw base::Error(kTokenizerPlace,
                        "token " + Quoted(spelling) + " has id " + std::to_string(id) + ", but the ids of " +
                            std::to_string(spellings_.size()) + " tokens must run from 0 without gaps.",
                        "name the ids that stand for nothing among the added tokens, such as \"[UNUSED_300]\".");
    }
    const auto index = static_cast<size_t>(id);
    if (taken[index]) {
      throw base::Error(kTokenizerPlace, "tokens " + Quoted(spellings_[index]) + " and " + Quoted(spelling) +
                                             " share the id " + std::to_string(id) + ".");
    }
    spellings_[index] = spelling;
    taken[index] = true;
  }

  void PlaceAdded(const AddedToken& token) {
    const auto id = static_cast<size_t>(token.id);
    if (!bytes_[id].empty() && bytes_[id] != token.spelling) {
      throw base::Error(kTokenizerPlace,
                        "added token " + Quoted(token.spelling) + " is also how the vocabulary spells other bytes.");
    }
    bytes_[id] = token.spelling;
    special_[id] = token.special;
  }

  std::vector<std::string> spellings_, bytes_;
  std::unordered_map<std::string_view, int32_t> ids_;  // views of spellings_
  std::vector<bool> special_;
};

BytePairs MakePairs(const TokenizerDescription& description, const Vocabulary& vocabulary) {
  BytePairs pairs(vocabulary.ByteIds(), description.merges.size());
  const auto id_of = [&](const std::string& spelling, size_t rank) {
    const auto id = vocabulary.Find(spelling);
    if (!id) {
      throw base::Error(kTokenizerPlace, "merge " + std::to_string(rank) + " names " + Quoted(spelling) +
                                             ", which the vocabulary lacks.");
    }
    return *id;
  };
  for (size_t rank = 0; rank < description.merges.size(); ++rank) {
    const auto& [left, right] = description.merges[rank];
    const int32_t left_id = id_of(left, rank), right_id = id_of(right, rank);
    pairs.Add(left_id, right_id, id_of(left + right, rank));
  }
  return pairs;
}

}  // namespace

struct Tokenizer::State {
  explicit State(const TokenizerDescription& description)
      : vocabulary(description),
        pairs(MakePairs(description, vocabulary)),
        compose(description.compose),
        prefix_space(description.prefix_space),
        whole_words_first(description.whole_words_first) {
    for (const SplitRule& rule : description.splits) splitters.emplace_back(rule);
    if (description.gpt2_split) gpt2_splitter.emplace(SplitRule{.pattern = std::string(kGpt2Pattern)});
    for (const AddedToken& token : description.added) {
      AddedTokens& finder = token.normalized ? added_after : added_before;
      finder.Add(token.normalized ? Normalise(token.spelling) : token.spelling, static_cast<int32_t>(token.id));
    }
  }

  std::string Normalise(std::string_view text) const { return compose ? ComposeUnicode(text) : std::string(text); }

  void EncodeWord(std::string_view word, std::vector<int32_t>& ids) const {
    if (whole_words_first) {
      if (const auto id = vocabulary.Find(SpellBytes(word))) return ids.push_back(*id);
    }
    pairs.Encode(word, ids);
  }

  // `text` is normalised and free of added tokens.
  void EncodeText(std::string_view text, std::vector<int32_t>& ids) const {
    std::vector<std::string_view> pieces{text}, smaller;
    const auto split = [&](const Splitter& splitter) {
      smaller.clear();
      for (std::string_view piece : pieces) splitter.Split(piece, smaller);
      pieces.swap(smaller);
    };
    for (const Splitter& splitter : splitters) split(splitter);
    std::deque<std::string> prefixed;  // owns the pieces that got a space
    if (prefix_space) {
      for (std::string_view& piece : pieces) {
        if (!piece.starts_with(' ')) piece = prefixed.emplace_back(" " + std::string(piece));
      }
    }
    if (gpt2_splitter) split(*gpt2_splitter);
    for (std::string_view piece : pieces) EncodeWord(piece, ids);
  }

  Vocabulary vocabulary;
  BytePairs pairs;
  bool compose, prefix_space, whole_words_first;
  std::vector<Splitter> splitters;
  std::optional<Splitter> gpt2_splitter;
  AddedTokens added_before, added_after;  // looked for before and after normalisation
};

Tokenizer Tokenizer::Load(const std::filesystem::path& folder) {
  return Tokenizer(std::make_unique<State>(ReadTokenizerFiles(folder)));
}

Tokenizer::Tokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<int32_t> Tokenizer::Encode(std::string_view text) const {
  std::vector<int32_t> ids;
  const auto on_token = [&](int32_t id) { ids.push_back(id); };
  const auto on_normal_text = [&](std::string_view part) { state_->EncodeText(part, ids); };
  const auto on_raw_text = [&](std::string_view part) {
    state_->added_after.Cut(state_->Normalise(part), on_normal_text, on_token);
  };
  state_->added_before.Cut(RepairUtf8(text), on_raw_text, on_token);
  return ids;
}

std::vector<int32_t> Tokenizer::EncodeOrdinary(std::string_view text) const {
  std::vector<int32_t> ids;
  if (!text.empty()) state_->EncodeText(state_->Normalise(RepairUtf8(text)), ids);
  return ids;
}

std::string Tokenizer::Decode(std::span<const int32_t> ids) const {
  std::string text;
  for (int32_t id : ids) {
    if (id < 0 || id >= vocabulary_size()) {
      throw base::Error(kTokenizerPlace, "id " + std::to_string(id) + " is outside the vocabulary of " +
                                             std::to_string(vocabulary_size()) + " tokens.");
    }
    text += state_->vocabulary.bytes(id);
  }
  return text;
}

std::optional<int32_t> Tokenizer::Find(std::string_view token) const { return state_->vocabulary.Find(token); }

bool Tokenizer::IsSpecial(int32_t id) const {
  return id >= 0 && id < vocabulary_size() && state_->vocabulary.special(id);
}

int32_t Tokenizer::vocabulary_size() const { return state_->vocabulary.size(); }

}  // namespace diptych::text
