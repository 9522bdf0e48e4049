#include "engine/flow_sampler.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "engine/picture_tokens.h"
#include "engine/pixel_guess.h"

namespace diptych {
namespace {

double Dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// Scales v to the norm of `limit`, never up.
void LimitNorm(std::span<const float> limit, std::span<float> v) {
  const double scale = std::sqrt(Dot(limit, limit)) / (std::sqrt(Dot(v, v)) + 1e-8);
  if (scale >= 1) return;
  for (float& number : v) number = static_cast<float>(number * scale);
}

// The contexts whose velocities a step asks for, in the order of the network's rows.
struct Asked {
  std::vector<Context*> contexts;
  bool text = false, all = false;  // which of the dropped ones are among them
};

Asked Ask(const FlowContexts& contexts, const FlowOptions& o, double t) {
  Asked asked{{contexts.full}, false, false};
  const bool guided = (o.guidance > 1 || o.picture_guidance > 1) && t >= o.guidance_from && t <= o.guidance_to;
  if (!guided) return asked;
  asked.text = o.guidance != o.picture_guidance;
  asked.all = o.picture_guidance != 1;
  if (asked.text) asked.contexts.push_back(contexts.text_dropped);
  if (asked.all) asked.contexts.push_back(contexts.all_dropped);
  return asked;
}

// Draws one picture; holds what its steps share.
class Flow {
 public:
  Flow(const Weights& weights, const FlowContexts& contexts, const FlowOptions& options, const PixelTokens& noise,
       Workspace& workspace, const FlowListener& listener)
      : weights_(weights),
        contexts_(contexts),
        options_(options),
        workspace_(workspace),
        listener_(listener),
        z_(noise),
        reader_(weights, Tower::kGeneration, Patches(weights, noise)) {
    if (weights.config.head_sees_pixels) guess_.emplace(weights.config, noise.tokens);
    const double scale = NoiseScale(weights.config, noise.tokens.patches());
    for (float& number : z_.values) number = static_cast<float>(number * scale);
    if (weights.config.embed_noise_scale)
      noise_embedding_ = EmbedNumber(weights, weights.noise_scale, scale / weights.config.noise_scale_max, workspace);
  }

  PixelTokens Run() {
    const std::vector<double> times = FlowTimes(options_.steps, options_.shift);
    for (step_ = 0; step_ < options_.steps; ++step_) {
      const auto i = static_cast<size_t>(step_);
      const bool last = step_ + 1 == options_.steps;
      // Heun in the form of JiT (arXiv 2511.13720): the last step is Euler's.
      if (options_.heun && !last)
        HeunStep(times[i], times[i + 1]);
      else
        EulerStep(times[i], times[i + 1]);
      if (listener_.on_step) listener_.on_step(step_, clean_);
    }
    return std::move(z_);
  }

 private:
  static PatchGrid Patches(const Weights& weights, const PixelTokens& noise) {
    const int merge = weights.config.merge;
    return {noise.tokens.rows * merge, noise.tokens.columns * merge};
  }

  void EulerStep(double t, double next) { z_.values = Moved(Velocity(t), next - t); }

  void HeunStep(double t, double next) {
    const std::vector<float> first = Velocity(t);
    std::vector<float> start = z_.values;
    z_.values = Moved(first, next - t);
    std::vector<float> mean = Velocity(next);
    for (size_t i = 0; i < mean.size(); ++i) mean[i] = 0.5f * (mean[i] + first[i]);
    z_.values = std::move(start);
    z_.values = Moved(mean, next - t);
  }

  // z + dt * v.
  std::vector<float> Moved(const std::vector<float>& v, double dt) const {
    std::vector<float> moved = z_.values;
    for (size_t i = 0; i < moved.size(); ++i) moved[i] += static_cast<float>(dt) * v[i];
    return moved;
  }

  // The guided velocity at time t.
  std::vector<float> Velocity(double t) {
    const Asked asked = Ask(contexts_, options_, t);
    std::vector<float> all = Velocities(asked, t);
    if (listener_.on_velocity) listener_.on_velocity(step_, all);
    const size_t size = z_.values.size();
    const std::span<const float> full = std::span(all).first(size);
    if (asked.contexts.size() == 1) return all;
    return Guide(asked, full, std::span(all).subspan(size));
  }

  // CFG-Zero* (arXiv 2503.18886) fits an unguided velocity to the guided one before they are compared.
  float Fit(std::span<const float> full, std::span<const float> dropped) const {
    if (options_.rescale != Rescale::kZeroStar) return 1;
    return static_cast<float>(Dot(full, dropped) / (Dot(dropped, dropped) + 1e-8));
  }

  std::vector<float> Guide(const Asked& asked, std::span<const float> full, std::span<float> dropped) const {
    const size_t size = full.size();
    std::vector<float> v(size);
    if (options_.rescale == Rescale::kZeroStar && step_ == 0) return v;  // CFG-Zero* stands still in the first step
    if (asked.text && asked.all)
      GuideByBoth(full, dropped, v);
    else
      GuideByOne(full, dropped, v);
    Limit(full, v);
    return v;
  }

  void GuideByOne(std::span<const float> full, std::span<const float> dropped, std::span<float> v) const {
    const float fit = Fit(full, dropped), guidance = static_cast<float>(options_.guidance);
    workspace_.team.ForParts(v.size(), [&](size_t first, size_t end) {
      for (size_t i = first; i < end; ++i) {
        const float start = fit * dropped[i];
        v[i] = start + guidance * (full[i] - start);
      }
    });
  }

