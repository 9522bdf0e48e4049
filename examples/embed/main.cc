// A program that embeds Diptych: g++ -std=c++20 main.cc $(pkg-config --cflags --libs diptych)
#include <diptych/diptych.h>

#include <cstdio>
#include <stdexcept>

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "usage: %s MODEL_FOLDER PROMPT PICTURE.png\n", words[0]);
    return 2;
  }
  try {
    const auto engine = diptych::Engine::Load(words[1]);
    const diptych::Answer answer = engine.Generate({.prompt = words[2], .seed = 7}, {});
    diptych::SavePicture(answer.picture, words[3]);
    std::printf("%s\n\n", answer.narrative.c_str());
    const diptych::Report& report = answer.report.value();
    for (const diptych::CheckedClaim& claim : report.claims)
      std::printf("%s %.2f  %s\n", !claim.holds ? "?  " : *claim.holds ? "yes" : "no ", claim.probability,
                  claim.text.c_str());
    std::printf("followed: %d of %d\n", report.followed.holding, report.followed.count);
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
