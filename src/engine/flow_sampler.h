// Drawing a picture: rectified flow from noise (t = 0) to pixels (t = 1). At every denoising step the network predicts
// the clean picture, and the velocity follows from it. docs/model-family.md, "Drawing a picture".
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/forward.h"
#include "engine/pixel_tokens.h"

namespace diptych::engine {

enum class Rescale { kNone, kGlobal, kChannel, kZeroStar };
// Error: a name that is not none, global, channel or cfg_zero_star.
Rescale ParseRescale(const std::string& name);

// A finished picture of which a part is drawn again. Outside that part the noisy picture at time t is held at
// t * clean + (1 - t) * noise, as training mixes them, so that what is drawn fits to what is kept (RePaint, arXiv
// 2201.09865, without its resampling).
struct KnownPixels {
  PixelTokens clean;
  std::vector<float> redrawn;  // for each number of `clean`: 1 where it is drawn again, 0 where it is kept
};

struct FlowOptions {
  int steps = 50;
  double shift = 1;
  bool heun = false;                          // otherwise Euler
  double guidance = 1;                        // classifier-free guidance towards the text; 1 and less: none
  double picture_guidance = 1;                // the same towards the pictures in context
  double guidance_from = 0, guidance_to = 1;  // times at which there is guidance, both included
  Rescale rescale = Rescale::kNone;
  std::optional<KnownPixels> known{};
};

// The contexts of classifier-free guidance, each read up to and including "<img>". Those that the options do not use
// may be null.
struct FlowContexts {
  Context* conditional = nullptr;    // text and pictures
  Context* pictures_only = nullptr;  // the text dropped
  Context* unconditional = nullptr;  // text and pictures dropped
};

// Callbacks; either may be empty.
struct FlowListener {
  // After each network pass: the velocities [contexts, pictures, tokens, 3 * Q^2] it gave, conditional first.
  std::function<void(int step, std::span<const float> velocities)> on_velocity;
  // After each step: the predicted clean picture, of several the first.
  std::function<void(int step, const PixelTokens& clean)> on_step;
};

// Times of the steps, steps + 1 of them from 0 (noise) to 1 (picture): linspace, then sigma <- a sigma / (1 + (a - 1)
// sigma) with sigma = 1 - t and the shift a.
std::vector<double> FlowTimes(int steps, double shift);

// Draws a picture from each noise (standard normal, in the layout of PixelTokens, all of one size), all in the same
// network passes. Returns pixels around [-1, 1]. Leaves the contexts as they were.
std::vector<PixelTokens> DrawPictures(const Weights& weights, const FlowContexts& contexts, const FlowOptions& options,
                                      std::span<const PixelTokens> noises, Workspace& workspace,
                                      const FlowListener& listener);

}  // namespace diptych::engine
