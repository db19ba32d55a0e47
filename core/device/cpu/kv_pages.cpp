#include "core/device/cpu/kv_pages.h"

#include <ATen/ops/empty.h>

namespace fovea::cpu {

KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim, at::ScalarType type) {
  const auto options = at::TensorOptions().dtype(type);
  const std::int64_t pack = page_pack(type);
  TORCH_CHECK(head_dim % pack == 0);
  KvPages made{at::empty({pages, kv_heads, head_dim / pack, kPageTokens, pack}, options),
               at::empty({pages, kv_heads, kPageTokens / pack, head_dim, pack}, options),
               {},
               {}};
  if (type == at::kChar) {
    made.key_scales = at::empty({pages, kv_heads, kPageTokens}, options.dtype(at::kFloat));
    made.value_scales = at::empty({pages, kv_heads, kPageTokens}, options.dtype(at::kFloat));
  }
  return made;
}

}  // namespace fovea::cpu
