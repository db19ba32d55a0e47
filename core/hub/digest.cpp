#include "core/hub/digest.h"

#include "core/hub/descriptor.h"
#include "core/hub/json_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

namespace fovea {
namespace {

constexpr std::size_t kBuffer = 1 << 20;

}  // namespace

struct Hasher::State {
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  Digest::Kind kind = Digest::Kind::kSha256;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

bool is_digest(std::string_view hex, Digest::Kind kind) {
  constexpr std::size_t kSha256Digits = 64;
  constexpr std::size_t kSha1Digits = 40;
  return hex.size() == (kind == Digest::Kind::kSha256 ? kSha256Digits : kSha1Digits) &&
         hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Hasher::Hasher(Digest::Kind kind, std::uint64_t bytes) : state_(std::make_unique<State>()) {
  state_->kind = kind;
  EVP_DigestInit_ex(state_->context.get(), kind == Digest::Kind::kSha256 ? EVP_sha256() : EVP_sha1(),
                    nullptr);
  if (kind == Digest::Kind::kGitBlob) add("blob " + std::to_string(bytes) + std::string(1, '\0'));
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::add(std::string_view piece) {
  EVP_DigestUpdate(state_->context.get(), piece.data(), piece.size());
}

Digest Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(state_->context.get(), raw.data(), &length);
  Digest digest{state_->kind, {}};
  for (unsigned int i = 0; i < length; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    digest.hex += kDigits[raw.at(i) >> 4U];
    digest.hex += kDigits[raw.at(i) & 15U];
  }
  return digest;
}

Result<Digest> digest_file(const std::filesystem::path& file, const std::string& name, Digest::Kind kind,
                           std::uint64_t bytes, const BytesObserver& observer) {
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return damaged_file(name, "it cannot be read");
  posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  Hasher hasher(kind, bytes);
  std::vector<char> buffer(kBuffer);
  for (std::uint64_t at = 0; at < bytes;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kBuffer, bytes - at));
    const ssize_t got = read(descriptor.get(), buffer.data(), want);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return damaged_file(name, got == 0 ? "it is cut off" : "it cannot be read");
    const auto count = static_cast<std::size_t>(got);
    hasher.add({buffer.data(), count});
    at += count;
    if (observer && !observer(count)) return Error{ErrorCode::kCancelled, "Stopped.", {}, {}};
  }
  return hasher.finish();
}

}  // namespace fovea
