// The field's own nouns as types that cannot be mixed up. Pure values, any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sgw {

/// A number that only compares with its own kind.
template <class Tag>
struct StrongInt {
    std::int32_t value = 0;

    auto operator<=>(const StrongInt&) const = default;
};

/// A text that only compares with its own kind.
template <class Tag>
struct StrongText {
    std::string value;

    auto operator<=>(const StrongText&) const = default;
};

using SchemaId =
    StrongInt<struct SchemaIdTag>;  // positive when allocated by us; imported ids may be 0
using Version = StrongInt<struct VersionTag>;  // 1 .. 2^31-1
using RegionName = StrongText<struct RegionNameTag>;

/// The namespace of subjects and ids, dotted: "." is the default context, ".a.b" a flat named one.
struct Context {
    std::string name = ".";

    bool is_default() const { return name == "."; }
    auto operator<=>(const Context&) const = default;
};

/// The context that holds the server-wide fallback for config and mode; never holds subjects.
inline constexpr std::string_view global_context_name = ".__GLOBAL";

/// A subject within its context; `name` may be empty, then it names the context itself in config
/// and mode.
struct Subject {
    Context context;
    std::string name;

    /// `:.ctx:name` with an optional context; whatever does not begin with `:.` is a name in the
    /// default context. `:.:s` is `s`.
    static Subject parse(std::string_view text);

    /// The text that answers carry: the bare name in the default context, else `:.ctx:name`.
    std::string qualified() const;

    auto operator<=>(const Subject&) const = default;
};

}  // namespace sgw

template <class Tag>
struct std::hash<sgw::StrongInt<Tag>> {
    std::size_t operator()(const sgw::StrongInt<Tag>& number) const noexcept {
        return std::hash<std::int32_t>{}(number.value);
    }
};

template <class Tag>
struct std::hash<sgw::StrongText<Tag>> {
    std::size_t operator()(const sgw::StrongText<Tag>& text) const noexcept {
        return std::hash<std::string>{}(text.value);
    }
};
