#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/picture_file.h"
#include "gallery/export.h"
#include "gallery/pango.h"

namespace diptych::gallery {
namespace {

// A4 across, in points of 1/72 inch, as an open book.
constexpr double kWidth = 842, kHeight = 595, kMargin = 56;
constexpr double kPictureSide = 340, kTextLeft = 446, kTextWidth = kWidth - kTextLeft - kMargin;
// The text begins and its foot ends where a square picture does.
constexpr double kTop = (kHeight - kPictureSide) / 2 - 4, kFoot = (kHeight + kPictureSide) / 2 + 2;
constexpr double kBottom = kFoot - 42;  // of the text
constexpr double kLargest_pt = 19, kSmallest_pt = 10, kSmall_pt = 9;
constexpr const char* kFonts = "P052, Palatino, DejaVu Serif, Noto Serif CJK SC, Serif ";

struct Colour {
  double red, green, blue;
};
constexpr Colour kInk{0.17, 0.145, 0.125}, kSoft{0.4, 0.36, 0.32};

int AppendBytes(void* closure, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), count);
  return 0;
}

struct TextStyle {
  double size_pt = kLargest_pt;
  bool italic = false;
  Colour colour = kInk;
};

// A text that is laid out in a column.
class Column {
 public:
  Column(const Pango& pango, void* context, const std::string& text, const TextStyle& style)
      : pango_(pango), context_(context), colour_(style.colour), layout_(pango.pango_cairo_create_layout(context)) {
    const bool chinese = text::LanguageOf(text) == text::Language::kChinese;
    // Characters that Chinese and Japanese write differently are drawn as the language says.
    pango.pango_context_set_language(pango.pango_layout_get_context(layout_),
                                     pango.pango_language_from_string(chinese ? "zh-cn" : "en"));
    const std::string name = kFonts + std::string(style.italic && !chinese ? "Italic " : "") +
                             std::to_string(style.size_pt) + "px";  // of its own points Pango takes 96 to an inch
    void* font = pango.pango_font_description_from_string(name.c_str());
    pango.pango_layout_set_font_description(layout_, font);
    pango.pango_font_description_free(font);
    pango.pango_layout_set_width(layout_, static_cast<int>(kTextWidth * Pango::kUnits));
    pango.pango_layout_set_wrap(layout_, Pango::kWrapWordChar);
    pango.pango_layout_set_line_spacing(layout_, chinese ? 1.5F : 1.3F);
    pango.pango_layout_set_text(layout_, text.data(), static_cast<int>(text.size()));
  }
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;
  ~Column() { pango_.g_object_unref(layout_); }

  double height() const {
    int width = 0, height = 0;
    pango_.pango_layout_get_size(layout_, &width, &height);
    return static_cast<double>(height) / Pango::kUnits;
  }
  // Where the line begins, in bytes of the text, that is `y` points below the top.
  int ByteAt(double y) const {
    int byte = 0, trailing = 0;
    pango_.pango_layout_xy_to_index(layout_, 0, static_cast<int>(y * Pango::kUnits), &byte, &trailing);
    return byte;
  }
  void Show(double x, double y) const {
    pango_.cairo_set_source_rgb(context_, colour_.red, colour_.green, colour_.blue);
    pango_.cairo_move_to(context_, x, y);
    pango_.pango_cairo_show_layout(context_, layout_);
  }

 private:
  const Pango& pango_;
  void* context_;
  const Colour colour_;
  void* layout_;
};

class PdfWriter {
 public:
  PdfWriter(const Pango& pango, const std::string& title) : pango_(pango) {
    surface_ = pango.cairo_pdf_surface_create_for_stream(AppendBytes, &bytes_, kWidth, kHeight);
    pango.cairo_pdf_surface_set_metadata(surface_, Pango::kTitle, title.c_str());
    pango.cairo_pdf_surface_set_metadata(surface_, Pango::kCreator, "Diptych");
    context_ = pango.cairo_create(surface_);
  }
  PdfWriter(const PdfWriter&) = delete;
  PdfWriter& operator=(const PdfWriter&) = delete;
  ~PdfWriter() {
    pango_.cairo_destroy(context_);
    pango_.cairo_surface_destroy(surface_);
  }

