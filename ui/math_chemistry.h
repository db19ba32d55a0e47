#pragma once

#include <string>
#include <string_view>

namespace fovea::ui {

/// What mhchem's \\ce takes, as text: figures behind an element or a bracket are indices, those behind a "^"
/// with their sign a charge: "H2O" is "H₂O", "SO4^2-" is "SO₄²⁻", "->" an arrow.
std::u16string chemical_as_text(std::u16string_view formula);

}  // namespace fovea::ui
