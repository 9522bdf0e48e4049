#include "gallery/pango.h"

#include <dlfcn.h>

#include "base/error.h"

namespace diptych::gallery {
namespace {

class Library {
 public:
  explicit Library(const char* name) : handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr)
      throw base::Error("pdf", std::string("a PDF needs ") + name + ", which is not installed.",
                        "apt install libpangocairo-1.0-0 fonts-noto-cjk.");
  }
  // It stays loaded: Pango keeps what belongs to threads.
  template <typename Function>
  void Find(const char* name, Function* function) const {
    void* found = dlsym(handle_, name);
    if (found == nullptr) throw base::Error("pdf", std::string("the installed Pango has no ") + name + ".");
    *function = reinterpret_cast<Function>(found);
  }

 private:
  void* handle_;
};

#define DIPTYCH_FIND(library, name) library.Find(#name, &pango.name)

void FindCairo(Pango& pango) {
  const Library cairo("libcairo.so.2");
  DIPTYCH_FIND(cairo, cairo_pdf_surface_create_for_stream);
  DIPTYCH_FIND(cairo, cairo_pdf_surface_set_metadata);
  DIPTYCH_FIND(cairo, cairo_image_surface_create_for_data);
  DIPTYCH_FIND(cairo, cairo_surface_finish);
  DIPTYCH_FIND(cairo, cairo_surface_destroy);
  DIPTYCH_FIND(cairo, cairo_create);
  DIPTYCH_FIND(cairo, cairo_destroy);
  DIPTYCH_FIND(cairo, cairo_status);
  DIPTYCH_FIND(cairo, cairo_save);
  DIPTYCH_FIND(cairo, cairo_restore);
  DIPTYCH_FIND(cairo, cairo_translate);
  DIPTYCH_FIND(cairo, cairo_scale);
  DIPTYCH_FIND(cairo, cairo_move_to);
  DIPTYCH_FIND(cairo, cairo_set_source_rgb);
  DIPTYCH_FIND(cairo, cairo_set_source_surface);
  DIPTYCH_FIND(cairo, cairo_rectangle);
  DIPTYCH_FIND(cairo, cairo_fill);
  DIPTYCH_FIND(cairo, cairo_paint);
  DIPTYCH_FIND(cairo, cairo_show_page);
}

void FindPango(Pango& pango) {
  const Library cairo("libpangocairo-1.0.so.0"), layout("libpango-1.0.so.0"), objects("libgobject-2.0.so.0");
  DIPTYCH_FIND(cairo, pango_cairo_create_layout);
  DIPTYCH_FIND(cairo, pango_cairo_show_layout);
  DIPTYCH_FIND(layout, pango_layout_get_context);
  DIPTYCH_FIND(layout, pango_context_set_language);
  DIPTYCH_FIND(layout, pango_language_from_string);
  DIPTYCH_FIND(layout, pango_layout_set_text);
  DIPTYCH_FIND(layout, pango_layout_set_width);
  DIPTYCH_FIND(layout, pango_layout_set_wrap);
  DIPTYCH_FIND(layout, pango_layout_set_line_spacing);
  DIPTYCH_FIND(layout, pango_layout_set_font_description);
  DIPTYCH_FIND(layout, pango_layout_get_size);
  DIPTYCH_FIND(layout, pango_layout_xy_to_index);
  DIPTYCH_FIND(layout, pango_font_description_from_string);
  DIPTYCH_FIND(layout, pango_font_description_free);
  DIPTYCH_FIND(objects, g_object_unref);
}

#undef DIPTYCH_FIND

}  // namespace

const Pango& Pango::Loaded() {
  static const Pango loaded = [] {
    Pango pango{};
    FindCairo(pango);
    FindPango(pango);
    return pango;
  }();
  return loaded;
}

}  // namespace diptych::gallery
