#include "app/web_bench/tasks_file.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include <yaml-cpp/yaml.h>

namespace fovea::web_bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 1U << 20;
constexpr std::uintmax_t kLargestPicture = 32U << 20;
constexpr std::size_t kMostTasks = 50;
constexpr std::size_t kMostPictures = 8;
constexpr std::size_t kLongestName = 40;
constexpr std::size_t kLongestQuestion = 10'000;

Error wrong(const fs::path& file, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "In " + file.string() + ": " + what,
          "resources/bench/web-vs-api.yaml shows how it is written.", "--tasks"};
}

Result<std::vector<std::uint8_t>> bytes_of(const fs::path& file, std::uintmax_t most) {
  std::error_code fault;
  const std::uintmax_t size = fs::file_size(file, fault);
  std::ifstream in(file, std::ios::binary);
  if (fault || !in)
    return Error{ErrorCode::kNotFound, file.string() + " can't be read.", "Check its name.", "--tasks"};
  if (size > most) return Error{ErrorCode::kTooLarge, file.string() + " is too large.", {}, "--tasks"};
  return std::vector<std::uint8_t>{std::istreambuf_iterator<char>(in), {}};
}

std::string text_in(const YAML::Node& entry, const char* name) {
  const YAML::Node node = entry[name];
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string();
}

/// Labels are made of names, and taken apart at commas.
bool usable(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return c >= ' ' && c != ','; });
}

Result<void> add_picture(const fs::path& file, const std::string& name, bench::WebTask& task) {
  std::error_code fault;
  const fs::path picture = fs::absolute(file.parent_path() / name, fault);
  Result<std::vector<std::uint8_t>> bytes = bytes_of(picture, kLargestPicture);
  if (!bytes) return bytes.error();
  ImageInput input;
  input.name = name;
  input.encoded = std::make_shared<const std::vector<std::uint8_t>>(std::move(*bytes));
  task.pictures.push_back(std::move(input));
  task.files.push_back(picture.string());
  return {};
}

Result<bench::WebTask> task_in(const fs::path& file, const YAML::Node& entry) {
  if (!entry.IsMap()) return wrong(file, "each task has a name, a question and pictures.");
  bench::WebTask task;
  task.name = text_in(entry, "name");
  task.question = text_in(entry, "question");
  if (!usable(task.name)) return wrong(file, "a task's name is 1 to 40 characters long and has no comma.");
  if (task.question.empty() || task.question.size() > kLongestQuestion)
    return wrong(file, "the task " + task.name + " has no question, or one of over 10,000 bytes.");
  const YAML::Node pictures = entry["pictures"];
  if (!pictures.IsDefined() || !pictures.IsSequence() || pictures.size() == 0 ||
      pictures.size() > kMostPictures)
    return wrong(file, "the task " + task.name + " needs a list of 1 to 8 pictures.");
  for (const YAML::Node& picture : pictures) {
    if (!picture.IsScalar()) return wrong(file, "the pictures of " + task.name + " are names of files.");
    if (Result<void> added = add_picture(file, picture.Scalar(), task); !added) return added.error();
  }
  return task;
}

}  // namespace

Result<std::vector<bench::WebTask>> read_tasks(const fs::path& file) {
  const Result<std::vector<std::uint8_t>> bytes = bytes_of(file, kLargestFile);
  if (!bytes) return bytes.error();
  std::vector<bench::WebTask> tasks;
  try {
    const YAML::Node root = YAML::Load(std::string(bytes->begin(), bytes->end()));
    const YAML::Node list = root.IsMap() ? root["tasks"] : YAML::Node();
    if (!list.IsDefined() || !list.IsSequence() || list.size() == 0 || list.size() > kMostTasks)
      return wrong(file, "there must be a list of 1 to 50 `tasks`.");
    for (const YAML::Node& entry : list) {
      Result<bench::WebTask> task = task_in(file, entry);
      if (!task) return task.error();
      const bool twice =
          std::any_of(tasks.begin(), tasks.end(), [&](const auto& one) { return one.name == task->name; });
      if (twice) return wrong(file, "there are two tasks named " + task->name + ".");
      tasks.push_back(std::move(*task));
    }
  } catch (const YAML::Exception& fault) {
    return wrong(file, "line " + std::to_string(fault.mark.line + 1) + " is no YAML.");
  }
  return tasks;
}

}  // namespace fovea::web_bench
