#include "ui/math_text.h"

#include "ui/math_markdown.h"

#include <string>

#include <gtest/gtest.h>

namespace fovea::ui {
namespace {

struct Case {
  const char16_t* tex;
  const char16_t* text;
};

/// Readable in a failure's message.
std::string utf8(std::u16string_view text) {
  std::string out;
  for (const char16_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    }
  }
  return out;
}

void expect_text(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    const auto text = math_as_text(c.tex);
    EXPECT_EQ(text ? utf8(*text) : "nothing", utf8(c.text)) << utf8(c.tex);
  }
}

void expect_markdown(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(utf8(with_readable_math(c.tex)), utf8(c.text)) << utf8(c.tex);
}

TEST(MathText, PowersAndIndices) {
  expect_text({{u"x^2", u"x²"},
               {u"2^{10} = 1024", u"2¹⁰ = 1024"},
               {u"(a+b)^{n+1}", u"(a + b)ⁿ⁺¹"},
               {u"x_i + x_{i+1}", u"xᵢ + xᵢ₊₁"},
               {u"x_1^2", u"x₁²"},
               {u"x_12", u"x₁2"},  // as TeX has it: one token is lowered
               {u"A^T", u"Aᵀ"},
               {u"f''(x)", u"f′′(x)"},
               {u"90^\\circ", u"90°"},
               {u"e^{i\\pi} + 1 = 0", u"e^(iπ) + 1 = 0"},
               {u"e^{-x^2}", u"e^(−x²)"},
               {u"x^\\alpha", u"x^α"},
               {u"x_{\\text{max}} - x_{\\text{model}}", u"xₘₐₓ − x_model"},
               {u"{}^{14}C", u"¹⁴C"}});
}

TEST(MathText, FractionsAndRoots) {
  expect_text({{u"\\frac{a}{b}", u"a/b"},
               {u"\\frac12 + \\frac{3}{4}", u"½ + ¾"},
               {u"\\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}", u"(−b ± √(b² − 4ac))/(2a)"},
               {u"\\dfrac{dy}{dx}", u"dy/dx"},
               {u"\\frac{\\text{distance}}{\\text{time}}", u"distance/time"},
               {u"\\frac{P(B|A)P(A)}{P(B)}", u"P(B|A)P(A)/P(B)"},
               {u"2\\frac{7}{9}", u"2(7/9)"},  // not twenty-seven ninths
               {u"\\frac{a}{b}c", u"(a/b)c"},
               {u"\\frac{a}{b}^2", u"(a/b)²"},
               {u"\\left( \\frac{a}{b} \\right)^2", u"(a/b)²"},
               {u"\\sqrt[3]{x+1}", u"∛(x + 1)"},
               {u"\\sqrt[n]{x}", u"ⁿ√x"},
               {u"\\sqrt{2}x", u"(√2)x"}});
}

TEST(MathText, SymbolsAndSpaces) {
  expect_text({{u"\\alpha\\beta \\leq \\Omega", u"αβ ≤ Ω"},
               {u"-5+(-3)\\times-2", u"−5 + (−3) × −2"},
               {u"a=b,c\\ne d", u"a = b, c ≠ d"},
               {u"\\sum_{i=1}^{n} i^2", u"∑ᵢ₌₁ⁿ i²"},
               {u"\\int_0^\\infty f(x)\\,dx", u"∫₀^∞ f(x) dx"},
               {u"\\lim_{x \\to 0} \\frac{\\sin x}{x} = 1", u"lim_(x→0) (sin x)/x = 1"},
               {u"\\sin^2\\theta + \\log_2 n", u"sin² θ + log₂ n"},
               {u"\\left\\{ x \\in \\mathbb{R} \\mid x > 0 \\right\\}", u"{x ∈ ℝ | x > 0}"},
               {u"\\left. \\frac{df}{dx} \\right|_{x=0}", u"(df/dx)|ₓ₌₀"},
               {u"a \\not\\in B, a \\not= b", u"a ∉ B, a ≠ b"},
               {u"\\vec{v} \\cdot \\hat{n}", u"v\u20D7 · n\u0302"},
               {u"\\overline{AB}", u"A\u0305B\u0305"},
               {u"x \\equiv 3 \\pmod{7}", u"x ≡ 3 (mod 7)"},
               {u"1,000 \\times 3.14", u"1,000 × 3.14"},
               {u"50\\% \\text{ of } \\$5", u"50% of $5"},
               {u"\\boxed{42}", u"42"},
               {u"\\binom{n}{k}", u"C(n, k)"},
               {u"\\ce{SO4^2- + H2O -> Ca^{2+}}", u"SO₄²⁻ + H₂O → Ca²⁺"}});
}

