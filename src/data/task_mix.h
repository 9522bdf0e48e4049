// Which documents a sample holds.
#pragma once

namespace diptych::data {

// How often a scene yields each kind of document (percent), and how much each holds.
struct TaskMix {
  int copies = 4;         // noised copies of an answer's picture; 0: the picture is only read
  int look_percent = 40;  // a document that looks at the picture: its plan, description, claims, questions, places
  int claims = 4, questions = 2, places = 1;
  // Looks at further scenes that are not drawn: the plan of each and one claim. A drawing gives a loss for every pixel,
  // a look for some sixty tokens, so understanding needs more pictures a sample than drawing does.
  int extra_looks = 2;
  int plans = 0;                   // further scenes a sample of which only the plan is written, from a prompt
  int facts_percent = 40;          // text alone: the facts of a prompt or a narrative
  int unconditional_percent = 40;  // drawings without condition, for classifier-free guidance; one noised copy
  int chinese_percent = 40;
  // Percent of the prompts whose scene must have a character, which is hard to draw, or must be plain, which is what
  // people ask for most.
  int characters_percent = 0, plain_percent = 0;
  int grid_percent = 0;               // scenes whose things stand on a grid (world/grid.h)
  bool blind = false;                 // answers have no picture: their narrative is written from prompt and plan
  bool pictures_only = false;         // answers end with their picture and have no text as target; no looks
  bool mid_sentence = true;           // prompts are spelt as within a sentence (text/conversation.h)
  int language_request_percent = 15;  // answers whose prompt says in which language the narrative shall be
};

}  // namespace diptych::data
