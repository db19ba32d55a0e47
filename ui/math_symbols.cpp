#include "ui/math_symbols.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <unordered_map>

namespace fovea::ui {
namespace {

struct Group {
  MathKind kind;
  std::u16string_view pairs;  // name and text in turn, apart by spaces
};

constexpr auto kGroups = std::to_array<Group>({
    {MathKind::kOrdinary,
     u"alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι "
     u"kappa κ varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ "
     u"varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ "
     u"Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infty ∞ partial ∂ nabla ∇ hbar ℏ ell ℓ Re ℜ Im ℑ "
     u"aleph ℵ beth ℶ wp ℘ imath ı jmath ȷ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ "
     u"lnot ¬ top ⊤ bot ⊥ angle ∠ measuredangle ∡ triangle △ square □ Box □ blacksquare ■ diamond ⋄ "
     u"Diamond ◇ star ⋆ bigstar ★ checkmark ✓ degree ° prime ′ backprime ‵ dagger † ddagger ‡ S § P ¶ "
     u"copyright © pounds £ euro € yen ¥ ldots … dots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ "
     u"vdots ⋮ ddots ⋱ backslash \\ flat ♭ natural ♮ sharp ♯ clubsuit ♣ diamondsuit ♦ heartsuit ♥ "
     u"spadesuit ♠ complement ∁ mho ℧ AA Å aa å ss ß ae æ AE Æ oe œ OE Œ o ø O Ø vert | Vert ‖ surd √ "
     u"eth ð hslash ℏ"},
    {MathKind::kFunction,
     u"sin sin cos cos tan tan cot cot sec sec csc csc arcsin arcsin arccos arccos arctan arctan "
     u"sinh sinh cosh cosh tanh tanh coth coth log log ln ln lg lg exp exp lim lim max max min min "
     u"sup sup inf inf det det dim dim ker ker deg deg gcd gcd hom hom arg arg Pr Pr argmax argmax "
     u"argmin argmin lcm lcm sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ "
     u"bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆"},
    {MathKind::kBinary,
     u"pm ± mp ∓ times × div ÷ cdot · ast ∗ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ "
     u"cup ∪ cap ∩ uplus ⊎ sqcup ⊔ sqcap ⊓ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀ "
     u"amalg ⨿ ltimes ⋉ rtimes ⋊ triangleleft ◁ triangleright ▷ boxplus ⊞ boxtimes ⊠ bmod mod"},
    {MathKind::kRelation,
     u"leq ≤ le ≤ geq ≥ ge ≥ leqslant ≤ geqslant ≥ neq ≠ ne ≠ ll ≪ gg ≫ lll ⋘ ggg ⋙ equiv ≡ sim ∼ "
     u"simeq ≃ approx ≈ cong ≅ propto ∝ varpropto ∝ asymp ≍ doteq ≐ triangleq ≜ coloneqq ≔ prec ≺ "
     u"succ ≻ preceq ⪯ succeq ⪰ lesssim ≲ gtrsim ≳ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ "
     u"supsetneq ⊋ sqsubseteq ⊑ sqsupseteq ⊒ in ∈ notin ∉ ni ∋ owns ∋ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ "
     u"perp ⊥ parallel ∥ nparallel ∦ mid | nmid ∤ bowtie ⋈ frown ⌢ smile ⌣ to → rightarrow → "
     u"longrightarrow → leftarrow ← gets ← longleftarrow ← leftrightarrow ↔ longleftrightarrow ↔ "
     u"Rightarrow ⇒ Longrightarrow ⇒ implies ⇒ Leftarrow ⇐ Longleftarrow ⇐ impliedby ⇐ Leftrightarrow ⇔ "
     u"Longleftrightarrow ⇔ iff ⇔ mapsto ↦ longmapsto ↦ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ "
     u"Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ hookrightarrow ↪ hookleftarrow ↩ "
     u"rightharpoonup ⇀ leftharpoonup ↼ rightleftharpoons ⇌ leftrightharpoons ⇋ rightleftarrows ⇄ "
     u"leadsto ⇝ nrightarrow ↛ nleq ≰ ngeq ≱ nless ≮ ngtr ≯ nsubseteq ⊈ therefore ∴ because ∵ colon :"},
    {MathKind::kOpen, u"lbrace { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lparen ("},
    {MathKind::kClose, u"rbrace } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rparen )"},
    {MathKind::kFunction, u"limsup limsup liminf liminf"},
});

using Symbols = std::unordered_map<std::u16string_view, MathSymbol>;

Symbols read_groups() {
  Symbols out;
  for (const Group& group : kGroups) {
    std::u16string_view rest = group.pairs;
    const auto take = [&rest] {
      const std::u16string_view word = rest.substr(0, rest.find(u' '));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      return word;
    };
    while (!rest.empty()) {
      const std::u16string_view name = take();
      out.insert_or_assign(name, MathSymbol{take(), group.kind});
    }
  }
  return out;
}

struct Pair {
  char16_t from;
  char16_t to;
};

constexpr auto kNegated = std::to_array<Pair>(
    {{u'=', u'≠'}, {u'<', u'≮'}, {u'>', u'≯'}, {u'≤', u'≰'}, {u'≥', u'≱'}, {u'∈', u'∉'}, {u'∋', u'∌'},
     {u'⊂', u'⊄'}, {u'⊃', u'⊅'}, {u'⊆', u'⊈'}, {u'⊇', u'⊉'}, {u'≡', u'≢'}, {u'∼', u'≁'}, {u'≃', u'≄'},
     {u'≈', u'≉'}, {u'≅', u'≇'}, {u'|', u'∤'}, {u'∥', u'∦'}, {u'∃', u'∄'}, {u'⊢', u'⊬'}});

constexpr std::u16string_view kRaised =
    u"0⁰1¹2²3³4⁴5⁵6⁶7⁷8⁸9⁹+⁺−⁻=⁼(⁽)⁾aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻ"
    u"AᴬBᴮDᴰEᴱGᴳHᴴIᴵJᴶKᴷLᴸMᴹNᴺOᴼPᴾRᴿTᵀUᵁVⱽWᵂβᵝγᵞδᵟθᶿφᵠχᵡ°°′′∗*††";
constexpr std::u16string_view kLowered =
    u"0₀1₁2₂3₃4₄5₅6₆7₇8₈9₉+₊−₋=₌(₍)₎aₐeₑhₕiᵢjⱼkₖlₗmₘnₙoₒpₚrᵣsₛtₜuᵤvᵥxₓβᵦγᵧρᵨφᵩχᵪ";

constexpr auto kDoubleStruck = std::to_array<Pair>(
    {{u'C', u'ℂ'}, {u'H', u'ℍ'}, {u'N', u'ℕ'}, {u'P', u'ℙ'}, {u'Q', u'ℚ'}, {u'R', u'ℝ'}, {u'Z', u'ℤ'}});
constexpr auto kScript = std::to_array<Pair>({{u'B', u'ℬ'},
                                              {u'E', u'ℰ'},
                                              {u'F', u'ℱ'},
                                              {u'H', u'ℋ'},
                                              {u'I', u'ℐ'},
                                              {u'L', u'ℒ'},
                                              {u'M', u'ℳ'},
                                              {u'R', u'ℛ'}});

struct Accent {
  std::u16string_view name;
  char16_t mark;
};
constexpr auto kAccents = std::to_array<Accent>({{u"hat", u'\u0302'},
                                                 {u"widehat", u'\u0302'},
                                                 {u"tilde", u'\u0303'},
                                                 {u"widetilde", u'\u0303'},
                                                 {u"bar", u'\u0304'},
                                                 {u"overline", u'\u0305'},
                                                 {u"underline", u'\u0332'},
                                                 {u"dot", u'\u0307'},
                                                 {u"ddot", u'\u0308'},
                                                 {u"check", u'\u030C'},
                                                 {u"breve", u'\u0306'},
                                                 {u"acute", u'\u0301'},
                                                 {u"grave", u'\u0300'},
                                                 {u"mathring", u'\u030A'},
                                                 {u"vec", u'\u20D7'},
                                                 {u"overrightarrow", u'\u20D7'}});

struct Fraction {
  std::u16string_view numerator;
  std::u16string_view denominator;
  char16_t sign;
};
constexpr auto kFractions = std::to_array<Fraction>({{u"1", u"2", u'½'},
                                                     {u"1", u"3", u'⅓'},
                                                     {u"2", u"3", u'⅔'},
                                                     {u"1", u"4", u'¼'},
                                                     {u"3", u"4", u'¾'},
                                                     {u"1", u"5", u'⅕'},
                                                     {u"2", u"5", u'⅖'},
                                                     {u"3", u"5", u'⅗'},
                                                     {u"4", u"5", u'⅘'},
                                                     {u"1", u"6", u'⅙'},
                                                     {u"5", u"6", u'⅚'},
                                                     {u"1", u"8", u'⅛'},
                                                     {u"3", u"8", u'⅜'},
                                                     {u"5", u"8", u'⅝'},
                                                     {u"7", u"8", u'⅞'}});

template <std::size_t N>
char16_t mapped(const std::array<Pair, N>& pairs, char16_t from) {
  const auto found = std::ranges::find(pairs, from, &Pair::from);
  return found == pairs.end() ? char16_t{0} : found->to;
}

/// In a row of pairs: the second of the pair whose first it is.
char16_t paired(std::u16string_view row, char16_t from) {
  for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
    if (row[i] == from) return row[i + 1];
  }
  return 0;
}

}  // namespace

