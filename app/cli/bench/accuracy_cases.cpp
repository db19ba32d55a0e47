#include "app/cli/bench/accuracy_cases.h"

#include "app/cli/attachments.h"
#include "core/api/answer_regions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kLargestCases = 64U << 20;

Error unusable(const std::string& file, const std::string& why) {
  return {ErrorCode::kInvalidArgument,
          file + ": " + why,
          "It is a JSON list of objects; fovea bench accuracy --help tells what is in them.",
          {}};
}

Result<Json> read_list(const fs::path& file) {
  std::error_code fault;
  const std::uintmax_t bytes = fs::file_size(file, fault);
  std::ifstream stream(file, std::ios::binary);
  if (fault || !stream)
    return Error{ErrorCode::kNotFound, file.string() + " can't be read.", "Check its name.", {}};
  if (bytes > kLargestCases) return unusable(file.string(), "is over 64 MB.");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  Json list = Json::parse(text, nullptr, false);
  if (list.is_discarded()) return unusable(file.string(), "is no JSON.");
  if (!list.is_array() || list.empty()) return unusable(file.string(), "is no list of cases.");
  return list;
}

/// One entry of the list while it is read. What is wrong with it is kept, the first fault only; what follows
/// a fault reads as empty.
class CaseReader {
 public:
  CaseReader(const Json& entry, const fs::path& file, std::size_t number, Input& in)
      : entry_(entry), file_(file), number_(number), in_(in) {}

  Result<bench::AccuracyCase> read();

 private:
  std::string place() const { return "case " + std::to_string(number_); }
  void fail(const std::string& why) {
    if (!fault_) fault_ = unusable(file_.string(), place() + why);
  }
  const Json* member(const char* name) const {
    const auto found = entry_.find(name);
    return found == entry_.end() ? nullptr : &*found;
  }

  std::string text(const char* name);
  std::vector<ContentPart> media();
  std::vector<std::string> names(const char* name, const Json& value);
  std::vector<Message> earlier();
  bool by_boxes();
  std::vector<AnswerRegion> boxes(const std::string& answer);

  const Json& entry_;
  const fs::path& file_;
  std::size_t number_;
  Input& in_;
  std::optional<Error> fault_;
};

std::string CaseReader::text(const char* name) {
  const Json* value = member(name);
  if (value == nullptr) {
    fail(std::string(" lacks ") + name + ".");
  } else if (!value->is_string()) {
    fail(std::string(": ") + name + " is no text.");
  } else {
    return value->get<std::string>();
  }
  return {};
}

/// The file names that `file`, `files` or `clip` gives, as they are written.
std::vector<std::string> CaseReader::names(const char* name, const Json& value) {
  const bool list = std::string_view(name) == "files";
  const std::string wrong =
      std::string(": ") + name + (list ? " is no list of file names." : " is no file name.");
  std::vector<std::string> out;
  if (list && value.is_array()) {
    if (value.empty()) fail(": files is empty.");
    for (const Json& one : value) {
      if (!one.is_string()) {
        fail(wrong);
        return {};
      }
      out.push_back(one.get<std::string>());
    }
  } else if (!list && value.is_string()) {
    out.push_back(value.get<std::string>());
  } else {
    fail(wrong);
  }
  if (std::find(out.begin(), out.end(), "") != out.end())
    fail(std::string(": ") + name + " has an empty name.");
  return out;
}

/// The pictures or the clip of the case's first message.
std::vector<ContentPart> CaseReader::media() {
  const char* given = nullptr;
  for (const char* name : {"file", "files", "clip"}) {
    if (member(name) == nullptr) continue;
    if (given != nullptr)
      fail(std::string(" has both ") + given + " and " + name + "; it may have one of them.");
    given = name;
  }
  if (given == nullptr) fail(" lacks file, files or clip.");
  if (fault_) return {};
  std::vector<std::string> paths;
  for (const std::string& name : names(given, *member(given)))
    paths.push_back((file_.parent_path() / name).string());
  if (fault_) return {};
  Result<std::vector<ContentPart>> parts = read_attachments(paths, in_);
  if (!parts) {
    fault_ = parts.error();
    fault_->message = file_.string() + ": " + place() + ": " + fault_->message;
    return {};
  }
  const bool clip = std::string_view(given) == "clip";
  for (std::size_t i = 0; i < parts->size() && std::string_view(given) != "file"; ++i) {
    if (std::holds_alternative<VideoPart>((*parts)[i]) == clip) continue;
    fail(": " + paths[i] +
         (clip ? " is a picture; name it in file." : " is a clip, and files are pictures; name it in clip."));
  }
  return std::move(*parts);
}

