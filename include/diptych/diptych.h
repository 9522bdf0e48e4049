// Diptych as a library: one prompt in; one plan, one picture and one narrative out, each claim of them checked.
//
//   const auto engine = diptych::Engine::Load("models/default");
//   const diptych::Answer answer = engine.Generate({.prompt = "a blue bus at noon", .seed = 7}, {});
//   diptych::SavePicture(answer.picture, "bus.png");
//
// Every function throws std::runtime_error for bad input: what() says what is wrong and, on a second line, what to do.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diptych {

// 8-bit RGB, row-major.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;  // [height, width, 3]
  // What the picture's file tells of how diptych made it, as JSON; LoadPicture reads it, Engine::Generate writes it,
  // and an edit goes on from it. Empty: nothing is known.
  std::string record{};
};
// PNG, JPEG and WebP. SavePicture leaves the record out. What is written is what the name ends in (.png, .jpg, .jpeg,
// .webp), else PNG. Writing is atomic: the path holds the old file or the whole new one.
Picture LoadPicture(const std::filesystem::path& path);
void SavePicture(const Picture& picture, const std::filesystem::path& path);

enum class Language { kLikePrompt, kEnglish, kChinese };

// What is wanted. Absent settings are the model's own, from its generation_config.json.
struct Request {
  std::string prompt;                 // UTF-8
  std::optional<std::string> plan{};  // a plan to follow, as Engine::Plan writes it; what it leaves
                                      // open is completed; absent: the model writes one
  Language narrative = Language::kLikePrompt;
  // Of an edit by the plan it is counted from the seed of the picture's record.
  uint64_t seed = 0;                         // the same request and seed give the same bytes, for any number of threads
  std::optional<int> width{}, height{};      // pixels, multiples of Engine::size_step()
  std::optional<int> steps{};                // denoising steps of the drawing
  std::optional<int> candidates{};           // drawings, of which the one that shows the plan best is kept
  std::optional<double> guidance{};          // classifier-free, towards the prompt; 1: none
  std::optional<double> picture_guidance{};  // towards the pictures in view, of an edit or a story; 1: none
  std::optional<std::string> guidance_rescale{};         // "none", "global", "channel" or "cfg_zero_star"
  std::optional<double> guidance_from{}, guidance_to{};  // times in 0..1 between which guidance acts
  std::optional<double> shift{};                         // of time: above 1 spends more steps on the noisy part
  std::optional<std::string> solver{};                   // "euler" or "heun"
  std::optional<double> temperature{};                   // of plan and narrative; 0: greedy
  std::optional<double> top_p{};        // sample only from the likeliest tokens that together have this probability
  std::optional<int> max_new_tokens{};  // of the plan, and of the narrative
  // More than 1: a story, text and pictures as the model chooses. A model that has not learned stories gives each
  // sentence of the prompt a picture, in which the one before is changed.
  std::optional<int> max_pictures{};
  // An edit of these, of which the prompt says what to change; its size is the first one's unless it is given. A model
  // that has not learned edits changes one picture by its plan: of its record, else as the model reads it.
  std::vector<Picture> pictures{};
  std::optional<int> repairs{};  // drawings at most to mend what the check finds missing; 0: none
  bool strict = false;           // refuse a prompt that is not understood in every word
  bool check = true;             // have the claims of prompt, plan and narrative checked
  bool boxes = false;            // with the check: also find where each claim's subject is
};

// Callbacks, called on the caller's thread; every member may be empty.
struct Events {
  std::function<void(std::string_view text)> on_plan, on_narrative;  // as they are written, whole characters
  std::function<void(int step, int steps, const Picture& preview)> on_step;
  std::function<bool()> cancelled;  // polled at each token and step; true: std::runtime_error "cancelled" is thrown
};

// What a text states of a picture, and what the model's look at the picture says of it.
struct CheckedClaim {
  std::string text;                                  // a fact in the plan language, "bus: blue", or a sentence
  std::vector<std::string> sources{};                // "prompt", "plan", "narrative" or "text": who states it
  double probability = 0;                            // that it is true, calibrated
  std::optional<bool> holds{};                       // absent: no verdict; it cannot be told, or nothing is stated
  std::optional<std::pair<size_t, size_t>> words{};  // bytes [first, last) of the first source that say it
  std::optional<std::array<int, 4>> box{};           // left, top, right, bottom in percent, when boxes were asked for
  bool states_nothing = false;                       // a sentence that says nothing which could be seen
  int picture = 0;                                   // of a story: the number of the picture that judged it
};

// So many of so many.
struct Figure {
  int holding = 0, count = 0;
};

// A thing of the prompt that was drawn as the nearest kind which the model knows.
struct NearThing {
  std::string words, kind;
};

// Something of an answer that was made again.
struct Repair {
  std::string action;                 // "replan", "draw region", "draw whole" or "retell"
  std::vector<std::string> failed{};  // the claims that it was made for
  bool kept = false;                  // it was better; otherwise it was dropped
};

struct Report {
  Figure followed{};  // of what the prompt asks, how much the picture shows; what was not understood counts
  Figure told{};      // of the sentences of the narrative, or of the text that was checked, how many hold
  Figure planned{};   // of the plan's facts, how many are there
  std::vector<std::string> not_understood{};  // words of the prompt
  std::vector<std::string> not_planned{};     // facts that the prompt asks for and the plan lacks
  std::vector<NearThing> near{};
  std::vector<CheckedClaim> claims{};
};

// A further picture of a story and what is written after it.
struct Panel {
  Picture picture;
  std::string text;
};

struct Answer {
  std::string plan;
  std::string opening;  // of a story: what is written before its first picture
  Picture picture;      // empty when a story has none
  std::string narrative;
  std::vector<Panel> further;              // of a story
  std::optional<Report> report;            // absent when nothing was checked
  std::vector<std::string> unknown_words;  // of the prompt: nobody understands them
  std::vector<Repair> repairs;             // on_narrative has heard the first narrative, not one that was made again
  std::vector<std::string> warnings;       // sentences: settings not learned, odd lines of a plan, what was cut
};

// A loaded model. Const and free to be shared by threads; each call has buffers of its own.
// A program that handles signals on the calling thread does so on a stack of its own (sigaltstack, SA_ONSTACK): oneDNN uses the
// stack pointer for other things on CPUs without AVX-512.
class Engine {
 public:
  // FOLDER in Hugging Face layout. `threads` of every call; 0: all that the process may use.
  static Engine Load(const std::filesystem::path& folder, int threads = 0);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  Answer Generate(const Request& request, const Events& events) const;
  // The plan alone that Generate would write.
  std::string Plan(const Request& request, const Events& events) const;

  std::string Describe(const Picture& picture, Language language = Language::kEnglish) const;
  // "I do not know." (我不知道。) where the model does not understand the question or the check contradicts its answer;
  // of a thing that is not there it says so.
  std::string Ask(const Picture& picture, std::string_view question) const;
  std::string Ask(const std::vector<Picture>& pictures, std::string_view question) const;  // to compare them
  // One claim a sentence.
  Report Check(const Picture& picture, std::string_view text) const;

  // Whether the picture looks like those that the model knows; what it says of others is chance. True where that was
  // never measured ("picture" in calibration.json).
  bool Knows(const Picture& picture) const;

  int size_step() const;  // pixels: a picture's sides are multiples of this

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diptych
