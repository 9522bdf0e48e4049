// What one client may ask of the server: every limit, in one table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace diptych::server {

struct Limits {
  // Of connections and what they send.
  int64_t connections = 256;
  int64_t header_bytes = 16 << 10;     // of a request's line and headers together
  int64_t headers = 100;               // their number
  int64_t body_bytes = 32 << 20;       // of one request, chunked or not
  int64_t all_body_bytes = 256 << 20;  // of all requests that are being read or answered
  int64_t backlog_bytes = 64 << 20;    // of a stream that its client does not read
  int64_t json_values = 20'000;        // of a body
  int64_t json_levels = 32;            // objects and lists in each other
  int64_t form_parts = 100;            // of a multipart form
  // Seconds.
  int64_t header_s = 10;     // to send a request's line and headers
  int64_t body_s = 60;       // to send its body
  int64_t idle_s = 60;       // between two requests of a connection
  int64_t write_s = 30;      // to take the next 256 KiB of an answer
  int64_t work_s = 3600;     // of one piece of work, from its start
  int64_t kept_job_s = 600;  // that a job is remembered after its end
  // Of the work itself.
  int64_t prompt_bytes = 16 << 10;
  int64_t plan_bytes = 16 << 10;
  int64_t pictures_given = 8;          // of an edit or a question
  int64_t given_pixels = 16'000'000;   // of each of them
  int64_t drawn_pixels = 1024 * 1024;  // of a picture that is asked for
  int64_t steps = 200, candidates = 8, story_pictures = 8, new_tokens = 4096;
  int64_t repairs = 8;                 // attempts to make again what failed
  int64_t count = 10;                  // answers of one request
  int64_t partial_images = 3;          // of a streamed picture, as in the API that asks for them
  int64_t listed = 100;                // answers of one page of the gallery
  int64_t exported = 500;              // answers of one file
  int64_t exported_bytes = 128 << 20;  // of their pictures
  int64_t jobs = 64;                   // that are remembered, finished ones among them
};

// One limit by its name, as /api/model tells it.
struct LimitSpec {
  std::string_view name;
  int64_t Limits::*member;
  std::string_view meaning;
};
std::span<const LimitSpec> LimitTable();

}  // namespace diptych::server
