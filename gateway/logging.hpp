// The process's own log: one JSON object per line on stderr, one line per state change.
// Any thread; blocks no longer than a write to stderr takes. Never throws, never logs a secret or a
// schema body: callers hand in names and reasons, not payloads. Does not know the library behind it
// to those who include it.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "config/config.hpp"

namespace sgw::gateway {

using Level = config::LogLevel;

/// One member of a log line. Refers to texts, so it must not outlive the call that it is made for.
struct LogField {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
    LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
    LogField(std::string_view k, double v) : key(k), value(v) {}
    LogField(std::string_view k, std::chrono::milliseconds v) : LogField(k, v.count()) {}
    template <std::same_as<bool> T>
    LogField(std::string_view k, T v) : key(k), value(v) {}
    template <std::signed_integral T>
    LogField(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
    template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>) LogField(std::string_view k, T v)
        : key(k), value(static_cast<std::uint64_t>(v)) {}
};

using LogFields = std::initializer_list<LogField>;

/// Lines below this level are dropped; `info` until it is called.
void set_log_level(Level level) noexcept;

/// Writes
/// `{"time":"2026-01-31T12:00:00.000Z","level":"warning","event":"region_changed","region":"us"}`.
/// `event` is snake_case and never varies; what varies are fields. Fields named like one of the
/// first three, or named twice, are dropped.
void log_event(Level level, std::string_view event, LogFields fields = {}) noexcept;

/// The line that log_event writes, without its line end. Invalid UTF-8 becomes U+FFFD.
std::string log_line(std::chrono::system_clock::time_point time,
                     Level level,
                     std::string_view event,
                     LogFields fields);

}  // namespace sgw::gateway