  void AddLeaf(const Leaf& leaf, text::Language language) {
    for (const Panel& panel : PanelsOf(leaf)) {
      std::string rest = panel.text;
      if (!leaf.other.empty() && leaf.pictures.size() == 1) rest += "\n\n" + leaf.other;
      do {
        ShowPicture(leaf.pictures[static_cast<size_t>(panel.picture)]);
        ShowFoot(leaf, language);
        rest = ShowText(rest);
        pango_.cairo_show_page(context_);
      } while (!rest.empty());
    }
  }

  std::string Finish() {
    pango_.cairo_surface_finish(surface_);
    if (pango_.cairo_status(context_) != 0) throw base::Error("pdf", "it cannot be written.");
    return std::move(bytes_);
  }

 private:
  void ShowPicture(const std::string& file) {
    const base::Image image = base::DecodePicture(file, "the picture").picture;
    // Cairo's form: a 32-bit number a pixel, blue in its lowest byte.
    std::vector<unsigned char> pixels(static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 4);
    for (size_t i = 0; i < pixels.size() / 4; ++i)
      for (size_t c = 0; c < 3; ++c) pixels[4 * i + c] = image.rgb[3 * i + 2 - c];
    void* surface = pango_.cairo_image_surface_create_for_data(pixels.data(), Pango::kRgb24, image.width, image.height,
                                                               4 * image.width);
    const double scale = kPictureSide / std::max(image.width, image.height);
    pango_.cairo_save(context_);
    pango_.cairo_translate(context_, kMargin + (kPictureSide - image.width * scale) / 2,
                           (kHeight - image.height * scale) / 2);
    pango_.cairo_scale(context_, scale, scale);
    pango_.cairo_set_source_surface(context_, surface, 0, 0);
    pango_.cairo_rectangle(context_, 0, 0, image.width, image.height);
    pango_.cairo_fill(context_);
    pango_.cairo_restore(context_);
    pango_.cairo_surface_finish(surface);  // the pixels are copied by now
    pango_.cairo_surface_destroy(surface);
  }

  // As large as it fits; what does not fit at the smallest size comes back for the next page.
  std::string ShowText(const std::string& text) {
    constexpr double kRoom = kBottom - kTop;
    for (double size = kLargest_pt;; size -= 1) {
      const Column column(pango_, context_, text, {.size_pt = size});
      if (column.height() > kRoom && size > kSmallest_pt) continue;
      if (column.height() <= kRoom) {
        column.Show(kTextLeft, kTop);
        return {};
      }
      const size_t end = static_cast<size_t>(column.ByteAt(kRoom));
      Column(pango_, context_, text.substr(0, end), {.size_pt = size}).Show(kTextLeft, kTop);
      return end == 0 ? std::string() : text.substr(end);
    }
  }

  void ShowFoot(const Leaf& leaf, text::Language language) {
    std::string small;
    for (const std::string& part : SmallPrint(leaf, language)) small += (small.empty() ? "" : "   ") + part;
    const Column print(pango_, context_, small, {.size_pt = kSmall_pt, .colour = kSoft});
    const Column asked(pango_, context_, leaf.record.request.prompt,
                       {.size_pt = kSmall_pt + 2, .italic = true, .colour = kSoft});
    const double bottom = kFoot - print.height();
    print.Show(kTextLeft, bottom);
    asked.Show(kTextLeft, bottom - std::min(asked.height(), bottom - kBottom) - 2);
  }

  const Pango& pango_;
  std::string bytes_;
  void* surface_;
  void* context_;
};

}  // namespace

std::string PdfOf(std::span<const Leaf> leaves, text::Language language) {
  static std::mutex one_at_a_time;  // Pango's fonts are shared by threads
  const std::lock_guard lock(one_at_a_time);
  PdfWriter writer(Pango::Loaded(), leaves.empty() ? std::string("Diptych") : leaves[0].record.request.prompt);
  for (const Leaf& leaf : leaves) writer.AddLeaf(leaf, language);
  return writer.Finish();
}

std::string PdfProblem() {
  try {
    Pango::Loaded();
    return {};
  } catch (const base::Error& error) {
    return error.what();
  }
}

}  // namespace diptych::gallery