const MathSymbol* find_math_symbol(std::u16string_view command) {
  static const Symbols symbols = read_groups();
  const auto found = symbols.find(command);
  return found == symbols.end() ? nullptr : &found->second;
}

std::u16string_view negated_relation(char16_t relation) {
  const auto found = std::ranges::find(kNegated, relation, &Pair::from);
  return found == kNegated.end() ? std::u16string_view() : std::u16string_view(&found->to, 1);
}

char16_t superscript_of(char16_t character) {
  return paired(kRaised, character);
}

char16_t subscript_of(char16_t character) {
  return paired(kLowered, character);
}

char16_t double_struck(char16_t letter) {
  const char16_t other = mapped(kDoubleStruck, letter);
  return other != 0 ? other : letter;
}

char16_t script_letter(char16_t letter) {
  const char16_t other = mapped(kScript, letter);
  return other != 0 ? other : letter;
}

char16_t accent_mark(std::u16string_view command) {
  const auto found = std::ranges::find(kAccents, command, &Accent::name);
  return found == kAccents.end() ? char16_t{0} : found->mark;
}

char16_t vulgar_fraction(std::u16string_view numerator, std::u16string_view denominator) {
  for (const Fraction& f : kFractions) {
    if (f.numerator == numerator && f.denominator == denominator) return f.sign;
  }
  return 0;
}

}  // namespace fovea::ui
