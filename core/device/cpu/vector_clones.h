#pragma once

/// Put before a function whose loops the compiler should vectorise for AVX-512, AVX2 and plain x86-64; the
/// loader picks the best that the processor has. Off where the build or the platform cannot resolve functions
/// at load time (sanitizers intercept too late for that).
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
#define FOVEA_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOVEA_VECTOR_CLONES
#endif

/// For the templates that such functions are made of: they must be inlined to be compiled for each target.
#define FOVEA_ALWAYS_INLINE inline __attribute__((always_inline))

/// The same for a lambda, put behind its parameters.
#define FOVEA_INLINE_LAMBDA __attribute__((always_inline))
