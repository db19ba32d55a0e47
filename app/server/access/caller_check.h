#pragma once

#include "app/server/http/http_message.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

/// Whether an address means this machine alone: 127.0.0.0/8, ::1.
bool is_loopback(std::string_view address);

/// Which names a browser may know the server by, and which pages may call it. A page of another site that
/// points its own name at this machine (DNS rebinding) sends a foreign Host; one that calls across sites
/// sends a foreign Origin. Immutable; any thread may ask.
class CallerCheck {
 public:
  /// `names`: hosts besides localhost and numeric addresses; `origins`: other sites that may call
  /// ("https://lab.example").
  CallerCheck(std::vector<std::string> names, std::vector<std::string> origins)
      : names_(std::move(names)), origins_(std::move(origins)) {}

  bool host_fits(std::string_view host_field) const;
  /// No Origin (no browser, or the page's own GET) fits; "null" never does.
  bool origin_fits(const HttpHead& head) const;
  /// Whether the origin is one of another site that was named, so that the browser must be told.
  bool is_foreign_but_named(std::string_view origin) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> origins_;
};

}  // namespace fovea::server
