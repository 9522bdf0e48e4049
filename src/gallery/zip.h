// Zip files without compression (PKWARE's APPNOTE 6.3, section 4.3): pictures are compressed already.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace diptych::gallery {

class ZipWriter {
 public:
  // `name` is UTF-8 with "/" between folders. At most 65,535 files and 4 GiB in all, else a base::Error.
  void Add(std::string_view name, std::string_view content);
  // The whole file.
  std::string Finish();

 private:
  std::string files_, directory_;
  uint16_t count_ = 0;
};

}  // namespace diptych::gallery
