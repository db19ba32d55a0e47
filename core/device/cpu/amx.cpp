#include "core/device/cpu/amx.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace fovea::cpu {
namespace {

#if defined(__x86_64__) && defined(__linux__)

/// Intel's manual, XCR0: bits 17 and 18 say that the system saves the tiles' shape and numbers.
bool system_saves_tiles() {
  unsigned low = 0;
  unsigned high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low >> 17 & 3U) == 3;
}

/// Linux, Documentation/arch/x86/xstate.rst: ARCH_REQ_XCOMP_PERM for XTILEDATA.
bool tiles_granted() {
  constexpr long kRequest = 0x1023;
  constexpr long kTileData = 18;
  return ::syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}

AmxProducts ask() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  // Intel's manual, CPUID: leaf 1, bit 27 of ECX: XGETBV; leaf 7, bits 22, 24 and 25 of EDX: bf16, tiles,
  // int8.
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx >> 27 & 1U) == 0) return {};
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || (edx >> 24 & 1U) == 0) return {};
  if (!system_saves_tiles() || !tiles_granted()) return {};
  return {(edx >> 25 & 1U) != 0, (edx >> 22 & 1U) != 0};
}

#else

AmxProducts ask() {
  return {};
}

#endif

}  // namespace

AmxProducts amx_products() {
  static const AmxProducts known = ask();
  return known;
}

}  // namespace fovea::cpu
