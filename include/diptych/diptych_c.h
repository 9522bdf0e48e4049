/* Diptych for C and for languages that call C: the functions of diptych.h without exceptions.
 *
 *   diptych_engine* engine = NULL;
 *   diptych_answer* answer = NULL;
 *   char* error = NULL;
 *   if (diptych_load("models/default", 0, &engine, &error) == DIPTYCH_OK) {
 *     diptych_request request = {0};
 *     request.prompt = "a blue bus at noon";
 *     request.seed = 7;
 *     if (diptych_generate(engine, &request, NULL, &answer, &error) == DIPTYCH_OK) puts(diptych_narrative(answer));
 *   }
 *   if (error != NULL) fprintf(stderr, "%s\n", error);
 *   diptych_free_text(error);
 *   diptych_free_answer(answer);
 *   diptych_free_engine(engine);
 *
 * Texts are UTF-8 and end with a zero. Whatever is handed out through a pointer to a pointer is the caller's, who frees it
 * with the function of its kind; NULL may be freed. An engine may be used by several threads at once.
 * A program that handles signals on the calling thread does so on a stack of its own (sigaltstack, SA_ONSTACK): oneDNN uses
 * the stack pointer for other things on CPUs without AVX-512. */
#ifndef DIPTYCH_DIPTYCH_C_H_
#define DIPTYCH_DIPTYCH_C_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct diptych_engine diptych_engine;
typedef struct diptych_answer diptych_answer;
typedef struct diptych_report diptych_report;

/* What a function returns. For all but DIPTYCH_OK, `*error` says what is wrong and, on a second line, what to do; `error`
 * may be NULL. */
typedef enum {
  DIPTYCH_OK = 0,
  DIPTYCH_BAD_INPUT = 1,
  DIPTYCH_CANCELLED = 2,
  DIPTYCH_NO_MEMORY = 3,
  DIPTYCH_INTERNAL = 4 /* a mistake of Diptych */
} diptych_status;

/* 8-bit RGB, row by row: width x height x 3 bytes. */
typedef struct {
  int width, height;
  const uint8_t* rgb;
} diptych_picture;

/* What is wanted; all zeros but for the prompt is a good request. Zeros mean the model's own settings. */
typedef struct {
  const char* prompt;
  const char* plan;        /* to follow; NULL: the model writes one */
  const char* language;    /* "en" or "zh"; NULL: the prompt's */
  uint64_t seed;           /* the same request and seed give the same bytes */
  int width, height;       /* pixels */
  int steps;               /* of the drawing */
  int candidates;          /* drawings, of which the one that shows the plan best is kept */
  int max_new_tokens;      /* of the plan, and of the narrative */
  const double* guidance;  /* NULL: the model's */
  const double* temperature;
  int no_check; /* not 0: no claim is checked, and there is no report */
  int boxes;    /* not 0: the check also finds where each claim's subject is */
} diptych_request;

/* Called on the caller's thread while the answer is made; every member may be NULL. `user` is handed on. */
typedef struct {
  void* user;
  void (*on_plan)(void* user, const char* text, size_t size); /* as they are written, whole characters */
  void (*on_narrative)(void* user, const char* text, size_t size);
  void (*on_step)(void* user, int step, int steps, const diptych_picture* preview);
  int (*cancelled)(void* user); /* asked at each token and step; not 0: DIPTYCH_CANCELLED is returned */
} diptych_events;

/* What a text states of a picture. */
typedef struct {
  const char* text;
  double probability; /* that it is true, calibrated */
  int holds;          /* 1: yes, 0: no, -1: no verdict */
  int has_box;
  int box[4]; /* left, top, right, bottom in percent */
} diptych_claim;

/* So many of so many. */
typedef struct {
  int holding, count;
} diptych_figure;

/* `threads` of every call; 0: all that the process may use. */
diptych_status diptych_load(const char* folder, int threads, diptych_engine** engine, char** error);
void diptych_free_engine(diptych_engine* engine);
/* Pixels: a picture's sides are multiples of this. */
int diptych_size_step(const diptych_engine* engine);

/* `events` may be NULL. */
diptych_status diptych_generate(const diptych_engine* engine, const diptych_request* request,
                                const diptych_events* events, diptych_answer** answer, char** error);
void diptych_free_answer(diptych_answer* answer);
/* Of an answer, as long as it lives. */
const char* diptych_plan(const diptych_answer* answer);
const char* diptych_narrative(const diptych_answer* answer);
diptych_picture diptych_drawing(const diptych_answer* answer);
const diptych_report* diptych_answer_report(const diptych_answer* answer); /* NULL where nothing was checked */

/* Looks at a picture. A text that is handed out is freed with diptych_free_text. */
diptych_status diptych_describe(const diptych_engine* engine, const diptych_picture* picture, const char* language,
                                char** text, char** error);
diptych_status diptych_ask(const diptych_engine* engine, const diptych_picture* picture, const char* question,
                           char** text, char** error);
/* One claim a sentence. */
diptych_status diptych_check(const diptych_engine* engine, const diptych_picture* picture, const char* text,
                             diptych_report** report, char** error);
void diptych_free_report(diptych_report* report); /* of diptych_check alone */

size_t diptych_claim_count(const diptych_report* report);
diptych_claim diptych_claim_at(const diptych_report* report, size_t index); /* index < diptych_claim_count */
diptych_figure diptych_followed(const diptych_report* report);
diptych_figure diptych_told(const diptych_report* report);

/* PNG, JPEG or WebP, as the name ends. */
diptych_status diptych_save_picture(const diptych_picture* picture, const char* path, char** error);

void diptych_free_text(char* text);

#ifdef __cplusplus
}
#endif
#endif /* DIPTYCH_DIPTYCH_C_H_ */
