#include "engine/flow_sampler.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>

#include "base/error.h"
#include "engine/picture_layers.h"
#include "engine/wiener_filter.h"

namespace diptych::engine {
namespace {

double Dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// Scales v down to the norm of `limit`; leaves a smaller v unchanged.
void LimitNorm(std::span<const float> limit, std::span<float> v) {
  const double scale = std::sqrt(Dot(limit, limit)) / (std::sqrt(Dot(v, v)) + 1e-8);
  if (scale >= 1) return;
  for (float& number : v) number = static_cast<float>(number * scale);
}

// The contexts whose velocities a step needs, in the order of their rows in the forward pass: conditional first.
struct Asked {
  std::vector<Context*> contexts;
  bool pictures_only = false, unconditional = false;  // whether these are among them
};

Asked ContextsAt(const FlowContexts& contexts, const FlowOptions& o, double t) {
  Asked asked{{contexts.conditional}, false, false};
  const bool guided = (o.guidance > 1 || o.picture_guidance > 1) && t >= o.guidance_from && t <= o.guidance_to;
  if (!guided) return asked;
  asked.pictures_only = o.guidance != o.picture_guidance;
  asked.unconditional = o.picture_guidance != 1;
  if (asked.pictures_only) asked.contexts.push_back(contexts.pictures_only);
  if (asked.unconditional) asked.contexts.push_back(contexts.unconditional);
  return asked;
}

// Draws pictures of one size; holds what all steps use.
class Flow {
 public:
  Flow(const Weights& weights, const FlowContexts& contexts, const FlowOptions& options,
       std::span<const PixelTokens> noises, Workspace& workspace, const FlowListener& listener)
      : weights_(weights),
        contexts_(contexts),
        options_(options),
        workspace_(workspace),
        listener_(listener),
        z_(noises.begin(), noises.end()),
        tokens_(noises.front().tokens),
        size_(noises.front().values.size()),
        embedder_(weights, model::Tower::kGeneration,
                  {tokens_.rows * weights.config.merge, tokens_.columns * weights.config.merge}) {
    if (weights.config.head_sees_pixels) wiener_.emplace(weights.config, tokens_);
    const double scale = model::NoiseScale(weights.config, tokens_.patches());
    for (PixelTokens& picture : z_)
      for (float& number : picture.values) number = static_cast<float>(number * scale);
    if (options.known) noise_ = z_;
    if (weights.config.embed_noise_scale)
      noise_embedding_ = EmbedScalar(weights, weights.noise_scale, scale / weights.config.noise_scale_max, workspace);
  }

  std::vector<PixelTokens> Run() {
    const std::vector<double> times = FlowTimes(options_.steps, options_.shift);
    for (step_ = 0; step_ < options_.steps; ++step_) {
      const auto i = static_cast<size_t>(step_);
      const bool last = step_ + 1 == options_.steps;
      // Heun in the form of JiT (arXiv 2511.13720): the last step is an Euler step.
      if (options_.heun && !last)
        HeunStep(times[i], times[i + 1]);
      else
        EulerStep(times[i], times[i + 1]);
      if (options_.known) HoldKnown(times[i + 1]);
      if (listener_.on_step) listener_.on_step(step_, clean_);
    }
    return std::move(z_);
  }

 private:
  void EulerStep(double t, double next) { Move(Velocity(t), next - t); }

  void HeunStep(double t, double next) {
    const std::vector<float> first = Velocity(t);
    std::vector<PixelTokens> start = z_;
    Move(first, next - t);
    std::vector<float> mean = Velocity(next);
    for (size_t i = 0; i < mean.size(); ++i) mean[i] = 0.5f * (mean[i] + first[i]);
    z_ = std::move(start);
    Move(mean, next - t);
  }

  // z + dt * v, with v [pictures, tokens, 3 * Q^2].
  void Move(const std::vector<float>& v, double dt) {
    const float* from = v.data();
    for (PixelTokens& picture : z_)
      for (float& number : picture.values) number += static_cast<float>(dt) * *from++;
  }

  void HoldKnown(double t) {
    const KnownPixels& known = *options_.known;
    const auto clean = static_cast<float>(t), noisy = static_cast<float>(1 - t);
    for (size_t picture = 0; picture < z_.size(); ++picture)
      for (size_t i = 0; i < size_; ++i) {
        const float held = clean * known.clean.values[i] + noisy * noise_[picture].values[i];
        float& number = z_[picture].values[i];
        number = known.redrawn[i] * number + (1 - known.redrawn[i]) * held;
      }
  }

