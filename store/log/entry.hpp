// The bytes of one entry: versioned and checksummed, the same on every engine, so that a log can be
// copied from one engine to another.
//
// Pure functions, any thread. Decoding takes any bytes at all: it never crashes and never guesses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/log/log.hpp"
#include "store/result.hpp"

namespace sgw::log {

/// What this build writes, and the highest that it reads.
inline constexpr std::uint8_t entry_format = 1;

enum class EntryError {
    damaged,         // not an entry, cut short, or its checksum does not match
    format_too_new,  // intact, but written by a later release
    other_sequence,  // intact, but it belongs to another position
};

/// For a reader of logs, for example "is damaged".
std::string_view describe(EntryError error);

/// All integers big-endian, lengths in bytes:
///
///   "SG" | format (1) | CRC-32 of format and all that follows (4)      <- these in every format
///   sequence (8) | time_ms (8)
///   actor, on_behalf_of, client_address, request_id, body; each: length (4) | bytes
std::string encode(Sequence sequence, const Draft& draft);

/// `expected` is the position that the bytes were read from.
ResultOr<Entry, EntryError> decode(Sequence expected, std::string_view bytes);

}  // namespace sgw::log
