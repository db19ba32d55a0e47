#include "core/input/vision/tiff_directory.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/orientation.h"

#include <algorithm>
#include <string_view>

namespace fovea {
namespace {

/// Bytes of one value of a type; 0 for types that are skipped.
std::uint64_t type_bytes(std::uint32_t type) {
  switch (type) {
    case 1:  // BYTE
    case 7:  // UNDEFINED
      return 1;
    case 3:
      return 2;  // SHORT
    case 4:
      return 4;  // LONG
    case 16:
      return 8;  // LONG8
    default:
      return 0;
  }
}

struct Entry {
  std::uint64_t unit = 0;
  std::uint64_t place = 0;
  std::uint64_t count = 0;
};

/// The entries of one directory and what they hold.
class Directory {
 public:
  Directory(const ByteReader& reader, std::uint64_t offset, bool big) : reader_(reader) {
    const std::uint64_t count_bytes = big ? 8 : 2;
    const std::uint64_t entry_bytes = big ? 20 : 12;
    const std::uint64_t value_bytes = big ? 8 : 4;
    const auto count = reader.number(offset, count_bytes);
    if (!count) return;
    std::uint64_t i = 0;
    for (; i < *count; ++i) {
      const std::uint64_t at = offset + count_bytes + i * entry_bytes;
      if (!reader.slice(at, entry_bytes)) return;
      const std::uint64_t unit = type_bytes(*reader.u16(at + 2));
      const std::uint64_t values = *reader.number(at + 4, value_bytes);
      if (unit == 0 || values == 0 || values > reader.size()) continue;
      const std::uint64_t field = at + 4 + value_bytes;
      const std::uint64_t place = unit * values <= value_bytes ? field : *reader.number(field, value_bytes);
      if (!reader.slice(place, unit * values)) return;
      entries_.emplace(*reader.u16(at), Entry{unit, place, values});
    }
    cut_off_ = false;
    next_ = reader.number(offset + count_bytes + i * entry_bytes, value_bytes).value_or(0);
  }

  bool has(std::uint32_t tag) const { return entries_.contains(tag); }
  bool followed() const { return next_ != 0; }
  /// Not all of it is in the file; entries behind the break are missing.
  bool is_cut_off() const { return cut_off_; }

  std::vector<std::uint64_t> list(std::uint32_t tag) const {
    std::vector<std::uint64_t> result;
    const auto found = entries_.find(tag);
    if (found == entries_.end()) return result;
    const Entry& entry = found->second;
    for (std::uint64_t i = 0; i < entry.count; ++i) {
      result.push_back(*reader_.number(entry.place + i * entry.unit, entry.unit));
    }
    return result;
  }

  std::optional<std::uint64_t> one(std::uint32_t tag) const {
    const auto found = entries_.find(tag);
    if (found == entries_.end()) return std::nullopt;
    return reader_.number(found->second.place, found->second.unit);
  }

  std::uint32_t small(std::uint32_t tag, std::uint32_t otherwise) const {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(one(tag).value_or(otherwise), UINT32_MAX));
  }

  std::string_view text(std::uint32_t tag) const {
    const auto found = entries_.find(tag);
    if (found == entries_.end()) return {};
    const auto bytes = reader_.slice(found->second.place, found->second.unit * found->second.count);
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};  // NOLINT: bytes as characters
  }

 private:
  bool cut_off_ = true;  // until all of it was read
  const ByteReader& reader_;
  std::map<std::uint32_t, Entry> entries_;  // of a tag that comes twice, the first
  std::uint64_t next_ = 0;
};

}  // namespace

bool is_tiff(Bytes file) {
  using namespace std::string_view_literals;
  return has_at(file, 0, "II\x2A\0"sv) || has_at(file, 0, "MM\0\x2A"sv) || has_at(file, 0, "II\x2B\0"sv) ||
         has_at(file, 0, "MM\0\x2B"sv);
}

Result<TiffDirectory> read_tiff_directory(Bytes file, const std::string& name) {
  TiffDirectory result;
  result.big_endian = has_at(file, 0, "MM");
  const ByteReader reader(file, result.big_endian);
  const bool big = reader.u16(2) == 43U;
  const auto offset = big ? reader.number(8, 8) : reader.number(4, 4);
  if (!offset || !reader.slice(*offset, 2)) return image_ends_early(name);
  const Directory directory(reader, *offset, big);
  const auto width = directory.one(256);
  const auto height = directory.one(257);
  if (!width || !height) return directory.is_cut_off() ? image_ends_early(name) : image_damaged(name);
  result.width = static_cast<std::int64_t>(std::min<std::uint64_t>(*width, UINT32_MAX));
  result.height = static_cast<std::int64_t>(std::min<std::uint64_t>(*height, UINT32_MAX));
  result.compression = directory.small(259, 1);
  result.photometric = result.compression == 6 ? 6 : directory.small(262, 0);
  result.fill_order = directory.small(266, 1);
  const bool colour_jpeg = result.compression == 6 && (result.photometric == 2 || result.photometric == 6);
  result.samples = directory.small(277, colour_jpeg ? 3 : 1);
  result.planar = directory.small(284, 1);
  if (directory.has(258)) result.bits = directory.list(258);
  if (directory.has(339)) result.format = directory.list(339);
  if (std::adjacent_find(result.format.begin(), result.format.end(), std::not_equal_to<>()) ==
      result.format.end()) {
    result.format.resize(1);
  }
  result.extra = directory.list(338);
  result.colours = directory.list(320);
  result.strip_offsets = directory.list(273);
  result.tile_offsets = directory.list(324);
  result.rows_per_strip = directory.one(278);
  result.tile_width = directory.one(322);
  result.tile_height = directory.one(323);
  result.several_pages = directory.followed();
  result.cut_off = directory.is_cut_off();
  result.orientation = orientation_of_directory(reader, *offset, big);
  if (!result.orientation) result.orientation = orientation_of_xmp(directory.text(700));
  if (directory.has(0xBC01)) return image_kind_unsupported(name, "a JPEG XR in a TIFF");
  return result;
}

}  // namespace fovea