  // The guided velocities at time t.
  std::vector<float> Velocity(double t) {
    const Asked asked = ContextsAt(contexts_, options_, t);
    std::vector<float> all = Velocities(asked, t);
    if (listener_.on_velocity) listener_.on_velocity(step_, all);
    if (asked.contexts.size() == 1) return all;
    std::vector<float> guided(z_.size() * size_);
    for (size_t picture = 0; picture < z_.size(); ++picture) {
      const auto of_context = [&](size_t context) {
        return std::span(all).subspan((context * z_.size() + picture) * size_, size_);
      };
      const Compared compared{of_context(0), of_context(1), of_context(asked.contexts.size() - 1)};
      Guide(asked, compared, std::span(guided).subspan(picture * size_, size_));
    }
    return guided;
  }

  // Velocities of one picture in the three contexts. Where only one of pictures_only and unconditional was computed,
  // both members are that one.
  struct Compared {
    std::span<const float> conditional, pictures_only, unconditional;
  };

  // CFG-Zero* (arXiv 2503.18886) scales the unconditional velocity v_u to its best fit to the conditional one v_c, by
  // <v_c, v_u> / |v_u|^2, before guidance. 1 in other modes.
  float Fit(std::span<const float> conditional, std::span<const float> dropped) const {
    if (options_.rescale != Rescale::kZeroStar) return 1;
    return static_cast<float>(Dot(conditional, dropped) / (Dot(dropped, dropped) + 1e-8));
  }

  // Writes the guided velocity into `v`, which holds zeros before.
  void Guide(const Asked& asked, const Compared& compared, std::span<float> v) const {
    if (options_.rescale == Rescale::kZeroStar && step_ == 0) return;  // CFG-Zero*: zero velocity in the first step
    if (asked.pictures_only && asked.unconditional)
      GuideByBoth(compared, v);
    else
      GuideByOne(compared.conditional, compared.unconditional, v);
    Limit(compared.conditional, v);
  }

  void GuideByOne(std::span<const float> conditional, std::span<const float> dropped, std::span<float> v) const {
    const float fit = Fit(conditional, dropped), guidance = static_cast<float>(options_.guidance);
    workspace_.pool.ForParts(v.size(), [&](size_t first, size_t end) {
      for (size_t i = first; i < end; ++i) {
        const float start = fit * dropped[i];
        v[i] = start + guidance * (conditional[i] - start);
      }
    });
  }

  // Guidance with two scales, as in InstructPix2Pix (arXiv 2211.09800): from the unconditional velocity towards the
  // pictures, and from there towards the text. With equal scales, or a picture scale of 1, the result is GuideByOne's;
  // for that to hold with CFG-Zero* too, both velocities are fitted to the conditional one.
  void GuideByBoth(const Compared& compared, std::span<float> v) const {
    const auto& [conditional, text, none] = compared;
    const float fit_text = Fit(conditional, text), fit_none = Fit(conditional, none);
    for (size_t i = 0; i < v.size(); ++i) {
      const float start = fit_none * none[i], pictures = fit_text * text[i];
      v[i] = static_cast<float>(start + options_.guidance * (conditional[i] - pictures) +
                                options_.picture_guidance * (pictures - start));
    }
  }

  void Limit(std::span<const float> conditional, std::span<float> v) const {
    const auto row = static_cast<size_t>(weights_.config.picture_values());
    if (options_.rescale == Rescale::kGlobal) LimitNorm(conditional, v);
    if (options_.rescale == Rescale::kChannel)
      for (size_t at = 0; at < v.size(); at += row) LimitNorm(conditional.subspan(at, row), v.subspan(at, row));
  }

  // Velocities of all pictures in all asked contexts, one network pass. From the predicted clean pictures: (x - z) /
  // max(1 - t, t_eps).
  std::vector<float> Velocities(const Asked& asked, double t) {
    const auto row = static_cast<size_t>(weights_.config.hidden), rows = static_cast<size_t>(tokens_.patches());
    const size_t once = z_.size() * rows * row, copies = asked.contexts.size();
    std::vector<float> x(copies * once);
    const std::vector<float> time = EmbedTime(t);
    for (size_t picture = 0; picture < z_.size(); ++picture)
      EmbedNoisyPicture(z_[picture], time, std::span(x).subspan(picture * rows * row, rows * row));
    for (size_t copy = 1; copy < copies; ++copy)
      std::copy_n(x.begin(), once, x.begin() + static_cast<std::ptrdiff_t>(copy * once));
    RunLayers(weights_, model::Tower::kGeneration, PassOf(asked), workspace_, x);
    std::vector<float> v(copies * z_.size() * size_);
    PredictClean(weights_, tokens_, x, PixelsForHead(t), workspace_, v);
    clean_ = {tokens_, z_.front().side, {v.begin(), v.begin() + static_cast<std::ptrdiff_t>(size_)}};
    const auto rest = static_cast<float>(std::max(1 - t, weights_.config.t_epsilon));
    for (size_t at = 0; at < copies * z_.size(); ++at) {
      const std::span<const float> z = z_[at % z_.size()].values;
      float* const velocity = v.data() + at * size_;
      workspace_.pool.ForParts(size_, [&](size_t first, size_t end) {
        for (size_t i = first; i < end; ++i) velocity[i] = (velocity[i] - z[i]) / rest;
      });
    }
    return v;
  }

