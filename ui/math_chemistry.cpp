#include "ui/math_chemistry.h"

#include "ui/math_symbols.h"

namespace fovea::ui {
namespace {

bool is_digit(char16_t c) {
  return c >= u'0' && c <= u'9';
}

/// Whether figures that follow it are an index.
bool takes_index(char16_t c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u')' || c == u']';
}

}  // namespace

std::u16string chemical_as_text(std::u16string_view formula) {
  std::u16string out;
  bool charge = false;  // behind a "^", up to what is no figure and no sign
  bool index = false;   // within an index
  for (std::size_t i = 0; i < formula.size(); ++i) {
    const char16_t c = formula[i] == u'-' ? u'−' : formula[i];
    if (formula.substr(i).starts_with(u"->")) {
      out += u'→';
      ++i;
      charge = index = false;
    } else if (c == u'^') {
      charge = true;
    } else if (c == u'{' || c == u'}' || c == u'_') {
      continue;
    } else if (charge && (is_digit(c) || c == u'+' || c == u'−')) {
      out += superscript_of(c);
    } else {
      charge = false;
      index = is_digit(c) && (index || (i > 0 && (takes_index(formula[i - 1]) || formula[i - 1] == u'_')));
      out += index ? subscript_of(c) : c;
    }
  }
  return out;
}

}  // namespace fovea::ui
