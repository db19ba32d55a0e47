#include "app/cli/weight_options.h"

#include "core/api/weight_group.h"

namespace fovea::cli {

void declare_weight_options(ArgumentParser& parser, WeightArguments& arguments) {
  parser.choice(
      "--weights", {"model", "int8", "int4", "float"},
      "How the decoder's weights are held; int8 and int4 are smaller and faster, and differ a little; "
      "float: in the arithmetic's type even if the model was published as integers",
      "model", arguments.format);
  parser.choice(
      "--weights-group", {"32", "64", "128", "row"},
      "Numbers of int8 and int4 that share a scale; row, of int8: all of an output's, the fastest for "
      "long prompts and pictures, and differs the most",
      "128 in int8, 32 in int4", arguments.group);
  parser.flag("--weights-vision", "The vision tower's weights so, too", arguments.vision);
  parser.flag("--weights-head", "The head's weights so, too", arguments.head);
}

void declare_kv_cache_option(ArgumentParser& parser, std::optional<std::string>& type) {
  parser.choice(
      "--kv-cache-dtype", {"auto", "fp16", "bf16", "int8"},
      "What keys and values of the context are kept in; int8 takes half of bf16's memory and differs "
      "a little; auto: what is calculated in",
      "auto", type);
}

KvCacheType kv_cache_type_of(const std::optional<std::string>& type) {
  for (const KvCacheType one : {KvCacheType::kFloat16, KvCacheType::kBFloat16, KvCacheType::kInt8}) {
    if (type == kv_cache_type_name(one)) return one;
  }
  return KvCacheType::kAuto;
}

WeightOptions weight_options(const WeightArguments& arguments) {
  WeightOptions options;
  for (const WeightFormat format : {WeightFormat::kInt8, WeightFormat::kInt4, WeightFormat::kFloat}) {
    if (arguments.format == weight_format_name(format)) options.format = format;
  }
  for (const int group : {32, 64, 128}) {
    if (arguments.group == std::to_string(group)) options.group = group;
  }
  if (arguments.group == "row") options.group = kWholeRow;
  options.vision = arguments.vision;
  options.head = arguments.head;
  return options;
}

}  // namespace fovea::cli
