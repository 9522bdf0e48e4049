#include "coherence/understood.h"

namespace diptych::coherence {

void RequireUnderstood(std::string_view prompt, const CheckData& data) {
  RequireUnderstood(data.UnknownWords(prompt), AskedBy(prompt, "", data).near);
}

void RequireUnderstood(const std::vector<std::string>& unknown_words, const std::vector<NearThing>& near_things) {
  std::string what;
  for (const std::string& word : unknown_words) what += (what.empty() ? "not understood: " : ", ") + word;
  std::string near;
  for (const NearThing& thing : near_things)
    near += (near.empty() ? "not known: " : ", ") + thing.words + " (nearest: " + thing.kind + ")";
  if (!near.empty()) what += (what.empty() ? "" : "; ") + near;
  if (!what.empty())
    throw NotUnderstood("prompt", what + ".",
                        "`diptych words` lists what this model can draw; without --strict the rest is drawn.");
}

}  // namespace diptych::coherence
