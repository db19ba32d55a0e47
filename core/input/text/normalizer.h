#pragma once

#include <string>
#include <string_view>

namespace fovea::text {

/// Unicode normalisation form C (UAX #15) as the reference computes it. Its tables end with Unicode 9, so
/// combining marks that came later neither move nor join their base here either. n log n for any text, also
/// for one that is nothing but combining marks. `text` must be UTF-8.
std::string to_nfc(std::string_view text);

/// Whether to_nfc would change nothing, as far as a quick look tells: true is certain, false is not.
bool surely_nfc(std::string_view text);

}  // namespace fovea::text
