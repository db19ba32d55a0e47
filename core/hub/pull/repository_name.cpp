#include "core/hub/pull/repository_name.h"

#include <algorithm>

namespace fovea {
namespace {

constexpr std::size_t kLongestNamePart = 96;
constexpr std::size_t kLongestRevision = 200;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

bool is_part(std::string_view text) {
  return !text.empty() && text.size() <= kLongestNamePart &&
         std::all_of(text.begin(), text.end(), is_plain) && text.front() != '.' && text.front() != '-' &&
         text.back() != '.' && text.find("--") == std::string_view::npos &&
         text.find("..") == std::string_view::npos;
}

bool is_revision(std::string_view text) {
  if (text.empty() || text.size() > kLongestRevision || text.front() == '-') return false;
  while (true) {  // each part between slashes names a folder under refs/
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    if (part.empty() || part.front() == '.' || part.ends_with(".lock") ||
        part.find("..") != std::string_view::npos || !std::all_of(part.begin(), part.end(), is_plain))
      return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

Error refused(std::string_view text) {
  return Error{ErrorCode::kInvalidArgument,
               "'" + std::string(text.substr(0, 120)) + "' names no model at a hub.",
               "Write it as ORG/NAME or ORG/NAME@REVISION, for example Qwen/Qwen3-VL-2B-Instruct.", "model"};
}

}  // namespace

Result<RepositoryName> parse_repository_name(std::string_view text) {
  const std::string_view given = text;
  for (const std::string_view site :
       {std::string_view("https://huggingface.co/"), std::string_view("https://modelscope.cn/models/"),
        std::string_view("https://www.modelscope.cn/models/")}) {
    if (text.starts_with(site)) text.remove_prefix(site.size());
  }
  RepositoryName repository;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    repository.revision = text.substr(at + 1);
    text = text.substr(0, at);
    if (!is_revision(repository.revision)) {
      return Error{ErrorCode::kInvalidArgument,
                   "'" + repository.revision.substr(0, 80) + "' is no name of a revision.",
                   "After the @ comes a branch, a tag or a commit.", "model"};
    }
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return refused(given);
  repository.organisation = text.substr(0, slash);
  repository.name = text.substr(slash + 1);
  if (!is_part(repository.organisation) || !is_part(repository.name)) return refused(given);
  return repository;
}

}  // namespace fovea
