#include "data/preview.h"

#include <string>
#include <vector>

#include "base/files.h"
#include "base/png.h"
#include "world/draw.h"
#include "world/held_out.h"
#include "world/words.h"

namespace diptych {
namespace {

std::string TextsOf(const Words& words, const Scene& scene, Random& random) {
  std::string text = WritePlan(words.PlanOf(scene)) + "\n";
  for (Language language : {Language::kEnglish, Language::kChinese}) {
    const auto line = [&](const std::string& name, const std::string& value) { text += name + ": " + value + "\n"; };
    line("prompt", words.MakePrompt(scene, language, random).text);
    line("narrative", words.MakeNarrative(scene, language, random));
    const Question question = words.MakeQuestion(scene, language, random);
    line("question", question.text + " -> " + question.answer);
    line("true", words.MakeClaim(scene, language, true, random).text);
    line("false", words.MakeClaim(scene, language, false, random).text);
    const Location location = words.MakeLocation(scene, language, random);
    line("where", location.subject + " -> " + WriteBox(location.box));
  }
  return text;
}

}  // namespace

void WritePreview(const PreviewOptions& options) {
  const Words words = Words::Load(options.words);
  const HeldOut held_out = HeldOut::Load(options.words / "held_out.txt");
  std::vector<Image> pictures;
  std::string texts;
  for (int i = 0; i < options.columns * options.rows; ++i) {
    Random random(options.seed, static_cast<uint64_t>(i));
    const Scene scene = SampleScene(random.Next(), Split::kTraining, held_out);
    pictures.push_back(Draw(scene, options.size, options.size));
    texts += "[" + std::to_string(i / options.columns + 1) + "," + std::to_string(i % options.columns + 1) + "]\n" +
             TextsOf(words, scene, random) + "\n";
  }
  WritePng(options.file, Tile(pictures, options.columns), {});
  WriteFileAtomically(std::filesystem::path(options.file).replace_extension(".txt"), texts);
}

}  // namespace diptych
