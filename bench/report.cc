#include "report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace diptych::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string Number(double value, const char* format = "%.3g") {
  char text[64];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

// Three digits, never as a power of ten.
std::string Plain(double value) { return Number(value, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f"); }

std::string Percent(double share) { return Number(100 * share, "%.0f %%"); }
std::string Megabytes(double bytes) { return Number(bytes / 1e6, "%.0f MB"); }

// "median (lowest to highest)".
std::string Cell(const Json& spread, double unit = 1) {
  return Plain(unit * spread["median"].get<double>()) + " (" + Plain(unit * spread["lowest"].get<double>()) + " to " +
         Plain(unit * spread["highest"].get<double>()) + ")";
}

std::string Row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + cell + " |";
  return row + "\n";
}

std::string Header(const std::vector<std::string>& cells) {
  return Row(cells) + Row(std::vector<std::string>(cells.size(), "---"));
}

// What it ran on, and how fast that is.
std::string MachineLines(const Json& machine, double matrix_peak) {
  std::string flags;
  for (const auto& flag : machine["flags"]) flags += " " + flag.get<std::string>();
  const std::string held_to = machine["held_to"].get<std::string>();
  return "- Machine: " + machine["processor"].get<std::string>() + " (" + flags.substr(flags.empty() ? 0 : 1) + "), " +
         (held_to.empty() ? "" : "held to " + held_to + ", ") + std::to_string(machine["threads"].get<int>()) +
         " threads. Other programs took " + Percent(machine["other_load"].get<double>()) +
         " of all cores' time during the run.\n" +
         "- Matrix peak of oneDNN on those threads: " + Plain(matrix_peak / 1e9) +
         " GFLOP/s, the best sustained of several sizes.\n";
}

std::string Introduction(const Json& json) {
  const Json &load = json["load"], &model = json["model"], &versions = json["versions"];
  std::string text =
      "# Speed\n\nWritten by `bench/run` from the JSON file beside it; not edited by hand. Medians of rounds in which "
      "the "
      "contestants took turns, lowest and highest in brackets.\n\n";
  text += MachineLines(json["machine"], json["matrix_peak"]["operations_per_s"].get<double>());
  text += "- Model: " + model["folder"].get<std::string>() + ", " + Plain(model["parameters"].get<double>() / 1e6) +
          " million parameters, " + Megabytes(model["weights_bytes"].get<double>()) +
          (model["random_weights"].get<bool>() ? ", random weights of its sizes" : "") + ".\n";
  text += "- Answer: " + std::to_string(load["prompt_tokens"].get<int>()) + " tokens of prompt, " +
          std::to_string(load["plan_tokens"].get<int>()) + " of plan, a picture of " +
          std::to_string(load["width"].get<int>()) + " x " + std::to_string(load["height"].get<int>()) + " in " +
          std::to_string(load["steps"].get<int>()) + " steps with guidance " + Number(load["guidance"].get<double>()) +
          ", " + std::to_string(load["narrative_tokens"].get<int>()) + " tokens of narrative.\n";
  text += "- Versions: Diptych " + versions["diptych"].get<std::string>() + ", oneDNN " +
          versions["onednn"].get<std::string>() + ", libtorch " + versions["libtorch"].get<std::string>() + ", GCC " +
          versions["compiler"].get<std::string>() + ".\n\n";
  return text;
}

std::string Contestants(const Json& json) {
  struct Line {
    const char *title, *section, *key;
  };
  std::string text = Header({"", "Diptych", "libtorch, bfloat16", "times libtorch"});
  for (const Line& line : {Line{"Whole answer, s", "answer", "seconds"},
                           {"Reading text, token/s", "prefill", "tokens_per_s"},
                           {"Writing text, token/s", "decode", "tokens_per_s"},
                           {"Drawing, step/s", "picture", "steps_per_s"}}) {
    const Json& part = json[line.section];
    std::vector<std::string> cells = {line.title};
    for (const char* name : {"engine", "libtorch"}) cells.push_back(Cell(part[name][line.key]));
    cells.push_back(Number(part["times_libtorch"].get<double>(), "%.2f"));
    text += Row(cells);
  }
  const Json& picture = json["picture"];
  text += Row({"Share of the matrix peak while drawing", Percent(picture["engine"]["share_of_peak"].get<double>()),
               Percent(picture["libtorch"]["share_of_peak"].get<double>()), ""});
  const Json& engine = json["answer"]["engine"];
  text += "\nDiptych's answer by stage, s: prompt " + Cell(engine["prompt_s"]) + ", plan " + Cell(engine["plan_s"]) +
          ", picture " + Cell(engine["picture_s"]) + ", narrative " + Cell(engine["narrative_s"]) + ".\n";
  return text;
}

std::string Processes(const Json& json) {
  if (!json.contains("process")) return {};
  const Json& process = json["process"];
  std::string text = "\n## The program, from its start\n\n" +
                     Header({"", "Diptych", "Diptych without the check", "libtorch, bfloat16, the answer alone"});
  struct Line {
    const char *title, *key;
    double unit;
  };
  for (const Line& line : {Line{"First output, ms", "first_output_s", 1e3},
                           {"Whole run, s", "total_s", 1},
                           {"Peak memory, MB", "peak_bytes", 1e-6}}) {
    std::vector<std::string> cells = {line.title};
    for (const char* name : {"engine", "engine_without_check", "libtorch"})
      cells.push_back(Cell(process[name][line.key], line.unit));
    text += Row(cells);
  }
  const double weights = json["model"]["weights_bytes"].get<double>();
  const double above = process["engine"]["peak_bytes"]["highest"].get<double>() - weights;
  return text + "\nPeak memory is " + Megabytes(above) + " above the size of the weights.\n";
}

std::string Trainer(const Json& json) {
  if (!json.contains("trainer")) return {};
  const Json& trainer = json["trainer"];
  return "\n## Trainer\n\nBatches of " + std::to_string(trainer["batch"].get<int>()) + " scenes with pictures of " +
         std::to_string(trainer["size"].get<int>()) + " x " + std::to_string(trainer["size"].get<int>()) + ": " +
         Cell(trainer["samples_per_s"]) + " samples/s, " + Cell(trainer["tokens_per_s"]) + " tokens/s, " +
         Cell(trainer["step_s"]) + " s a step, " + Percent(trainer["share_of_peak"].get<double>()) +
         " of the matrix peak.\n";
}

std::string Agreement(const Json& json) {
  const Json& a = json["agreement"];
  return "\n## The contestants compute the same\n\nLargest difference between engine and libtorch in float32, relative "
         "to the largest "
         "value: logits " +
         Number(a["engine_float32_logits"].get<double>()) + ", pixels " +
         Number(a["engine_float32_picture"].get<double>()) + ". In bfloat16 the engine's logits are " +
         Number(a["engine_bfloat16_logits"].get<double>()) + " from float32 (libtorch's " +
         Number(a["libtorch_bfloat16_logits"].get<double>()) + "), its pixels on average " +
         Number(a["engine_bfloat16_picture_mean"].get<double>()) + " of a range of 2 (libtorch's " +
         Number(a["libtorch_bfloat16_picture_mean"].get<double>()) + ").\n";
}

std::string Gigabytes(const Json& bytes) { return Number(bytes.get<double>() / 1e9, "%.1f GB"); }

// A row of large_bench's table; the cells of llama.cpp stay empty where it was not measured.
std::string TextRow(const Json& json, const char* title, const char* part) {
  const Json& own = json[part]["tokens_per_s"];
  std::vector<std::string> cells = {title, Cell(own)};
  if (json.contains("llama")) {
    const Json& llama = json["llama"][std::string(part) + "_tokens_per_s"];
    cells.push_back(Cell(llama));
    cells.push_back(Number(own["median"].get<double>() / llama["median"].get<double>(), "%.2f"));
  }
  return Row(cells);
}

}  // namespace

