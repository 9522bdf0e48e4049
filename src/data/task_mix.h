// Which documents a sample holds.
#pragma once

namespace diptych::data {

// How often a scene yields each kind of document (percent), and how much each holds.
struct TaskMix {
  int copies = 4;         // noised copies of an answer's picture; 0: it is read alone
  int look_percent = 40;  // a document that looks at the picture: its plan, description, claims, questions, places
  int claims = 4, questions = 2, places = 1;
  // Further scenes a sample, which are looked at alone: their plans and a claim. A drawing teaches a picture's every
  // pixel, a look some sixty words; an eye needs many more pictures than a hand.
  int glances = 2;
  int plans = 0;                // further scenes a sample of which the prompt is read and the plan written, no more
  int facts_percent = 40;       // text alone: the facts of a prompt or a narrative
  int undirected_percent = 40;  // drawings without any condition, for guidance: one document with one copy
  int chinese_percent = 40;
  // Scenes that give way to one with a character, which is hard to draw, or to a plain one, which is asked for most.
  int characters_percent = 0, plain_percent = 0;
  bool blind = false;                 // answers have no picture: their narrative is written from prompt and plan
  bool pictures_only = false;         // answers end with their picture and have no text to learn; nothing is looked at
  bool mid_sentence = true;           // prompts are spelt as within a sentence (text/conversation.h)
  int language_request_percent = 15;  // answers whose prompt says in which language the narrative shall be
};

}  // namespace diptych::data
