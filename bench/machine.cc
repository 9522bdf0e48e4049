#include "machine.h"

#include <omp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <oneapi/dnnl/dnnl.hpp>
#include <sstream>
#include <thread>

#include "clock.h"
#include "kernels/operand.h"

namespace diptych::bench {
namespace {

// The value of the first line of /proc/cpuinfo that begins with `key`.
std::string ProcessorField(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key) && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return {};
}

double OwnSeconds() {
  double sum = 0;
  for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  }
  return sum;
}

// Seconds of all cores since the system started: busy ones, and all.
std::array<double, 2> CoreSeconds() {
  std::ifstream file("/proc/stat");
  std::string name;
  file >> name;
  double all = 0, idle = 0, value = 0;
  for (int field = 0; field < 8 && file >> value; ++field) {
    all += value;
    if (field == 3 || field == 4) idle += value;  // idle, waiting for a disk
  }
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return {(all - idle) / ticks, all / ticks};
}

// Numbers between 0.5 and 2, as bfloat16 and as float32 alike.
void Fill(const dnnl::memory& numbers) {
  const size_t count = numbers.get_desc().get_size() / sizeof(uint16_t);
  auto* halves = static_cast<uint16_t*>(numbers.get_data_handle());
  for (size_t i = 0; i < count; ++i) halves[i] = static_cast<uint16_t>(0x3F00 | (i * 37 & 0xFF));
}

// Runs one size for about `seconds` after a warm-up.
PeakOfSize MeasurePeak(PeakOfSize size, double seconds) {
  using dnnl::memory;
  const bool bfloat = kernels::FastestFormat() == kernels::NumberFormat::kBFloat16;
  const auto type = bfloat ? memory::data_type::bf16 : memory::data_type::f32;
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto any = memory::format_tag::any;
  const memory::desc source({size.rows, size.inner}, type, memory::dims{size.inner, 1});
  const dnnl::matmul::primitive_desc product(
      dnnl::matmul::desc(source, {{size.inner, size.columns}, type, any}, {{size.rows, size.columns}, type, any}),
      engine);
  memory x(product.src_desc(), engine), w(product.weights_desc(), engine), y(product.dst_desc(), engine);
  Fill(x);
  Fill(w);
  const dnnl::matmul matmul(product);
  const auto run = [&] {
    matmul.execute(stream, {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, y}});
    stream.wait();
  };
  run();
  int runs = 0;
  const Stopwatch watch;
  for (; watch.seconds() < seconds; ++runs) run();
  size.operations_per_s = 2.0 * size.rows * size.inner * size.columns * runs / watch.seconds();
  return size;
}

}  // namespace

Machine ThisMachine(int threads) {
  const char* held_to = std::getenv("ONEDNN_MAX_CPU_ISA");
  Machine machine{
      .processor = ProcessorField("model name"), .flags = {}, .held_to = held_to ? held_to : "", .threads = threads};
  std::istringstream flags(ProcessorField("flags"));
  for (std::string flag; flags >> flag;)
    if (flag == "avx2" || flag == "avx512f" || flag == "avx512_bf16" || flag.starts_with("amx_"))
      machine.flags.push_back(flag);
  return machine;
}

OtherLoad::OtherLoad() : busy_(CoreSeconds()[0]), all_(CoreSeconds()[1]), own_(OwnSeconds()) {}

double OtherLoad::share() const {
  const auto [busy, all] = CoreSeconds();
  if (all <= all_) return 0;
  return std::clamp((busy - busy_ - (OwnSeconds() - own_)) / (all - all_), 0.0, 1.0);
}

std::vector<PeakOfSize> MeasurePeaks(int threads) {
  omp_set_num_threads(threads);
  std::vector<PeakOfSize> peaks;
  for (const PeakOfSize& size :
       {PeakOfSize{1024, 1024, 1024}, {2048, 1024, 2048}, {2048, 2048, 2048}, {1024, 4096, 1024}, {4096, 1024, 4096}})
    peaks.push_back(MeasurePeak(size, 0.3));
  return peaks;
}

std::string OneDnnVersion() {
  const dnnl_version_t* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch);
}

}  // namespace diptych::bench
