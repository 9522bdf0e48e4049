// What other endpoints ask of the gallery.
#pragma once

#include <span>
#include <string>

#include "gallery/gallery.h"
#include "record/answer_files.h"
#include "record/json_object.h"
#include "server/service.h"

namespace diptych::server {

// ApiError where there is no gallery, or the pictures would not be what it keeps: PNG with full metadata.
void CheckGalleryTakes(const Service& service, const record::PictureStyle& style);
// Keeps the files of a finished answer and adds "gallery_id" to its result: then it is safe on disk. Where the disk
// fails it is null, and the log says why; the answer is good all the same.
void KeepInGallery(Service& service, std::span<const std::string> pictures, record::JsonObject* result);
// Zeros where there is none.
gallery::Totals GalleryTotals(Service& service);

}  // namespace diptych::server
