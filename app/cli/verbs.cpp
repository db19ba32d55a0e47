#include "app/cli/verb.h"

namespace fovea::cli {

std::vector<Verb> standard_verbs() {
  return {
      ask_verb(),
      chat_verb(),
      models_list_verb(),
      models_show_verb(),
      models_pull_verb(),
  };
}

}  // namespace fovea::cli
