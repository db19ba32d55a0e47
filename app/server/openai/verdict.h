#pragma once

#include "app/server/answering/generation.h"

#include <nlohmann/json.hpp>

namespace fovea::server {

/// {"result", "reasons", "confidence"} of an answer. Where it is a JSON object, in a fence perhaps, these are
/// its members of the same names; else the result is its text. `confidence` comes from the tokens'
/// probabilities: of the value under `result` as value_confidence() says, of a text their geometric mean;
/// null where no probabilities were asked for or the answer was cut in the middle of its JSON.
nlohmann::ordered_json verdict_object(const CollectedAnswer& answer);

}  // namespace fovea::server
