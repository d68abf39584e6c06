// The append-only sequence of committed entries: the only thing that is ever written, and the only
// source of truth. The catalog is derived from it.
//
// Engines implement this interface; one contract suite (tests/log/) runs against each. Calls block:
// never call them on an I/O thread. append is called by one thread of a process at a time (the
// catalog's writer); read, wait and head may be called from any thread at once. No call throws.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "store/result.hpp"

namespace sgw::log {

/// Position of an entry, without gaps. The first entry is 1; 0 is the head of an empty log.
using Sequence = std::uint64_t;

/// Who caused an entry, through which request. Empty where unknown.
struct Origin {
    std::string actor;
    std::string on_behalf_of;
    std::string client_address;
    std::string request_id;

    bool operator==(const Origin&) const = default;
};

/// What is handed to append. `body` is opaque to the log (the catalog's events).
struct Draft {
    std::int64_t time_ms = 0;  // Unix time
    Origin origin;
    std::string body;
};

struct Entry {
    Sequence sequence = 0;
    std::int64_t time_ms = 0;
    Origin origin;
    std::string body;
};

/// Names the log for ever; kept in the first entry. A new epoch begins where a copy of a log is
/// promoted.
struct Identity {
    std::string uuid;
    std::uint64_t epoch = 1;

    bool operator==(const Identity&) const = default;
};

struct Appended {
    Sequence head = 0;
};
/// Somebody else moved the head; nothing was written.
struct Conflict {
    Sequence head = 0;
};
/// Nothing was written.
struct Unavailable {
    std::string reason;
};
/// It may or may not have been written: read back from the expected head, then decide. Until the
/// log knows, head() and reads past the last certain entry fail, and append answers Unavailable.
struct Unknown {
    std::string reason;
};
using AppendOutcome = std::variant<Appended, Conflict, Unavailable, Unknown>;

/// Why the log cannot be read: damaged, unreachable.
struct Failure {
    std::string reason;
};

/// Bounds what one read holds in memory: no further entry is added to a read that has this much.
inline constexpr std::size_t max_read_bytes = 16UL * 1024 * 1024;

class Log {
  public:
    virtual ~Log() = default;

    virtual const Identity& identity() const = 0;

    /// Compare-and-append: all of `drafts` become durable as expected_head + 1 .. n in one step, or
    /// none does.
    virtual AppendOutcome append(Sequence expected_head, std::span<const Draft> drafts) = 0;

    /// Entries from .. from + limit - 1 in order, fewer at the head or once they exceed
    /// max_read_bytes; none only past the head. `from` starts at 1.
    virtual ResultOr<std::vector<Entry>, Failure> read(Sequence from, std::size_t limit) = 0;

    virtual ResultOr<Sequence, Failure> head() = 0;

    /// Returns when the head is at least `sequence`, or at the deadline. True: it is there.
    virtual bool wait(Sequence sequence, std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace sgw::log
