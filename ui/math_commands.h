#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

// Names of TeX's commands and environments, by what becomes of them; see math_text.cpp.
namespace fovea::ui::math_commands {

template <std::size_t N>
bool one_of(std::u16string_view word, const std::array<std::u16string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

// Commands that only say how large or where: nothing to see of them here.
inline constexpr auto kSilent =
    std::to_array<std::u16string_view>({u"displaystyle", u"textstyle", u"scriptstyle", u"scriptscriptstyle",
                                        u"limits",       u"nolimits",  u"nonumber",    u"notag",
                                        u"hline",        u"centering", u"!",           u"left",
                                        u"right",        u"middle",    u"big",         u"Big",
                                        u"bigg",         u"Bigg",      u"bigl",        u"bigr",
                                        u"Bigl",         u"Bigr",      u"biggl",       u"biggr",
                                        u"Biggl",        u"Biggr",     u"bigm",        u"Bigm",
                                        u"rm",           u"bf",        u"it",          u"mathstrut",
                                        u"strut",        u"allowbreak"});
// Commands whose argument stands for itself.
inline constexpr auto kTransparent = std::to_array<std::u16string_view>(
    {u"mathrm", u"mathbf", u"mathit", u"mathsf", u"mathtt", u"mathnormal", u"boldsymbol", u"bm", u"pmb",
     u"boxed", u"underbrace", u"overbrace", u"mathop", u"mathbin", u"mathrel", u"mathord", u"mathfrak",
     u"cancel", u"smash"});
inline constexpr auto kWords = std::to_array<std::u16string_view>(
    {u"text", u"textrm", u"textbf", u"textit", u"textsf", u"texttt", u"mbox", u"hbox", u"emph", u"fbox"});
inline constexpr auto kSpaces =
    std::to_array<std::u16string_view>({u",", u";", u":", u" ", u">", u"quad", u"qquad", u"space", u"enspace",
                                        u"thinspace", u"medspace", u"thickspace"});
inline constexpr auto kFractions =
    std::to_array<std::u16string_view>({u"frac", u"dfrac", u"tfrac", u"cfrac"});
inline constexpr auto kBinomials = std::to_array<std::u16string_view>({u"binom", u"dbinom", u"tbinom"});
inline constexpr auto kInRows = std::to_array<std::u16string_view>(
    {u"aligned", u"align", u"align*", u"alignedat", u"split", u"gather", u"gather*", u"gathered", u"equation",
     u"equation*", u"eqnarray", u"eqnarray*", u"multline", u"multline*"});

struct Matrix {
  std::u16string_view name;
  std::u16string_view open;
  std::u16string_view close;
};
inline constexpr auto kMatrices = std::to_array<Matrix>({{u"matrix", u"[", u"]"},
                                                         {u"smallmatrix", u"[", u"]"},
                                                         {u"array", u"[", u"]"},
                                                         {u"bmatrix", u"[", u"]"},
                                                         {u"pmatrix", u"(", u")"},
                                                         {u"Bmatrix", u"{", u"}"},
                                                         {u"vmatrix", u"|", u"|"},
                                                         {u"Vmatrix", u"‖", u"‖"},
                                                         {u"cases", u"{ ", u" }"},
                                                         {u"rcases", u"{ ", u" }"}});

}  // namespace fovea::ui::math_commands
