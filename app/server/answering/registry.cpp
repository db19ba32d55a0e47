#include "app/server/answering/registry.h"

#include <algorithm>
#include <utility>

namespace fovea::server {

std::shared_ptr<const void> GenerationRegistry::expect(QuestionMark mark) {
  std::string id = mark.id;
  const std::lock_guard lock(mutex_);
  expected_.insert_or_assign(id, std::move(mark));
  return {this, [this, id = std::move(id)](const void*) {
            const std::lock_guard until_gone(mutex_);
            expected_.erase(id);
          }};
}

std::shared_ptr<Generation> GenerationRegistry::start(Engine& engine, QuestionMark mark,
                                                      std::vector<GenerationRequest> requests,
                                                      GenerationCallbacks callbacks,
                                                      std::vector<std::shared_ptr<const void>> kept) {
  auto key = std::make_shared<const Generation*>(nullptr);
  auto then = std::move(callbacks.on_done);
  callbacks.on_done = [this, key, then = std::move(then)](const std::vector<CollectedAnswer>& answers) {
    then(answers);
    forget(*key);
  };
  auto generation = std::make_shared<Generation>(engine, std::move(mark), requests.size(),
                                                 std::move(callbacks), std::move(kept));
  *key = generation.get();
  {
    const std::lock_guard lock(mutex_);
    expected_.erase(generation->mark().id);
    running_.emplace(generation.get(), generation);
  }
  generation->start(std::move(requests));
  return generation;
}

void GenerationRegistry::forget(const Generation* generation) {
  std::shared_ptr<Generation> last;  // its end is under way in it: it must outlive this call
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(generation);
  if (found == running_.end()) return;
  last = std::move(found->second);
  running_.erase(found);
  if (running_.empty()) changed_.notify_all();
}

std::vector<QuestionView> GenerationRegistry::under_way() const {
  std::vector<QuestionView> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, mark] : expected_) all.push_back({mark});
    for (const auto& [key, generation] : running_)
      all.push_back({generation->mark(), generation->state(), generation->tokens()});
  }
  std::ranges::sort(all, {}, [](const QuestionView& question) { return question.mark.begun; });
  return all;
}

void GenerationRegistry::cancel_all() {
  std::vector<std::shared_ptr<Generation>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, generation] : running_) all.push_back(generation);
  }
  for (const auto& generation : all) generation->cancel();
}

void GenerationRegistry::wait_until_empty() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return running_.empty(); });
}

}  // namespace fovea::server
