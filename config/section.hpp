// Reads one mapping of the tree into an aggregate, key by key; every key that is asked for is a
// known key, and finish() refuses the others. A key that is absent leaves the value, its default,
// alone. Start-up only, one thread. Problems are collected, not thrown; none shows a secret: values
// are quoted as they stand in the file, before interpolation, and not at all where `Shown::no`.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/problem.hpp"
#include "config/secrets.hpp"
#include "config/tree.hpp"
#include "config/units.hpp"

namespace sgw::config {

/// A key as the README documents it: `regions[].name`, `text`, `required`.
struct KnownKey {
    std::string path;
    std::string type;
    std::string default_text;

    bool operator==(const KnownKey&) const = default;
};

/// What is common to all sections of one load.
struct Loading {
    std::string file;
    Environment environment;
    Problems problems;
    std::map<std::string, int> lines;            // of each key that is given, by path
    std::map<std::string, std::string> written;  // in quotes, of each value that may be shown
    std::vector<KnownKey> known;
};

enum class Shown { yes, no };

template <class T>
struct Choice {
    std::string name;
    T value;
};

class Section {
  public:
    /// `mapping` may be null: the section is not given. Both references outlive the section.
    Section(Loading& loading, const TreeNode* mapping, std::string path);

    /// True when the key is given; declares nothing.
    bool has(std::string_view key) const { return find(key) != nullptr; }
    int line() const { return mapping_ == nullptr ? 0 : mapping_->line; }

    void text(const std::string& key, std::string& value, Shown shown = Shown::yes);
    /// A text without a default; the section must have it when it is given itself.
    void required_text(const std::string& key, std::string& value, Shown shown = Shown::yes);
    void flag(const std::string& key, bool& value);
    void duration(const std::string& key,
                  milliseconds& value,
                  milliseconds least,
                  milliseconds most);
    void size(const std::string& key, std::size_t& value, std::size_t least, std::size_t most);
    void endpoint(const std::string& key, Endpoint& value);
    void urls(const std::string& key, std::vector<Url>& value);

    template <class T>
    void number(const std::string& key, T& value, std::int64_t least, std::int64_t most) {
        std::int64_t wide = static_cast<std::int64_t>(value);
        whole_number(key, wide, least, most);
        value = static_cast<T>(wide);
    }

    /// `default_text` is for the documentation where no single choice is the default.
    template <class T>
    void choice(const std::string& key,
                T& value,
                std::type_identity_t<std::span<const Choice<T>>> choices,
                std::string default_text = {}) {
        std::vector<std::string> names;
        for (const auto& known : choices) {
            names.push_back(known.name);
            if (default_text.empty() && known.value == value) default_text = known.name;
        }
        if (const auto index = choose(key, names, default_text)) value = choices[*index].value;
    }

    /// Hands the section under `key` to `bind`, also when it is not given, so that its keys become
    /// known.
    void section(const std::string& key, const std::function<void(Section&)>& bind);

    /// Calls `bind` for each mapping of the list; once with an absent section when the list is not
    /// given.
    void list(const std::string& key, const std::function<void(Section&)>& bind);

    /// A key of the design that this release does not have.
    void unsupported(const std::string& key);
    void require(const std::string& key);
    void refuse(const std::string& key, std::string message, std::string suggestion = {});

    /// Refuses the keys that nobody asked for. Where secrets stand, names far from any known key
    /// stay unseen: they may be a piece of an unquoted password.
    void finish(Shown shown = Shown::yes);

  private:
    struct Scalar {
        std::string written;  // for messages
        std::string value;    // interpolated
    };

    const TreeNode* find(std::string_view key) const;
    std::string path_of(const std::string& key) const;
    /// The node under `key` when given and of that kind; its line is noted, another kind is
    /// refused.
    const TreeNode* expect(const std::string& key,
                           TreeNode::Kind kind,
                           const std::string& expected);
    std::optional<Scalar> scalar(const std::string& key,
                                 const std::string& type,
                                 const std::string& default_text,
                                 Shown shown = Shown::yes);
    std::optional<std::string> expand(const TreeNode& node, const std::string& path);
    void problem(int line, std::string path, std::string message, std::string suggestion = {});
    void take_text(const std::string& key,
                   std::string& value,
                   const std::string& default_text,
                   Shown shown);
    void whole_number(const std::string& key,
                      std::int64_t& value,
                      std::int64_t least,
                      std::int64_t most);
    std::optional<std::size_t> choose(const std::string& key,
                                      std::span<const std::string> names,
                                      const std::string& default_text);

    Loading& loading_;
    const TreeNode* mapping_;
    std::string path_;
    std::vector<std::string> known_;
    std::vector<std::string> unsupported_;
};

}  // namespace sgw::config
