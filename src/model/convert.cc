#include "model/convert.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>

#include "base/error.h"
#include "base/round_up.h"
#include "model/config.h"
#include "model/gguf.h"
#include "model/hashes.h"
#include "model/weight_files.h"

namespace diptych::model {
namespace {

constexpr const char* kConvertPlace = "convert";

// A folder under a temporary name until Commit, and removed without it.
class NewFolder {
 public:
  // "a/", "a/." and "b/../a" are the folder a.
  explicit NewFolder(const std::filesystem::path& path) {
    if (path.empty())
      throw base::Error(kConvertPlace, "the new folder has no name.", "name a folder that does not exist.");
    path_ = std::filesystem::absolute(path).lexically_normal();
    if (!path_.has_filename()) path_ = path_.parent_path();
    std::error_code failed;
    if (std::filesystem::symlink_status(path_, failed).type() != std::filesystem::file_type::not_found)
      throw base::Error(kConvertPlace, path.string() + " exists already.", "name a folder that does not exist.");
    std::filesystem::create_directories(path_.parent_path(), failed);
    std::string name = path_.string() + ".XXXXXX";
    if (failed || mkdtemp(name.data()) == nullptr)
      throw base::Error(kConvertPlace,
                        "cannot create " + path.string() + ": " +
                            (failed ? failed.message() : std::string(std::strerror(errno))) + ".",
                        "choose another folder.");
    temporary_ = name;
    std::filesystem::permissions(temporary_, std::filesystem::perms(0755), failed);
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder() {
    std::error_code failed;
    if (!committed_) std::filesystem::remove_all(temporary_, failed);
  }
  const std::filesystem::path& path() const { return temporary_; }
  void Commit() {
    std::error_code failed;
    std::filesystem::rename(temporary_, path_, failed);
    if (failed) throw base::Error(kConvertPlace, "cannot write " + path_.string() + ": " + failed.message() + ".");
    committed_ = true;
  }

 private:
  std::filesystem::path path_, temporary_;
  bool committed_ = false;
};

// Runs body(i) for every i in [0, count) on several threads; rethrows the first exception.
template <typename Body>
void InParallel(size_t count, int threads, const Body& body) {
  std::vector<std::exception_ptr> errors(static_cast<size_t>(threads));
  {
    std::vector<std::jthread> team;
    for (size_t thread = 0; thread < errors.size(); ++thread)
      team.emplace_back([&, thread] {
        try {
          for (size_t i = thread; i < count; i += errors.size()) body(i);
        } catch (...) {
          errors[thread] = std::current_exception();
        }
      });
  }
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
}

void CheckNumbers(std::span<const float> numbers, numbers::DType type, const std::string& name) {
  for (float number : numbers) {
    if (!std::isfinite(number))
      throw base::Error(kConvertPlace, name + " has a number that is not finite.", "the file is damaged.");
    if (type == numbers::DType::kF16 && std::abs(number) > numbers::kMaxF16)
      throw base::Error(kConvertPlace, name + " has the number " + std::to_string(number) + ", F16 ends at 65504.",
                        "use bf16.");
  }
}

class Converter {
 public:
  Converter(const WeightFiles& files, const ConvertOptions& options) : files_(files), options_(options) {
    for (const auto& [name, tensor] : files.tensors()) {
      plans_.push_back({name, TypeFor(name, tensor.type, tensor.shape, options.type), tensor.shape});
      total_ += tensor.bytes.size();
    }
    // Wider types first, so that each tensor of a safetensors file, which has no gaps, is aligned.
    std::stable_sort(plans_.begin(), plans_.end(), [](const TensorPlan& a, const TensorPlan& b) {
      return !numbers::IsQuantised(a.type) &&
             (numbers::IsQuantised(b.type) || numbers::BytesOf(a.type) > numbers::BytesOf(b.type));
    });
  }

