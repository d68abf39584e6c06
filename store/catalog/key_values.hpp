// The little that the catalog needs of a sorted key-value store, so that queries and apply run
// alike on a snapshot of the view and on a batch that is not committed yet.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sgw::catalog {

/// The view's database cannot be read: disk failure or damage. Caught once per request and per job.
struct ViewUnreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class KeyValues {
  public:
    virtual ~KeyValues() = default;

    virtual std::optional<std::string> get(std::string_view key) const = 0;

    enum class Scan { go_on, stop };
    using Visit = std::function<Scan(std::string_view key, std::string_view value)>;

    /// Keys that begin with `prefix` and are not below `from`, in byte order. An empty `from` is
    /// the prefix.
    virtual void scan(std::string_view prefix,
                      const Visit& visit,
                      std::string_view from = {}) const = 0;
};

class MutableKeyValues : public KeyValues {
  public:
    virtual void put(std::string_view key, std::string_view value) = 0;
    virtual void erase(std::string_view key) = 0;
};

}  // namespace sgw::catalog
