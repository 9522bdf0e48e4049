// What a model reads, token by token: for tests and traces.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace diptych::engine {

class Context;

struct TokenRead {
  int32_t id = 0;               // kPictureTokenRead for a picture's tokens
  int32_t t = 0, h = 0, w = 0;  // its position
  bool operator==(const TokenRead&) const = default;
};
inline constexpr int32_t kPictureTokenRead = -1;

// Called with the tokens that a context is about to read, after those that it has read before. On the caller's thread.
using ReadObserver = std::function<void(const Context& context, std::span<const TokenRead> tokens)>;

}  // namespace diptych::engine
