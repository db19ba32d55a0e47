#include "core/model/checkpoint.h"

#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

namespace fovea {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMaxIndexBytes = 64U << 20;

Error damaged(const std::string& file, const std::string& what) {
  return Error{ErrorCode::kDamagedModel, "Model file damaged: " + file + " (" + what + ").",
               "Download this file again.", ""};
}

bool plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\\') == std::string::npos && name.find('\0') == std::string::npos;
}

bool inside(const fs::path& file, const fs::path& folder) {
  const auto relative = file.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

/// A link's target must stay in the folder, or be a blob of the same repository in the hub's cache.
bool target_allowed(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  const fs::path real_folder = fs::canonical(folder, error);
  if (error) return false;
  const fs::path real_file = fs::canonical(file, error);
  if (error) return false;
  if (inside(real_file, real_folder)) return true;
  const bool snapshot = real_folder.parent_path().filename() == "snapshots";
  return snapshot && inside(real_file, real_folder.parent_path().parent_path() / "blobs");
}

Result<std::vector<std::string>> shard_names(const fs::path& folder) {
  const std::string index_name = "model.safetensors.index.json";
  std::error_code error;
  if (!fs::exists(folder / index_name, error)) return std::vector<std::string>{"model.safetensors"};
  if (fs::file_size(folder / index_name, error) > kMaxIndexBytes || error)
    return damaged(index_name, "too large");
  std::ifstream in(folder / index_name, std::ios::binary);
  const auto index = nlohmann::json::parse(in, nullptr, false);
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object()) {
    return damaged(index_name, "it has no weight_map");
  }
  std::set<std::string> names;
  for (const auto& [tensor, file] : index["weight_map"].items()) {
    if (!file.is_string()) return damaged(index_name, "weight_map names no file for '" + tensor + "'");
    if (!plain_name(file.get<std::string>())) {
      return damaged(index_name, "a shard's name leads out of the model's folder");
    }
    names.insert(file.get<std::string>());
  }
  if (names.empty()) return damaged(index_name, "it names no shard");
  return std::vector<std::string>(names.begin(), names.end());
}

Error nothing_to_load(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".bin" || extension == ".pt" || extension == ".pth" || extension == ".gguf") {
      return Error{ErrorCode::kUnsupported,
                   "Unsupported format: this folder holds " + extension + " weights and no safetensors.",
                   "Get the model in safetensors format.", ""};
    }
  }
  return Error{ErrorCode::kNotFound, "No weights found: there is no model.safetensors in the model's folder.",
               "Download the model again, or name another folder.", ""};
}

Result<void> read_headers(Checkpoint& checkpoint, const std::string& name) {
  const fs::path path = checkpoint.folder / name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return Error{ErrorCode::kNotFound, "A part of the model is missing: " + name + ".",
                 "Download the model again.", ""};
  }
  if (!target_allowed(checkpoint.folder, path))
    return damaged(name, "it is a link out of the model's folder");
  const std::uint64_t bytes = fs::file_size(path, error);
  if (error) return damaged(name, "its size cannot be read");
  std::ifstream in(path, std::ios::binary);
  std::string first(8, '\0');
  in.read(first.data(), 8);
  first.resize(static_cast<std::size_t>(in.gcount()));
  auto length = parse_safetensors_header_length(first, bytes, name);
  if (!length) return std::move(length).error();
  std::string header(*length, '\0');
  in.read(header.data(), static_cast<std::streamsize>(header.size()));
  if (static_cast<std::uint64_t>(in.gcount()) != *length) return damaged(name, "it ends inside its header");
  auto tensors = parse_safetensors_header(header, bytes, name);
  if (!tensors) return std::move(tensors).error();

  const std::size_t file = checkpoint.files.size();
  checkpoint.files.push_back({name, path, bytes});
  for (StoredTensor& tensor : *tensors) {
    std::string key = tensor.name;
    if (!checkpoint.tensors.try_emplace(std::move(key), Checkpoint::Entry{std::move(tensor), file}).second) {
      return damaged(name, "it holds a tensor that another shard holds too");
    }
  }
  return {};
}

}  // namespace

std::int64_t Checkpoint::parameters() const {
  std::int64_t total = 0;
  for (const auto& [name, entry] : tensors) total += entry.tensor.elements();
  return total;
}

StoredType Checkpoint::main_type() const {
  std::map<StoredType, std::uint64_t> bytes;
  for (const auto& [name, entry] : tensors) {
    if (is_float(entry.tensor.type)) bytes[entry.tensor.type] += entry.tensor.bytes;
  }
  StoredType best = StoredType::kFloat32;
  std::uint64_t most = 0;
  for (const auto& [type, count] : bytes) {
    if (count > most) {
      most = count;
      best = type;
    }
  }
  return best;
}

Result<Checkpoint> open_checkpoint(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Error{ErrorCode::kNotFound, "There is no such model folder.",
                 "Check the name, or run: fovea models list", ""};
  }
  if (!fs::exists(folder / "model.safetensors.index.json", error) &&
      !fs::exists(folder / "model.safetensors", error)) {
    return nothing_to_load(folder);
  }
  auto names = shard_names(folder);
  if (!names) return std::move(names).error();
  return open_weight_files(folder, *names);
}

Result<Checkpoint> open_weight_files(const fs::path& folder, const std::vector<std::string>& names) {
  Checkpoint checkpoint;
  checkpoint.folder = folder;
  for (const std::string& name : names) {
    if (auto read = read_headers(checkpoint, name); !read) return std::move(read).error();
  }
  return checkpoint;
}

}  // namespace fovea
