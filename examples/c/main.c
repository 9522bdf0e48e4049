/* A C program that embeds Diptych: cc main.c $(pkg-config --cflags --libs diptych)
 * Draws, tells how far it is, checks, and asks about its own picture; a fourth word of "stop" cancels at the first step. */
#include <diptych/diptych_c.h>
#include <stdio.h>
#include <string.h>

struct course {
  int stops, steps;
};

static void show_step(void* user, int step, int steps, const diptych_picture* preview) {
  struct course* course = user;
  course->steps = step;
  fprintf(stderr, "step %d of %d, %d x %d pixels\n", step, steps, preview->width, preview->height);
}

static int is_cancelled(void* user) {
  const struct course* course = user;
  return course->stops && course->steps > 0;
}

static void print_claims(const diptych_report* report) {
  for (size_t i = 0; i < diptych_claim_count(report); ++i) {
    const diptych_claim claim = diptych_claim_at(report, i);
    printf("%s %.2f  %s\n", claim.holds < 0 ? "?  " : claim.holds ? "yes" : "no ", claim.probability, claim.text);
  }
  const diptych_figure followed = diptych_followed(report);
  printf("followed: %d of %d\n", followed.holding, followed.count);
}

static diptych_status answer_and_look(const diptych_engine* engine, const char* prompt, const char* file,
                                      const diptych_events* events, char** error) {
  diptych_request request = {0};
  request.prompt = prompt;
  request.seed = 7;
  diptych_answer* answer = NULL;
  diptych_status status = diptych_generate(engine, &request, events, &answer, error);
  if (status == DIPTYCH_OK) {
    const diptych_picture picture = diptych_drawing(answer);
    printf("%s\n\n", diptych_narrative(answer));
    print_claims(diptych_answer_report(answer));
    char* text = NULL;
    status = diptych_ask(engine, &picture, "What is in the picture?", &text, error);
    if (status == DIPTYCH_OK) printf("asked: %s\n", text);
    diptych_free_text(text);
    if (status == DIPTYCH_OK) status = diptych_save_picture(&picture, file, error);
  }
  diptych_free_answer(answer);
  return status;
}

int main(int count, char** words) {
  if (count != 4 && count != 5) {
    fprintf(stderr, "usage: %s MODEL_FOLDER PROMPT PICTURE.png [stop]\n", words[0]);
    return 2;
  }
  struct course course = {count == 5 && strcmp(words[4], "stop") == 0, 0};
  diptych_events events = {0};
  events.user = &course;
  events.on_step = show_step;
  events.cancelled = is_cancelled;
  char* error = NULL;
  diptych_engine* engine = NULL;
  diptych_status status = diptych_load(words[1], 0, &engine, &error);
  if (status == DIPTYCH_OK) status = answer_and_look(engine, words[2], words[3], &events, &error);
  if (status != DIPTYCH_OK) fprintf(stderr, "%s\n", error != NULL ? error : "failed");
  diptych_free_text(error);
  diptych_free_engine(engine);
  return (int)status;
}
