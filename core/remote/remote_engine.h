#pragma once

#include "core/api/engine.h"
#include "core/api/outbound_ledger.h"
#include "core/api/upload_saving.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea {

/// How long a server elsewhere is waited for.
struct RemotePatience {
  std::chrono::milliseconds connect{3'000};  ///< name, connection and TLS
  std::chrono::milliseconds first_answer{
      300'000};                                ///< from the question's last byte to the first piece of text
  std::chrono::milliseconds silence{60'000};   ///< between two pieces; of the list of models, in all
  int most_tries = 4;                          ///< of a question, as long as nothing came of an answer
  std::chrono::milliseconds first_pause{500};  ///< before the second try; doubles with each
  std::chrono::milliseconds longest_pause{8'000};
  std::chrono::milliseconds longest_obeyed{30'000};  ///< of Retry-After; a server that wants more is given up
};

struct RemoteOptions {
  std::string server;         ///< its address, with or without /v1
  std::string model;          ///< as the server calls it; empty: the only one there
  std::string key;            ///< sent as a bearer token to this server alone; empty: none
  bool insecure_key = false;  ///< the key may travel unencrypted to another machine
  RemotePatience patience;
  std::shared_ptr<OutboundLedger> ledger;  ///< where connections are noted; may be null
  UploadReduction reduction;               ///< `reducer` makes pictures smaller as it says
  PictureReducer reducer;                  ///< empty: pictures go as they are
  /// Told of each question of which a picture was made smaller, by its request, once, when the server begins
  /// to answer and before the first text. On the engine's thread; may be empty.
  std::function<void(RequestId, const UploadSaving&)> on_saving;
};

/// A model as a server lists it.
struct RemoteModel {
  std::string name;                 ///< as the server calls it
  std::int64_t context_tokens = 0;  ///< 0: not told
};

/// Asks the server for its models, for a user who chooses one; `options.model` counts for nothing. Blocks;
/// the observer is called about once a second and may give up. Names come once each, in the server's order.
/// Errors: connect_remote_engine's; kNotFound for a list that is empty, kUnreachable for a server without
/// one.
Result<std::vector<RemoteModel>> list_remote_models(const RemoteOptions& options,
                                                    const LoadObserver& observer);

/// An engine that is an OpenAI-compatible server (vLLM, SGLang, llama.cpp's, Fovea's own, a provider): asks
/// it for its models and chooses one. Blocks until that is known; the observer is called about once a second
/// and may give up. Errors in words: kInvalidArgument (address, key, no such model: the message lists those
/// there are), kUnreachable, kForbidden, kBusy, kCancelled.
///
/// The engine's requests go to POST /v1/chat/completions, streamed, from one thread of its own, and pictures
/// are encoded on another. Redirects are not followed. Clips, preview() and set_scheduling() are
/// kUnsupported. Calls of tools come in the answer's text, see ToolCallText. A question is sent again on a
/// lost connection, 429 and 503 as long as no text has come, never after that. Metrics say what was measured
/// here, and what the server did not tell is in RequestMetrics::untold.
Result<std::unique_ptr<Engine>> connect_remote_engine(const RemoteOptions& options,
                                                      const LoadObserver& observer);

}  // namespace fovea