/// The turns before the question, without the pictures.
std::vector<Message> CaseReader::earlier() {
  std::vector<Message> turns;
  const Json* list = member("earlier");
  if (list == nullptr) return turns;
  if (!list->is_array()) fail(": earlier is no list of pairs [question, answer].");
  for (std::size_t i = 0; !fault_ && i < list->size(); ++i) {
    const Json& pair = (*list)[i];
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
      fail(": turn " + std::to_string(i + 1) + " of earlier is no pair [question, answer].");
      break;
    }
    turns.push_back(Message::text(Role::kUser, pair[0].get<std::string>()));
    turns.push_back(Message::text(Role::kAssistant, pair[1].get<std::string>()));
  }
  return turns;
}

/// Whether the answer is judged by its boxes.
bool CaseReader::by_boxes() {
  const Json* value = member("verdict");
  if (value == nullptr) return false;
  const bool known = value->is_string() && value->get<std::string>() == "box";
  if (!known) fail(": there is no verdict " + value->dump() + "; it is \"box\" or left out.");
  return known;
}

std::vector<AnswerRegion> CaseReader::boxes(const std::string& answer) {
  const AnswerRegions found = find_answer_regions(answer);
  std::vector<AnswerRegion> boxes = bench::boxes_in(answer);
  if (found.left_out > 0) {
    fail(": a box in answer can't be read; it is left, top, right, bottom from 0 to 1000, and has an area.");
  } else if (boxes.empty()) {
    fail(": verdict is \"box\", and answer holds no box such as {\"bbox_2d\": [100, 200, 300, 400]}.");
  }
  return boxes;
}

Result<bench::AccuracyCase> CaseReader::read() {
  if (!entry_.is_object()) return unusable(file_.string(), place() + " is no object.");
  bench::AccuracyCase one;
  one.kind = member("kind") == nullptr ? "all" : text("kind");
  std::string question = text("question");
  one.answer = text("answer");
  if (by_boxes()) one.boxes = boxes(one.answer);
  one.request.messages = earlier();
  std::vector<ContentPart> parts = media();
  if (fault_) return *fault_;
  one.request.messages.push_back(Message::text(Role::kUser, std::move(question)));
  Message& first = one.request.messages.front();
  first.plain_text = false;
  first.content.insert(first.content.begin(), std::move_iterator(parts.begin()),
                       std::move_iterator(parts.end()));
  one.request.sampling.temperature = 0.0;
  return one;
}

}  // namespace

const char* accuracy_cases_help() {
  return "CASES.json is a list of objects, a case each; files are looked for beside it:\n"
         "  \"file\": \"a.png\"      a picture; or instead\n"
         "  \"files\": [\"a.png\"]   pictures of one message, in their order; or\n"
         "  \"clip\": \"a.mp4\"      a video\n"
         "  \"question\": \"...\"    what is asked\n"
         "  \"answer\": \"...\"      the true answer\n"
         "  \"kind\": \"counts\"     what it is counted under (default: all)\n"
         "  \"earlier\": [[\"question\", \"answer\"]]\n"
         "                       turns before the question; the first has the pictures\n"
         "  \"verdict\": \"box\"     judge the answer by the boxes in it";
}

Result<std::vector<bench::AccuracyCase>> read_accuracy_cases(const fs::path& file, std::size_t most,
                                                             Input& standard_input) {
  const Result<Json> list = read_list(file);
  if (!list) return list.error();
  std::vector<bench::AccuracyCase> cases;
  for (const Json& entry : *list) {
    if (cases.size() == most) break;
    Result<bench::AccuracyCase> one = CaseReader(entry, file, cases.size() + 1, standard_input).read();
    if (!one) return one.error();
    cases.push_back(std::move(*one));
  }
  return cases;
}

}  // namespace fovea::cli
