// Which mode and config are in force for a subject. Nothing is merged: the first scope that has a
// setting, from the subject over its context to the server, is used whole. Pure over its snapshot:
// blocks on it, throws ViewUnreadable; any thread. Source: the Schema Registry REST API, 8.1.
#pragma once

#include <optional>
#include <string_view>

#include "store/catalog/queries.hpp"
#include "store/error.hpp"

namespace sgw::catalog {

/// The config in force; its level is always set. A stored config without a level has the default
/// one.
ScopeConfig effective_config(const Queries& state,
                             const Subject& subject_or_scope,
                             schema::Level default_level);

/// The mode in force. READONLY_OVERRIDE at the top level beats every other setting.
Mode effective_mode(const Queries& state, const Subject& subject_or_scope);

/// The mode that is shown for the scope itself: its own, if it has one, or READONLY_OVERRIDE.
std::optional<Mode> shown_mode(const Queries& state, const Subject& scope);

/// 42205 when the mode forbids writing to the subject; `shown` is how the message names it.
Result<void> require_writable(Mode mode, const Subject& subject, std::string_view shown);

/// The sequence after which nothing changed that a command on this subject depends on.
log::Sequence last_change(const Queries& state, const Subject& subject);

/// Whether the name may be registered or configured: no control characters, no reserved word.
bool is_valid_subject(const Subject& subject);

}  // namespace sgw::catalog
