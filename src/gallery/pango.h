// Cairo and Pango, which lay out the PDF: loaded when a page first asks whether there can be one, so that other
// programs neither need them nor start slower by them. The declarations are those of the libraries' C interfaces, which
// stay as they are within one soname: libcairo.so.2, libpango-1.0.so.0, libpangocairo-1.0.so.0.
#pragma once

#include <string>

namespace diptych::gallery {

struct Pango {
  // Error where the libraries are missing, which names their package.
  static const Pango& Loaded();

  // https://www.cairographics.org/manual
  using Write = int (*)(void* closure, const unsigned char* bytes, unsigned int count);  // 0: written
  void* (*cairo_pdf_surface_create_for_stream)(Write write, void* closure, double width_pt, double height_pt);
  void (*cairo_pdf_surface_set_metadata)(void* surface, int key, const char* text);
  void* (*cairo_image_surface_create_for_data)(unsigned char* data, int format, int width, int height, int stride);
  void (*cairo_surface_finish)(void* surface);
  void (*cairo_surface_destroy)(void* surface);
  void* (*cairo_create)(void* surface);
  void (*cairo_destroy)(void* context);
  int (*cairo_status)(void* context);
  void (*cairo_save)(void* context);
  void (*cairo_restore)(void* context);
  void (*cairo_translate)(void* context, double x, double y);
  void (*cairo_scale)(void* context, double x, double y);
  void (*cairo_move_to)(void* context, double x, double y);
  void (*cairo_set_source_rgb)(void* context, double red, double green, double blue);
  void (*cairo_set_source_surface)(void* context, void* surface, double x, double y);
  void (*cairo_rectangle)(void* context, double x, double y, double width, double height);
  void (*cairo_fill)(void* context);
  void (*cairo_paint)(void* context);
  void (*cairo_show_page)(void* context);
  // https://docs.gtk.org/Pango
  void* (*pango_cairo_create_layout)(void* context);
  void (*pango_cairo_show_layout)(void* context, void* layout);
  void* (*pango_layout_get_context)(void* layout);
  void (*pango_context_set_language)(void* pango_context, void* language);
  void* (*pango_language_from_string)(const char* code);
  void (*pango_layout_set_text)(void* layout, const char* text, int bytes);
  void (*pango_layout_set_width)(void* layout, int width);
  void (*pango_layout_set_wrap)(void* layout, int mode);
  void (*pango_layout_set_line_spacing)(void* layout, float factor);
  void (*pango_layout_set_font_description)(void* layout, const void* font);
  void (*pango_layout_get_size)(void* layout, int* width, int* height);
  int (*pango_layout_xy_to_index)(void* layout, int x, int y, int* byte, int* trailing);
  void* (*pango_font_description_from_string)(const char* text);
  void (*pango_font_description_free)(void* font);
  void (*g_object_unref)(void* object);

  static constexpr int kUnits = 1024;             // PANGO_SCALE: of one point
  static constexpr int kWrapWordChar = 2;         // PANGO_WRAP_WORD_CHAR
  static constexpr int kRgb24 = 1;                // CAIRO_FORMAT_RGB24
  static constexpr int kTitle = 0, kCreator = 4;  // CAIRO_PDF_METADATA_TITLE, _CREATOR
};

}  // namespace diptych::gallery
