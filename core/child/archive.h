#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace fovea::child {

/// Writes values as bytes, in the machine's own order: both ends are the same program on the same machine.
/// A struct is written by its `fields(archive, value)`, found by argument-dependent lookup.
class ByteWriter {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void raw(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }

  template <typename T>
  void put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      put(static_cast<std::uint8_t>(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
      raw(&value, sizeof value);
    } else {
      fields(*this, const_cast<T&>(value));  // `fields` only reads when it is given a writer
    }
  }
  void put(const std::string& text) {
    put(static_cast<std::uint64_t>(text.size()));
    raw(text.data(), text.size());
  }
  template <typename T>
  void put(const std::vector<T>& list) {
    put(static_cast<std::uint64_t>(list.size()));
    if constexpr (std::is_arithmetic_v<T>) {
      raw(list.data(), list.size() * sizeof(T));
    } else {
      for (const T& value : list) put(value);
    }
  }
  template <typename T, std::size_t n>
  void put(const std::array<T, n>& list) {
    for (const T& value : list) put(value);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <typename T>
  void put(const std::shared_ptr<const T>& value) {
    put(value != nullptr);
    if (value) put(*value);
  }
  void put(const std::map<std::string, std::string>& map) {
    put(static_cast<std::uint64_t>(map.size()));
    for (const auto& [key, value] : map) (*this)(key, value);
  }
  template <typename... T>
  void put(const std::variant<T...>& value) {
    put(static_cast<std::uint8_t>(value.index()));
    std::visit([this](const auto& held) { this->put(held); }, value);
  }

  std::string bytes_;
};

/// Reads what ByteWriter wrote. Never reads past the end, allocates no more than a small multiple of what is
/// there, and takes no enumerator or alternative that does not exist: then ok() is false and the rest is left
/// as it was.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  bool raw(void* to, std::size_t size) {
    if (!ok_ || size > rest_.size()) return ok_ = false;
    if (size > 0) std::memcpy(to, rest_.data(), size);
    rest_.remove_prefix(size);
    return true;
  }
  /// A count of things that take at least `least` bytes each; 0 when so many cannot be there.
  std::size_t count(std::size_t least) {
    std::uint64_t n = 0;
    get(n);
    if (!ok_ || n > rest_.size() / least) {
      ok_ = false;
      return 0;
    }
    return static_cast<std::size_t>(n);
  }

  template <typename T>
  void get(T& value) {
    if (!ok_) return;
    if constexpr (std::is_enum_v<T>) {
      std::uint8_t number = 0;
      get(number);
      if (number > static_cast<std::uint8_t>(last_enumerator(T{}))) ok_ = false;
      if (ok_) value = static_cast<T>(number);
    } else if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t number = 0;
      get(number);
      if (number > 1) ok_ = false;
      if (ok_) value = number == 1;
    } else if constexpr (std::is_arithmetic_v<T>) {
      raw(&value, sizeof value);
    } else {
      fields(*this, value);
    }
  }
  void get(std::string& text) {
    text.resize(count(1));
    raw(text.data(), text.size());
  }
  template <typename T>
  void get(std::vector<T>& list) {
    if constexpr (std::is_arithmetic_v<T>) {
      list.resize(count(sizeof(T)));
      raw(list.data(), list.size() * sizeof(T));
    } else {
      list.clear();
      for (std::size_t left = count(1); left > 0 && ok_; --left) get(list.emplace_back());
    }
  }
  template <typename T, std::size_t n>
  void get(std::array<T, n>& list) {
    for (T& value : list) get(value);
  }
  template <typename T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    value.reset();
    if (there) get(value.emplace());
  }
  template <typename T>
  void get(std::shared_ptr<const T>& value) {
    bool there = false;
    get(there);
    value.reset();
    if (!there || !ok_) return;
    auto held = std::make_shared<T>();
    get(*held);
    value = std::move(held);
  }
  void get(std::map<std::string, std::string>& map) {
    map.clear();
    for (std::size_t left = count(1); left > 0 && ok_; --left) {
      std::pair<std::string, std::string> entry;
      (*this)(entry.first, entry.second);
      map.insert(std::move(entry));
    }
  }
  template <typename... T>
  void get(std::variant<T...>& value) {
    std::uint8_t index = 0;
    get(index);
    if (index >= sizeof...(T)) ok_ = false;
    if (ok_) alternative<0>(value, index);
  }
  template <std::size_t i, typename... T>
  void alternative(std::variant<T...>& value, std::size_t index) {
    if constexpr (i < sizeof...(T)) {
      if (i == index) return get(value.template emplace<i>());
      alternative<i + 1>(value, index);
    }
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace fovea::child
