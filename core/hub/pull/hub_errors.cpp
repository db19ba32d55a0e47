#include "core/hub/pull/hub_errors.h"

#include <string_view>

namespace fovea {
namespace {

std::string other_hub(const HubAccess& access) {
  return access.hub == Hub::kHuggingFace ? "modelscope" : "hf";
}

Error connection_error(const HubAccess& access, const HttpOutcome& outcome) {
  const std::string host = outcome.host.empty() ? std::string(hub_name(access.hub)) : outcome.host;
  switch (outcome.end) {
    case HttpOutcome::End::kNoHost:
      return {ErrorCode::kUnreachable,
              "The name " + host + " could not be looked up: this machine seems to be offline.",
              "Check the network and the proxy (https_proxy); a mirror goes into " +
                  std::string(access.hub == Hub::kHuggingFace ? "HF_ENDPOINT." : "MODELSCOPE_ENDPOINT."),
              {}};
    case HttpOutcome::End::kNotTrusted:
      return {ErrorCode::kUnreachable,
              host + " could not prove that it is " + host + " (TLS certificate).",
              "Behind a proxy with an authority of its own, name that authority's file in SSL_CERT_FILE.",
              {}};
    case HttpOutcome::End::kBadRedirect:
      return {ErrorCode::kUnreachable,
              "The hub sent us on to an address that is not https, or in circles.",
              "Check the endpoint; `--from " + other_hub(access) + "` asks the other hub.",
              {}};
    case HttpOutcome::End::kStopped:
      return {ErrorCode::kCancelled, "Stopped.", {}, {}};
    default:
      return {ErrorCode::kUnreachable,
              "The connection to " + host + " broke or was refused, several times.",
              "Start it again: what came is kept. Check the network and the proxy (https_proxy).",
              {}};
  }
}

Error not_found(const HubAccess& access, const RepositoryName& repository) {
  const std::string hub(hub_name(access.hub));
  return {ErrorCode::kNotFound,
          "There is no model '" + repository.full() + "' at " + hub + ", or it is private.",
          access.token.empty() ? "Check the name. For a private model set " + access.token_name +
                                     "; `--from " + other_hub(access) + "` asks the other hub."
                               : "Check the name, and whether your token may read it; `--from " +
                                     other_hub(access) + "` asks the other hub.",
          "model"};
}

Error gated(const HubAccess& access, const RepositoryName& repository) {
  const std::string page =
      access.endpoint + (access.hub == Hub::kHuggingFace ? "/" : "/models/") + repository.full();
  if (access.token.empty()) {
    return {ErrorCode::kForbidden, "'" + repository.full() + "' is given only to those who ask for it.",
            "Ask for access at " + page + ", then set " + access.token_name + " to a token of your account.",
            "model"};
  }
  return {
      ErrorCode::kForbidden,
      "'" + repository.full() + "' is given only to those who ask for it, and your token may not read it.",
      "Ask for access at " + page + " with the account that the token in " + access.token_name +
          " belongs to.",
      "model"};
}

}  // namespace

bool is_passing(const HttpOutcome& outcome) {
  if (outcome.end == HttpOutcome::End::kBroken) return true;
  const int status = outcome.head.status;
  return outcome.end == HttpOutcome::End::kAnswered &&
         (status == 408 || status == 425 || status == 429 || (status >= 500 && status < 600));
}

Error nonsense_error(const HubAccess& access, const std::string& what) {
  return {ErrorCode::kUnreachable,
          std::string(hub_name(access.hub)) + "'s answer about " + what + " makes no sense.",
          "Is the endpoint right (" + access.endpoint + ")? `--from " + other_hub(access) +
              "` asks the other hub.",
          {}};
}

Error request_error(const HubAccess& access, const RepositoryName& repository, const HttpOutcome& outcome,
                    const std::string& what) {
  if (outcome.end != HttpOutcome::End::kAnswered) return connection_error(access, outcome);
  const std::string hub(hub_name(access.hub));
  // Hugging Face says in a header what it means; it answers 401 for what is private or not there.
  const std::string code = outcome.first.header("x-error-code");
  const int status = outcome.head.status;
  if (code == "GatedRepo") return gated(access, repository);
  if (code == "RevisionNotFound") {
    return {ErrorCode::kNotFound,
            "'" + repository.full() + "' has no revision '" + repository.revision + "'.",
            "Leave the @ and what follows away for the newest.", "model"};
  }
  if (code == "EntryNotFound") {
    return {
        ErrorCode::kUnreachable, hub + " lists " + what + " but does not have it.", "Try again later.", {}};
  }
  if (code == "RepoNotFound" || status == 404 || (status == 401 && access.token.empty()))
    return not_found(access, repository);
  if (status == 401) {
    return {ErrorCode::kForbidden, hub + " does not accept your token.",
            "Set " + access.token_name + " to a valid one, or unset it for a public model.",
            access.token_name};
  }
  if (status == 403) return gated(access, repository);
  if (status == 429) {
    return {ErrorCode::kUnreachable,
            hub + " wants fewer requests from this address, and said so several times.",
            "Wait some minutes and start it again: what came is kept. A token in " + access.token_name +
                " allows more.",
            {}};
  }
  return {ErrorCode::kUnreachable,
          hub + " has trouble with " + what + " (status " + std::to_string(status) + ").",
          "Start it again later: what came is kept. `--from " + other_hub(access) + "` asks the other hub.",
          {}};
}

}  // namespace fovea
