#pragma once

#include "core/api/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::text {

/// The parts of tokenizer.json that say how text is prepared, each given as its JSON text (checked before:
/// well formed, at most 64 levels deep).

/// Whether text is normalised to NFC: null means no, NFC or a sequence of NFCs yes.
/// Errors: kUnsupported, naming another normaliser.
Result<bool> read_normalizer(std::string_view json);

/// The split patterns in their order: ByteLevel alone (GPT-2's pattern) or a sequence of Split with a Regex,
/// each match isolated, and ByteLevel at its end. Errors: kUnsupported, naming another pre-tokenizer or
/// setting.
Result<std::vector<std::string>> read_pre_tokenizer(std::string_view json);

/// Errors: kUnsupported unless the decoder is ByteLevel.
Result<void> check_decoder(std::string_view json);

}  // namespace fovea::text
