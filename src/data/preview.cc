#include "data/preview.h"

#include <string>
#include <vector>

#include "base/files.h"
#include "base/png.h"
#include "world/draw.h"
#include "world/held_out.h"
#include "world/prompt_composer.h"
#include "world/words.h"

namespace diptych::data {
namespace {

std::string TextsOf(const world::Words& words, const world::PromptComposer& composer, const world::Scene& scene,
                    base::Random& random) {
  std::string text = plan::WritePlan(words.PlanOf(scene)) + "\n";
  for (text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
    const auto line = [&](const std::string& name, const std::string& value) { text += name + ": " + value + "\n"; };
    line("prompt", words.MakePrompt(scene, language, random).text);
    line("asked", composer.Make(scene, language, world::Split::kTraining, random).text);
    line("narrative", words.MakeNarrative(scene, language, random));
    const world::Question question = words.MakeQuestion(scene, language, random);
    line("question", question.text + " -> " + question.answer);
    line("true", words.MakeClaim(scene, language, true, random).text);
    line("false", words.MakeClaim(scene, language, false, random).text);
    const world::Location location = words.MakeLocation(scene, language, random);
    line("where", location.subject + " -> " + plan::WriteBox(location.box));
  }
  return text;
}

}  // namespace

void WritePreview(const PreviewOptions& options) {
  const world::Words words = world::Words::Load(options.words);
  const world::PromptComposer composer = world::PromptComposer::Load(options.words);
  const world::HeldOut held_out = world::HeldOut::Load(options.words / "held_out.txt");
  std::vector<base::Image> pictures;
  std::string texts;
  for (int i = 0; i < options.columns * options.rows; ++i) {
    base::Random random(options.seed, static_cast<uint64_t>(i));
    const world::Scene scene = world::SampleScene(random.Next(), world::Split::kTraining, held_out);
    pictures.push_back(world::Draw(scene, options.size, options.size));
    texts += "[" + std::to_string(i / options.columns + 1) + "," + std::to_string(i % options.columns + 1) + "]\n" +
             TextsOf(words, composer, scene, random) + "\n";
  }
  base::WritePng(options.file, base::Tile(pictures, options.columns), {});
  base::WriteFileAtomically(std::filesystem::path(options.file).replace_extension(".txt"), texts);
}

}  // namespace diptych::data
