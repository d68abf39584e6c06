// Values that are hard on encodings: empty, long, foreign, with every character that has a meaning
// in a subject's qualified form. Pure; any thread.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "store/catalog/events.hpp"

namespace sgw::catalog::samples {

inline std::vector<Subject> subjects() {
    const std::vector<std::string> names{"",
                                         "a",
                                         "ab",
                                         "b",
                                         " ",
                                         "*",
                                         ":",
                                         ":.",
                                         ":a",
                                         "a/b",
                                         "a:b/c%2F",
                                         "\x01",
                                         "\x7f",
                                         "\xff",
                                         "\xc3\xa4\xc3\xb6",
                                         "\xf0\x9f\x98\x80",
                                         std::string(255, 'x'),
                                         std::string(9000, 'y')};
    std::vector<Subject> all;
    for (const auto* context : {".", ".a", ".a.b", ".__GLOBAL", ".\xc3\xa4"}) {
        for (const auto& name : names) all.push_back({Context{context}, name});
    }
    return all;
}

inline constexpr std::array numbers{std::numeric_limits<std::int32_t>::min(),
                                    -256,
                                    -1,
                                    0,
                                    1,
                                    255,
                                    256,
                                    std::numeric_limits<std::int32_t>::max()};

inline Metadata metadata() {
    return {{{"/fields/0", {"PII", "x"}}}, {{"owner", "team \xc3\xa4"}, {"", ""}}, {"owner"}};
}

inline std::vector<Content> contents() {
    Content full{schema::Type::avro,
                 R"({"type":"record","name":"A","fields":[]})",
                 {{"a", ":.ctx:s", 1}, {"", "", -1}},
                 metadata(),
                 R"({"domainRules":[]})"};
    auto empty_metadata = Content{schema::Type::avro, "\"int\"", {}, Metadata{}, ""};
    return {Content{},
            Content{schema::Type::avro, "\"\xf0\x9f\x98\x80\"", {}, {}, ""},
            std::move(full),
            std::move(empty_metadata)};
}

inline std::vector<ScopeConfig> configs() {
    ScopeConfig full;
    full.alias = "other";
    full.normalize = true;
    full.validate_fields = false;
    full.validate_names = true;
    full.validate_rules = false;
    full.level = schema::Level::full_transitive;
    full.policy = CompatibilityPolicy::lenient;
    full.compatibility_group = "";
    full.default_metadata = metadata();
    full.override_metadata = Metadata{};
    ScopeConfig group;
    group.compatibility_group = "major";
    return {ScopeConfig{}, full, group};
}

inline constexpr std::array modes{
    Mode::readwrite, Mode::readonly, Mode::readonly_override, Mode::import_mode, Mode::forward};

}  // namespace sgw::catalog::samples
