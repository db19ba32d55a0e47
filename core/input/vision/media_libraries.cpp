#include "core/input/vision/media_libraries.h"

#include <cstdlib>
#include <mutex>

#include <opencv2/core/utils/logger.hpp>
#include <tiffio.h>

namespace fovea {
namespace {

// Containers that hold a clip themselves. Not among them: playlists (HLS, concat), streams (RTSP, SDP).
constexpr const char* kFfmpegOptions =
    "protocol_whitelist;file|"
    "format_whitelist;mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,flv,asf,h264,hevc,"
    "m4v,ivf";

}  // namespace

void prepare_media_libraries() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", kFfmpegOptions, 1);
    ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 1);  // AV_LOG_QUIET
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
  });
}

}  // namespace fovea
