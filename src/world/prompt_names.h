// How prompts name kinds: the catalogue's names, without those that would say more than the kind.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "text/conversation.h"
#include "world/kinds.h"

namespace diptych::world {

struct PromptName {
  std::string one, several;     // in Chinese the same
  bool counted = true;          // "a cat", "three cats"; not "butter" or "jeans"
  bool several_always = false;  // "the jeans are"
  bool proper = false;          // "Saturn" without an article
};

class PromptNames {
 public:
  explicit PromptNames(text::Language language);
  // The everyday name first.
  const std::vector<PromptName>& Of(Kind kind) const { return names_[static_cast<size_t>(kind)]; }
  // Is it a name of any kind? "green apple" is, so that "green" before "apple" is no colour.
  bool IsName(const std::string& words) const { return all_.contains(words); }

 private:
  std::vector<std::vector<PromptName>> names_;
  std::unordered_set<std::string> all_;
};

}  // namespace diptych::world
