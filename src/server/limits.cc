#include "server/limits.h"

#include <array>

namespace diptych::server {
namespace {

constexpr std::array kLimits = {
    LimitSpec{"connections", &Limits::connections, "connections at once"},
    LimitSpec{"header_bytes", &Limits::header_bytes, "bytes of a request's line and headers"},
    LimitSpec{"headers", &Limits::headers, "headers of a request"},
    LimitSpec{"body_bytes", &Limits::body_bytes, "bytes of a request's body"},
    LimitSpec{"all_body_bytes", &Limits::all_body_bytes, "bytes of all bodies at once"},
    LimitSpec{"backlog_bytes", &Limits::backlog_bytes, "bytes of a stream that its client leaves unread"},
    LimitSpec{"json_values", &Limits::json_values, "values in a JSON body"},
    LimitSpec{"json_levels", &Limits::json_levels, "levels of a JSON body"},
    LimitSpec{"form_parts", &Limits::form_parts, "parts of a form"},
    LimitSpec{"header_s", &Limits::header_s, "seconds to send the headers"},
    LimitSpec{"body_s", &Limits::body_s, "seconds to send the body"},
    LimitSpec{"idle_s", &Limits::idle_s, "seconds between two requests of a connection"},
    LimitSpec{"write_s", &Limits::write_s, "seconds to take 256 KiB of an answer"},
    LimitSpec{"work_s", &Limits::work_s, "seconds of one piece of work"},
    LimitSpec{"kept_job_s", &Limits::kept_job_s, "seconds that a job is remembered after its end"},
    LimitSpec{"prompt_bytes", &Limits::prompt_bytes, "bytes of a prompt, question or text"},
    LimitSpec{"plan_bytes", &Limits::plan_bytes, "bytes of a plan"},
    LimitSpec{"pictures_given", &Limits::pictures_given, "pictures sent along"},
    LimitSpec{"given_pixels", &Limits::given_pixels, "pixels of a picture sent along"},
    LimitSpec{"drawn_pixels", &Limits::drawn_pixels, "pixels of a picture asked for"},
    LimitSpec{"steps", &Limits::steps, "denoising steps"},
    LimitSpec{"candidates", &Limits::candidates, "drawings of a picture"},
    LimitSpec{"story_pictures", &Limits::story_pictures, "pictures of a story"},
    LimitSpec{"new_tokens", &Limits::new_tokens, "tokens of a plan or narrative"},
    LimitSpec{"repairs", &Limits::repairs, "attempts to make again what failed"},
    LimitSpec{"count", &Limits::count, "answers of one request"},
    LimitSpec{"partial_images", &Limits::partial_images, "partial images of a streamed picture"},
    LimitSpec{"listed", &Limits::listed, "answers of one page of the gallery"},
    LimitSpec{"exported", &Limits::exported, "answers of the gallery in one file"},
    LimitSpec{"exported_bytes", &Limits::exported_bytes, "bytes of the pictures in one file"},
    LimitSpec{"jobs", &Limits::jobs, "jobs that are remembered"},
};

}  // namespace

std::span<const LimitSpec> LimitTable() { return kLimits; }

}  // namespace diptych::server
