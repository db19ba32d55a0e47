#pragma once

namespace fovea {

/// Sets what OpenCV's and FFmpeg's libraries take from the environment or from globals: no word of theirs on
/// stderr, files only (no playlist can make them open an address), no lists of other files. Called by
/// whatever uses them; does its work once. Changes the environment, so a program with threads calls it early
/// in main.
void prepare_media_libraries();

}  // namespace fovea
