// A sorted key-value store in memory, for tests of what runs on one. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "store/catalog/key_values.hpp"

namespace sgw::catalog {

using Contents = std::map<std::string, std::string>;

class MemoryKeyValues final : public MutableKeyValues {
  public:
    std::optional<std::string> get(std::string_view key) const override {
        const auto found = contents_.find(std::string(key));
        return found == contents_.end() ? std::nullopt : std::optional(found->second);
    }

    void scan(std::string_view prefix, const Visit& visit, std::string_view from) const override {
        auto at = contents_.lower_bound(std::string(std::max(prefix, from)));
        for (; at != contents_.end() && at->first.starts_with(prefix); ++at) {
            if (visit(at->first, at->second) == Scan::stop) return;
        }
    }

    void put(std::string_view key, std::string_view value) override {
        contents_[std::string(key)] = value;
    }
    void erase(std::string_view key) override { contents_.erase(std::string(key)); }

  private:
    Contents contents_;
};

/// Every key and value, to compare two stores.
inline Contents all_of(const KeyValues& store) {
    Contents found;
    store.scan("", [&](std::string_view key, std::string_view value) {
        found.emplace(key, value);
        return KeyValues::Scan::go_on;
    });
    return found;
}

}  // namespace sgw::catalog
