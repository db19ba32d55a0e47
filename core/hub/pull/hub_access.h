#pragma once

#include "core/api/error.h"
#include "core/api/outbound_ledger.h"
#include "core/hub/model_places.h"

#include <memory>
#include <string>
#include <string_view>

namespace fovea {

/// The hubs whose protocols are spoken.
enum class Hub { kHuggingFace, kModelScope };

/// "Hugging Face", "ModelScope".
std::string_view hub_name(Hub hub);

/// How a hub is reached.
struct HubAccess {
  Hub hub = Hub::kHuggingFace;
  std::string endpoint;      ///< "https://huggingface.co", without a slash at its end
  std::string token;         ///< empty for none; goes to the endpoint's own host only
  std::string token_name;    ///< where the token is from, or where one would be looked for: "HF_TOKEN"
  std::string certificates;  ///< file of trusted authorities; empty for the system's
  std::shared_ptr<OutboundLedger> ledger = {};  ///< where requests are noted; may be null
};

/// What the environment says:
///  - Hugging Face: HF_ENDPOINT; the token in HF_TOKEN, else in the file HF_TOKEN_PATH, else in
///  HF_HOME/token,
///    else in ~/.cache/huggingface/token; HF_HUB_OFFLINE forbids it all;
///  - ModelScope: MODELSCOPE_ENDPOINT, else MODELSCOPE_DOMAIN; MODELSCOPE_API_TOKEN;
///  - both: CURL_CA_BUNDLE, else REQUESTS_CA_BUNDLE, else SSL_CERT_FILE. libcurl itself reads https_proxy,
///    http_proxy, all_proxy and no_proxy.
/// Errors: kInvalidArgument (an endpoint that is no address), kUnreachable (offline by wish).
Result<HubAccess> hub_access(Hub hub, const Environment& environment);

}  // namespace fovea
