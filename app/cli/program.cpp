#include "app/cli/program.h"

#include "app/cli/exit_code.h"
#include "app/cli/plain_text.h"
#include "app/cli/report.h"
#include "app/cli/terminal_console.h"
#include "core/hub/near_names.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

std::string verb_line(const Verb& verb) {
  std::string name = verb.name;
  name.resize(std::max<std::size_t>(name.size() + 2, 24), ' ');
  return "  " + name + verb.summary + "\n";
}

std::string short_help(const std::vector<Verb>& verbs) {
  std::string out =
      "fovea: questions about pictures, answered on your own machine\n"
      "\nExamples\n"
      "  fovea ask photo.jpg \"What does the sign say?\"\n"
      "  fovea ask before.png after.png \"What has changed?\"\n"
      "  fovea chat photo.jpg\n"
      "  fovea models list\n"
      "\nUsage\n"
      "  fovea VERB [ARGUMENTS]\n\n";
  for (const Verb& verb : verbs) {
    if (!verb.hidden) out += verb_line(verb);
  }
  out += "\n`fovea VERB --help` shows examples and every option of a verb, `fovea --version` the version.\n";
  return out;
}

/// What there is below a first word that several verbs share; empty if none does.
std::string group_help(const std::string& word, const std::vector<Verb>& verbs) {
  std::string lines;
  for (const Verb& verb : verbs) {
    if (!verb.hidden && verb.name.starts_with(word + " ")) lines += verb_line(verb);
  }
  if (lines.empty()) return lines;
  return "fovea " + word + "\n\nUsage\n  fovea " + word + " VERB [ARGUMENTS]\n\n" + lines + "\n`fovea " +
         word + " VERB --help` shows examples and every option.\n";
}

/// The verb that the arguments begin with, and how many of them make its name.
const Verb* find_verb(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs,
                      std::size_t& words) {
  for (words = std::min<std::size_t>(3, arguments.size()); words > 0; --words) {
    std::string name = arguments[0];
    for (std::size_t i = 1; i < words; ++i) name += " " + arguments[i];
    const auto found =
        std::find_if(verbs.begin(), verbs.end(), [&](const Verb& verb) { return verb.name == name; });
    if (found != verbs.end()) return &*found;
  }
  return nullptr;
}

Error unknown_verb(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs) {
  const std::string& given = arguments.front();
  const std::string shown = fitted(repaired_utf8(given), 40);
  std::vector<std::string> names;
  std::vector<std::string> second_words;
  for (const Verb& verb : verbs) {
    if (verb.hidden) continue;
    names.push_back(verb.name.substr(0, verb.name.find(' ')));
    if (verb.name.starts_with(given + " ")) second_words.push_back(verb.name.substr(given.size() + 1));
  }
  if (!second_words.empty()) {
    const std::string& second = arguments[1];
    const std::vector<std::string> meant = near_names(second, second_words, 1);
    return {ErrorCode::kInvalidArgument,
            "There is no `fovea " + shown + " " + fitted(repaired_utf8(second), 40) + "`.",
            meant.empty() ? "`fovea " + given + " --help` lists what there is."
                          : "Did you mean `fovea " + given + " " + meant.front() + "`?",
            {}};
  }
  std::error_code ignored;
  if (given.find(' ') != std::string::npos || std::filesystem::exists(given, ignored)) {
    return {ErrorCode::kInvalidArgument,
            "There is no verb before \"" + shown + "\".",
            "Did you mean `fovea ask ...`?",
            {}};
  }
  const std::string what = given.starts_with('-') ? "option " : "verb ";
  const std::vector<std::string> flags = {"--help", "--version"};
  const std::vector<std::string> meant = near_names(given, given.starts_with('-') ? flags : names, 1);
  return {
      ErrorCode::kInvalidArgument,
      "There is no " + what + shown + ".",
      meant.empty() ? "`fovea --help` lists what there is." : "Did you mean `fovea " + meant.front() + "`?",
      {}};
}

int dispatch(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs, Host& host) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
      (arguments[0] == "help" && arguments.size() == 1)) {
    host.out.write(short_help(verbs));
    return kOk;
  }
  if (arguments[0] == "--version" || arguments[0] == "-V") {
    host.out.write("fovea " FOVEA_VERSION "\n");
    return kOk;
  }
  std::vector<std::string> asked = arguments;
  const bool help = asked[0] == "help";
  if (help) asked.erase(asked.begin());
  std::size_t words = 0;
  const Verb* verb = find_verb(asked, verbs, words);
  if (verb == nullptr && (asked.size() == 1 || asked[1] == "--help" || asked[1] == "-h")) {
    if (const std::string group = group_help(asked[0], verbs); !group.empty()) {
      host.out.write(group);
      return kOk;
    }
  }
  if (verb == nullptr) {
    print_error(host.err, unknown_verb(asked, verbs));
    return kWrongArguments;
  }
  asked.erase(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(words));
  return verb->run(help ? std::vector<std::string>{"--help"} : asked, host);
}

/// A program started with a standard stream closed would get that stream's number for the next file it opens,
/// and write its messages there.
void open_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY);
  }
}

/// As dispatch; what is thrown on the way becomes an error like others.
int guarded_dispatch(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs, Host& host) {
  try {
    return dispatch(arguments, verbs, host);
  } catch (const std::bad_alloc&) {
    print_error(host.err,
                {ErrorCode::kOutOfMemory, "There is not enough memory.", "Ask about less at a time.", {}});
    return kOutOfMemory;
  } catch (const std::exception&) {
    print_error(host.err,
                {ErrorCode::kInternal, "Something went wrong inside the program.", "Please report it.", {}});
    return kAnswerFailed;
  }
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, const std::vector<Verb>& verbs, Host& host) {
  const int status = guarded_dispatch(arguments, verbs, host);
  if (host.out.fault() == Output::Fault::kReaderGone) return kOutputClosed;
  if (host.out.fault() == Output::Fault::kNone) return status;
  print_error(host.err, {ErrorCode::kInternal, "The output could not be written.", "Is the disk full?", {}});
  return kAnswerFailed;
}

int run_on_terminal(int argc, char** argv, const std::vector<Verb>& verbs, EngineFactories engines,
                    ServerFactory connect_server, WeightQuantizer quantize_weights) {
  static Interrupt interrupt;  // signals may come until the process ends
  take_signals(interrupt);
  open_closed_streams();
  DescriptorOutput out(STDOUT_FILENO);
  DescriptorOutput err(STDERR_FILENO);
  DescriptorInput in(STDIN_FILENO, interrupt);
  const Resources resources = Resources::find();
  std::vector<std::filesystem::path> bundled;
  if (!resources.models_folder().empty()) bundled.push_back(resources.models_folder());
  Host host{out,
            err,
            in,
            interrupt,
            std::move(engines),
            resources,
            model_places(process_environment(), bundled),
            std::move(connect_server),
            std::move(quantize_weights)};
  return run_program(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), verbs, host);
}

}  // namespace fovea::cli
