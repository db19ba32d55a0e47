#pragma once

#include "core/api/error.h"

namespace fovea::server {

/// An engine's error in the words of who asked: fields of a GenerationRequest that the routes call by another
/// name have that one, in `field` and in the message.
Error in_callers_words(Error error);

}  // namespace fovea::server