  // The pixels that a head that sees pixels gets beside the hidden rows, [pictures, tokens, 3 * Q^2]; empty for other
  // heads.
  std::vector<float> PixelsForHead(double t) {
    std::vector<float> seen;
    if (!wiener_) return seen;
    for (const PixelTokens& picture : z_) {
      const PixelTokens guess = wiener_->Apply(picture, t, workspace_);
      seen.insert(seen.end(), guess.values.begin(), guess.values.end());
    }
    return seen;
  }

  // [D]: the embedding of time t plus that of the noise scale, which are added to every token of a noisy picture.
  std::vector<float> EmbedTime(double t) {
    std::vector<float> shift = EmbedScalar(weights_, weights_.time, t, workspace_);
    for (size_t i = 0; i < noise_embedding_.size(); ++i) shift[i] += noise_embedding_[i];
    return shift;
  }

  void EmbedNoisyPicture(const PixelTokens& z, const std::vector<float>& shift, std::span<float> x) {
    embedder_.Embed(PatchesOf(z, weights_.config.patch), workspace_, x);
    for (size_t first = 0; first < x.size(); first += shift.size())
      for (size_t i = 0; i < shift.size(); ++i) x[first + i] += shift[i];
  }

  // The forward pass over these contexts, made once for steps with guidance and once for steps without. When several
  // pictures are drawn, each has a context of its own that continues the shared one.
  const Pass& PassOf(const Asked& asked) {
    std::optional<Pass>& pass = asked.contexts.size() == 1 ? plain_ : guided_;
    if (!pass) {
      std::vector<Segment> segments;
      for (Context* context : asked.contexts)
        for (size_t picture = 0; picture < z_.size(); ++picture)
          segments.push_back(
              PictureAfter(z_.size() == 1 ? *context : branches_.emplace_back(weights_, context), tokens_));
      pass.emplace(weights_.config, std::move(segments));
    }
    return *pass;
  }

  const Weights& weights_;
  const FlowContexts& contexts_;
  const FlowOptions& options_;
  Workspace& workspace_;
  const FlowListener& listener_;
  std::vector<PixelTokens> z_;       // the noisy pictures
  std::vector<PixelTokens> noise_;   // as they began; empty where nothing is kept
  const kernels::PatchGrid tokens_;  // of each
  const size_t size_;                // numbers of each
  PixelTokens clean_;                // the latest prediction of the first picture
  PictureEmbedder embedder_;
  std::optional<WienerFilter> wiener_;  // of a model whose head sees pixels
  std::vector<float> noise_embedding_;  // [D], empty when the model has none
  std::deque<Context> branches_;        // of several pictures
  std::optional<Pass> plain_, guided_;
  int step_ = 0;
};

}  // namespace

Rescale ParseRescale(const std::string& name) {
  if (name == "none") return Rescale::kNone;
  if (name == "global") return Rescale::kGlobal;
  if (name == "channel") return Rescale::kChannel;
  if (name == "cfg_zero_star") return Rescale::kZeroStar;
  throw base::Error("guidance",
                    "the rescaling mode is " + name + ", it must be none, global, channel or cfg_zero_star.");
}

std::vector<double> FlowTimes(int steps, double shift) {
  std::vector<double> times;
  for (int i = 0; i <= steps; ++i) {
    const double sigma = 1 - static_cast<double>(i) / steps;
    times.push_back(1 - shift * sigma / (1 + (shift - 1) * sigma));
  }
  return times;
}

std::vector<PixelTokens> DrawPictures(const Weights& weights, const FlowContexts& contexts, const FlowOptions& options,
                                      std::span<const PixelTokens> noises, Workspace& workspace,
                                      const FlowListener& listener) {
  DIPTYCH_CHECK(!noises.empty(), "a picture to draw");
  if (options.known)
    DIPTYCH_CHECK(options.known->clean.values.size() == noises.front().values.size() &&
                      options.known->redrawn.size() == noises.front().values.size(),
                  "a known picture of the noise's size");
  std::vector<PixelTokens> drawn = Flow(weights, contexts, options, noises, workspace, listener).Run();
  for (const PixelTokens& picture : drawn)
    for (float number : picture.values)
      if (!std::isfinite(number))
        throw base::Error("model", "it drew a picture whose numbers are not finite.", kNotFiniteHint);
  return drawn;
}

}  // namespace diptych::engine
