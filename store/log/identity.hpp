// Names a log: the first entry of every log holds its Identity, whatever the engine.
//
// Blocking (it reads and appends); called once, while an engine opens, before anyone else sees the
// log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/log/log.hpp"
#include "store/result.hpp"

namespace sgw::log {

/// The body of the first entry: one line of text.
std::string identity_body(const Identity& identity);

/// Nothing when `body` names no log; the catalog uses this to tell such entries from its own.
std::optional<Identity> parse_identity(std::string_view body);

/// The identity in the first entry. An empty log is named first, by a random UUID (version 4) and
/// epoch 1; when somebody else names it at the same time (Conflict), theirs is taken.
ResultOr<Identity, Failure> establish_identity(Log& log, std::int64_t now_ms);

}  // namespace sgw::log