TEST(MathText, RowsAndMatrices) {
  expect_text({{u"\\begin{aligned} a &= b + c \\\\ &= d \\end{aligned}", u"a = b + c\n= d"},
               {u"a \\\\ b", u"a\nb"},
               {u"\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\\\ \\end{pmatrix}", u"(1, 2; 3, 4)"},
               {u"\\begin{array}{cc} a & b \\end{array}", u"[a, b]"},
               {u"\\begin{cases} x, & \\text{if } x > 0 \\\\ -x, & \\text{otherwise} \\end{cases}",
                u"{ x, if x > 0; −x, otherwise }"}});
}

TEST(MathText, HalfIsNothing) {
  for (const char16_t* tex :
       {u"{a", u"a}", u"\\frac{a}", u"x^", u"x^a^b", u"\\unheard{x}", u"a & b \\end{matrix}",
        u"\\begin{pmatrix} 1", u"\\begin{tikzcd} a \\end{tikzcd}", u"\\sqrt[3", u"\\"})
    EXPECT_FALSE(math_as_text(tex)) << utf8(tex);
  std::u16string deep;
  for (int i = 0; i < 100'000; ++i) deep += u"\\sqrt{";
  EXPECT_FALSE(math_as_text(deep));
  EXPECT_FALSE(math_as_text(std::u16string(100'000, u'{')));
  EXPECT_FALSE(math_as_text(std::u16string(100'000, u'^')));
}

TEST(MathMarkdown, MoneyAndShellStay) {
  for (const char16_t* text :
       {u"It costs $5 and $6.", u"$5-$6, US$5, 5$ and 6$.", u"$HOME/bin:$PATH", u"Between $5, or 5$ more.",
        u"$5/month or 10$.", u"a \\$5 and \\$6 b", u"$ x $", u"$$", u"one $ two", u"$x\n\ny$", u"\\[1\\]",
        u"$a and b, then more of it$", u"$\\unheard{x}$"})
    EXPECT_EQ(utf8(with_readable_math(text)), utf8(text));
}

TEST(MathMarkdown, FormulasInText) {
  expect_markdown({{u"The area is $\\pi r^2$, and $x$ too.", u"The area is πr², and x too."},
                   {u"So \\(a_i\\) and \\[x = 1\\].", u"So aᵢ and x = 1."},
                   {u"It is $a * b$ or $[x](y)$", u"It is a ∗ b or \\[x\\](y)"},
                   {u"面积$x^2$平方米", u"面积x²平方米"},
                   {u"$n \\ge 1$,5", u"n ≥ 1,5"},
                   {u"\\(\\unheard x\\)", u"`\\(\\unheard x\\)`"}});
}

TEST(MathMarkdown, CodeAndTablesStay) {
  for (const char16_t* text : {u"`$x^2$` and ``\\(a`b\\)``", u"```sh\necho $x^2$\n```\n",
                               u"~~~\n$x^2$\n```\n$y^2$\n~~~\n", u"```\n$x^2$", u"| $|x| | y|$ |"})
    EXPECT_EQ(utf8(with_readable_math(text)), utf8(text));
  expect_markdown(
      {{u"```\n$x^2$\n```\n$x^2$", u"```\n$x^2$\n```\nx²"}, {u"| $x^2$ | `a` |", u"| x² | `a` |"}});
}

TEST(MathMarkdown, DisplayIsAParagraph) {
  expect_markdown({{u"So:\n$$\nx = 1\n$$\nthen", u"So:\n\nx = 1\n\n\nthen"},
                   {u"$$\\begin{aligned} a &= b \\\\ &= c \\end{aligned}$$", u"a = b  \n\\= c"},
                   {u"- item\n  \\[ y \\ge 1 \\]", u"- item\n  \n  y ≥ 1"},
                   {u"\\[ -x \\]", u"−x"},
                   {u"$$ 1. $$", u"1\\."}});
}

}  // namespace
}  // namespace fovea::ui
