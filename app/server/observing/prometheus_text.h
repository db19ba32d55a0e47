#pragma once

#include <string>
#include <string_view>

namespace fovea::server {

/// Pieces of Prometheus' text format, version 0.0.4.

void print_head(std::string_view name, std::string_view type, std::string_view help, std::string& out);

/// The shortest digits that give the same double again.
std::string prometheus_number(double value);

/// A label's value, without its quotation marks.
std::string prometheus_label(std::string_view text);

/// A metric of one value.
void print_value(std::string_view name, std::string_view type, std::string_view help, double value,
                 std::string& out);

}  // namespace fovea::server