  void Write(const std::filesystem::path& path) {
    base::AtomicFile file(path);
    file.Write(options_.gguf ? GgufHeader(plans_, {{"general.architecture", "neo_chat"}})
                             : SafetensorsHeader(plans_, {{"format", "pt"}}));
    for (const TensorPlan& plan : plans_) {
      const uint64_t bytes = WriteTensor(plan, file);
      const uint64_t over = bytes % kGgufAlignment;
      if (options_.gguf && over > 0) file.Write(std::string(kGgufAlignment - over, '\0'));
    }
    file.Commit();
  }

 private:
  // Returns the bytes written.
  uint64_t WriteTensor(const TensorPlan& plan, base::AtomicFile& file) {
    uint64_t written = 0;
    files_.ForPieces(plan.name, [&](std::span<const float> numbers, uint64_t read) {
      CheckNumbers(numbers, plan.type, plan.name);
      const std::vector<std::byte> bytes = Quantised(numbers, plan.type);
      file.Write(bytes);
      written += bytes.size();
      done_ += read;
      if (options_.on_progress) options_.on_progress(done_, total_);
    });
    return written;
  }

  std::vector<std::byte> Quantised(std::span<const float> numbers, numbers::DType type) const {
    const auto block = static_cast<size_t>(numbers::BlockOf(type));
    std::vector<std::byte> bytes(numbers.size() / block * numbers::BytesOf(type));
    constexpr size_t kPart = size_t{1} << 16;  // numbers, whole blocks of any type
    InParallel(base::CeilDiv(numbers.size(), kPart), options_.threads, [&](size_t part) {
      const size_t first = part * kPart, count = std::min(kPart, numbers.size() - first);
      numbers::Quantise(
          type, numbers.subspan(first, count),
          std::span(bytes).subspan(first / block * numbers::BytesOf(type), count / block * numbers::BytesOf(type)));
    });
    return bytes;
  }

  const WeightFiles& files_;
  const ConvertOptions& options_;
  std::vector<TensorPlan> plans_;
  uint64_t total_ = 0, done_ = 0;
};

// Whether a file of a model folder belongs to every copy of the model.
bool IsCompanion(const std::filesystem::directory_entry& entry) {
  const std::string name = entry.path().filename().string(), end = entry.path().extension().string();
  if (!entry.is_regular_file() || name.starts_with('.') || name.ends_with(".index.json")) return false;
  return end == ".json" || end == ".txt" || end == ".tsv" || end == ".md" || end == ".jinja" || name == "LICENSE";
}

}  // namespace

numbers::DType TypeFor(const std::string& name, numbers::DType own, const std::vector<int64_t>& shape,
                       numbers::DType wanted) {
  if (!numbers::IsQuantised(wanted)) return wanted;
  const bool matrix = shape.size() == 2 && name.starts_with("language_model.") && !name.ends_with(".gate.weight");
  if (!matrix) return own;
  const bool text = name.find("embed_tokens") != std::string::npos || name.find("lm_head") != std::string::npos;
  if (text && (wanted == numbers::DType::kQ4_0 || wanted == numbers::DType::kQ4_K || wanted == numbers::DType::kQ5_K))
    wanted = numbers::DType::kQ6_K;
  const int64_t row = shape[1];
  if (row % numbers::BlockOf(wanted) == 0) return wanted;
  return row % numbers::BlockOf(numbers::DType::kQ8_0) == 0 ? numbers::DType::kQ8_0 : own;
}

void ConvertModel(const std::filesystem::path& from, const std::filesystem::path& to, const ConvertOptions& options) {
  DIPTYCH_CHECK(numbers::IsReal(options.type) && (options.gguf || !numbers::IsQuantised(options.type)),
                "a type that the format holds");
  const ModelConfig config = LoadConfig(from);
  const WeightFiles files(from, options.adapters);
  CheckTensors(files, config);
  NewFolder folder(to);
  for (const auto& entry : std::filesystem::directory_iterator(from))
    if (IsCompanion(entry)) base::CopyFileAtomically(entry.path(), folder.path() / entry.path().filename());
  Converter(files, options).Write(folder.path() / (options.gguf ? "model.gguf" : "model.safetensors"));
  WriteHashes(folder.path());
  folder.Commit();
}

}  // namespace diptych::model
