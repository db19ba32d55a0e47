#!/usr/bin/env python3
"""Writes core/input/text/stand_in_table.h: where PCRE2's Unicode tables and the reference's disagree.

    make_stand_in_table.py > core/input/text/stand_in_table.h

Debian 12's PCRE2 10.42 knows Unicode 14; the regex library inside `tokenizers` knows a later one, and U+180E is white
space to PCRE2 alone. The program shows PCRE2 a text in which each such character is replaced by one of the same category
and the same length in UTF-8, which both know. Needs the package `tokenizers` and libpcre2-8.so.0; takes four minutes.
"""
import ctypes
import unicodedata

from tokenizers import Regex, pre_tokenizers

CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co".split()
STAND_INS = {  # category: (three bytes of UTF-8, four bytes), all older than Unicode 14
    "Lu": (0x1E00, 0x10400), "Ll": (0x1E01, 0x10428), "Lm": (0x1D2C, 0x16B40), "Lo": (0x0905, 0x10000), "Mn": (0x1DC0, 0x1D167),
    "Mc": (0x0903, 0x1D165), "Nd": (0x0966, 0x104A0), "No": (0x2460, 0x10107), "Pd": (0x2010, 0x10EAD), "Po": (0x2020, 0x10100),
    "Sm": (0x2200, 0x1D6C1), "So": (0x2100, 0x10137), "Cf": (0x200B, 0xE0001), "Han": (0x4E00, 0x20000)}
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
UTF_AND_UCP, UNCHECKED = 0x80000 | 0x20000, 0x40000000

pcre2 = ctypes.CDLL("libpcre2-8.so.0")
pcre2.pcre2_compile_8.restype = pcre2.pcre2_match_data_create_8.restype = ctypes.c_void_p


def by_pcre2(pattern):
    code = pcre2.pcre2_compile_8(pattern.encode(), ctypes.c_size_t(len(pattern)), UTF_AND_UCP, ctypes.byref(ctypes.c_int()),
                                 ctypes.byref(ctypes.c_size_t()), None)
    data = pcre2.pcre2_match_data_create_8(4, None)
    found = set()
    for c in CODE_POINTS:
        text = chr(c).encode()
        if pcre2.pcre2_match_8(ctypes.c_void_p(code), text, ctypes.c_size_t(len(text)), ctypes.c_size_t(0), UNCHECKED,
                               ctypes.c_void_p(data), None) > 0:
            found.add(c)
    return found


def by_reference(pattern):
    splitter = pre_tokenizers.Split(Regex(pattern), "removed")
    return {c for c in CODE_POINTS if not splitter.pre_tokenize_str(chr(c))}


def main():
    for category, characters in STAND_INS.items():
        assert all(unicodedata.category(chr(c)) == category.replace("Han", "Lo") for c in characters), category
    han = by_reference(r"\p{Han}")
    stand_in = {c: STAND_INS["Cf"][0] for c in by_pcre2(r"\s") - by_reference(r"\s")}
    for category in CATEGORIES:
        for c in by_reference(rf"\p{{{category}}}") - by_pcre2(rf"\p{{{category}}}"):
            stand_in[c] = STAND_INS["Han" if c in han else category][c > 0xFFFF]
    rows = []
    for c in sorted(stand_in):
        assert c >= 0x800 and len(chr(c).encode()) == len(chr(stand_in[c]).encode()), hex(c)
        if rows and rows[-1][1] == c - 1 and rows[-1][2] == stand_in[c]:
            rows[-1][1] = c
        else:
            rows.append([c, c, stand_in[c]])
    print("#pragma once\n\n// Written by tests/oracle/make_stand_in_table.py; see stand_ins.h.\n")
    print("namespace fovea::text {\n\nstruct StandInRange {\n  char32_t first, last, stand_in;\n};\n")
    print("inline constexpr StandInRange kStandInRanges[] = {")
    for first, last, instead in rows:
        print(f"    {{0x{first:04X}, 0x{last:04X}, 0x{instead:04X}}},")
    print("};\n\n}  // namespace fovea::text")


if __name__ == "__main__":
    main()