nlohmann::ordered_json ToJson(const Spread& spread) {
  return {
      {"median", spread.median}, {"lowest", spread.lowest}, {"highest", spread.highest}, {"repeats", spread.repeats}};
}

std::string LargeMarkdownOf(const std::string& text) {
  const Json json = Json::parse(text);
  const bool llama = json.contains("llama");
  const Json& writing = json["writing"];
  std::string page =
      "# Speed at the sizes of a public checkpoint\n\nWritten by `bench/run_large` from the JSON file beside "
      "it; not edited by hand. Medians, lowest and highest in brackets.\n\n";
  page += MachineLines(json["machine"], json["matrix_peak_operations_per_s"].get<double>());
  page += "- Memory's bandwidth, reading the weights on those threads: " +
          Plain(writing["bandwidth_bytes_per_s"].get<double>() / 1e9) + " GB/s.\n";
  page += "- Model: the shape " + json["shape"].get<std::string>() + " with " +
          std::to_string(json["layers"].get<int>()) + " layers, random weights as " + json["type"].get<std::string>() +
          ", " + Gigabytes(json["weight_bytes"]) + ".\n";
  page += "- Weights of all the shape's layers by type:";
  for (const auto& [type, bytes] : json["weight_bytes_of_all_layers"].items())
    page += (page.back() == ':' ? " " : ", ") + type + " " + Gigabytes(bytes);
  page += ".\n";
  if (llama)
    page += "- llama.cpp, commit " + json["llama"]["commit"].get<std::string>() +
            ", on a dense Qwen3 of the same shape and types, in turns.\n";
  page += "\n" + Header(llama ? std::vector<std::string>{"Text", "Diptych", "llama.cpp", "times llama.cpp"}
                              : std::vector<std::string>{"Text", "Diptych"});
  page += TextRow(json, "Writing, token/s", "writing");
  page +=
      TextRow(json, ("Reading " + std::to_string(json["reading"]["tokens"].get<int>()) + " tokens, token/s").c_str(),
              "reading");
  page += "\nWriting reads " + Gigabytes(writing["weight_bytes_per_token"]) +
          " of weights a token: " + Percent(writing["share_of_bandwidth"].get<double>()) +
          " of the memory's bandwidth.\n\n";
  page += Header({"Drawing", "s a denoising step", "share of the matrix peak"});
  for (const Json& picture : json["pictures"]) {
    const std::string side = std::to_string(picture["side"].get<int>());
    page += Row({side + " x " + side, Cell(picture["step_s"]), Percent(picture["share_of_peak"].get<double>())});
  }
  return page + "\nReady " + Plain(json["load_s"].get<double>()) +
         " s after the start with the file in the page cache, the "
         "first token of a prompt of 32 after " +
         Plain(json["first_token_s"].get<double>()) + " s. Peak memory " + Gigabytes(json["peak_memory_bytes"]) +
         ", the mapped weights included.\n";
}

std::string MarkdownOf(const std::string& text) {
  const Json json = Json::parse(text);
  return Introduction(json) + Contestants(json) + Processes(json) + Trainer(json) + Agreement(json);
}

}  // namespace diptych::bench
