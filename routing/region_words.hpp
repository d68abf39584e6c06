// What a region says in its own words, made fit for reasons: these are logged, stored and shown to
// operators. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sgw::routing {

/// The beginning of `text`: up to 200 bytes, never ending within a character, and up to the first
/// bracket, because registries quote whole schemas in their messages.
std::string region_words(std::string_view text);

}  // namespace sgw::routing