  // From nothing to the pictures in view, and from there to the text. At equal or no picture guidance, the other form's
  // result; so with CFG-Zero* both dropped velocities are fitted to the full one.
  void GuideByBoth(std::span<const float> full, std::span<const float> dropped, std::span<float> v) const {
    const size_t size = v.size();
    const std::span<const float> text = dropped.first(size), none = dropped.subspan(size);
    const float fit_text = Fit(full, text), fit_none = Fit(full, none);
    for (size_t i = 0; i < size; ++i) {
      const float start = fit_none * none[i], pictures = fit_text * text[i];
      v[i] = static_cast<float>(start + options_.guidance * (full[i] - pictures) +
                                options_.picture_guidance * (pictures - start));
    }
  }

  void Limit(std::span<const float> full, std::span<float> v) const {
    const auto row = static_cast<size_t>(weights_.config.picture_values());
    if (options_.rescale == Rescale::kGlobal) LimitNorm(full, v);
    if (options_.rescale == Rescale::kChannel)
      for (size_t at = 0; at < v.size(); at += row) LimitNorm(full.subspan(at, row), v.subspan(at, row));
  }

  // Velocities of all asked contexts, one network pass. From the predicted clean picture: (x - z) / max(1 - t, t_eps).
  std::vector<float> Velocities(const Asked& asked, double t) {
    const auto hidden = static_cast<size_t>(weights_.config.hidden);
    const auto tokens = static_cast<size_t>(z_.tokens.patches());
    const size_t copies = asked.contexts.size();
    std::vector<float> x(copies * tokens * hidden);
    ReadNoisyPicture(t, std::span(x).first(tokens * hidden));
    for (size_t copy = 1; copy < copies; ++copy)
      std::copy_n(x.begin(), tokens * hidden, x.begin() + static_cast<std::ptrdiff_t>(copy * tokens * hidden));
    Transform(weights_, Tower::kGeneration, PassOf(asked), workspace_, x);
    std::vector<float> v(copies * z_.values.size());
    const std::vector<float> seen = guess_ ? guess_->Of(z_, t, workspace_).values : std::vector<float>();
    PredictClean(weights_, z_.tokens, x, seen, workspace_, v);
    clean_ = {z_.tokens, z_.side, {v.begin(), v.begin() + static_cast<std::ptrdiff_t>(z_.values.size())}};
    const auto rest = static_cast<float>(std::max(1 - t, weights_.config.t_epsilon));
    for (size_t copy = 0; copy < v.size(); copy += z_.values.size())
      workspace_.team.ForParts(z_.values.size(), [&](size_t first, size_t end) {
        for (size_t i = first; i < end; ++i) v[copy + i] = (v[copy + i] - z_.values[i]) / rest;
      });
    return v;
  }

  void ReadNoisyPicture(double t, std::span<float> x) {
    reader_.Read(PatchesOf(z_, weights_.config.patch), workspace_, x);
    std::vector<float> shift = EmbedNumber(weights_, weights_.time, t, workspace_);
    for (size_t i = 0; i < noise_embedding_.size(); ++i) shift[i] += noise_embedding_[i];
    for (size_t first = 0; first < x.size(); first += shift.size())
      for (size_t i = 0; i < shift.size(); ++i) x[first + i] += shift[i];
  }

  // The pass over these contexts; there are two kinds of step, with guidance and without.
  const Pass& PassOf(const Asked& asked) {
    std::optional<Pass>& pass = asked.contexts.size() == 1 ? plain_ : guided_;
    if (!pass) {
      std::vector<Segment> segments;
      for (Context* context : asked.contexts) segments.push_back(PictureAfter(*context, z_.tokens));
      pass.emplace(weights_.config, std::move(segments));
    }
    return *pass;
  }

  const Weights& weights_;
  const FlowContexts& contexts_;
  const FlowOptions& options_;
  Workspace& workspace_;
  const FlowListener& listener_;
  PixelTokens z_, clean_;
  PictureReader reader_;
  std::optional<PixelGuess> guess_;     // of a model whose head sees pixels
  std::vector<float> noise_embedding_;  // [D], empty when the model has none
  std::optional<Pass> plain_, guided_;
  int step_ = 0;
};

}  // namespace

Rescale ParseRescale(const std::string& name) {
  if (name == "none") return Rescale::kNone;
  if (name == "global") return Rescale::kGlobal;
  if (name == "channel") return Rescale::kChannel;
  if (name == "cfg_zero_star") return Rescale::kZeroStar;
  throw Error("guidance", "the rescaling mode is " + name + ", it must be none, global, channel or cfg_zero_star.");
}

std::vector<double> FlowTimes(int steps, double shift) {
  std::vector<double> times;
  for (int i = 0; i <= steps; ++i) {
    const double sigma = 1 - static_cast<double>(i) / steps;
    times.push_back(1 - shift * sigma / (1 + (shift - 1) * sigma));
  }
  return times;
}

PixelTokens DrawPicture(const Weights& weights, const FlowContexts& contexts, const FlowOptions& options,
                        const PixelTokens& noise, Workspace& workspace, const FlowListener& listener) {
  return Flow(weights, contexts, options, noise, workspace, listener).Run();
}

}  // namespace diptych
