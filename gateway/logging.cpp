#include "gateway/logging.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>

namespace sgw::gateway {
namespace {

std::atomic<Level> least_level = Level::info;

constexpr std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

/// Never destroyed: threads may still log while the process leaves main.
spdlog::logger& logger() {
    static auto* const instance = [] {
        auto* made =
            new spdlog::logger("events", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_formatter(std::make_unique<spdlog::pattern_formatter>(
            "%v", spdlog::pattern_time_type::utc, "\n"));
        made->set_level(spdlog::level::trace);
        made->flush_on(spdlog::level::trace);
        // A stderr that takes no more must not make the gateway talk about that on stderr.
        made->set_error_handler([](const std::string&) {});
        return made;
    }();
    return *instance;
}

std::string iso_time(std::chrono::system_clock::time_point time) {
    using std::chrono::milliseconds;
    const auto since_epoch = std::chrono::floor<milliseconds>(time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
    const std::time_t unix_time = seconds.count();
    std::tm parts{};
    gmtime_r(&unix_time, &parts);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(),
                  fraction.size(),
                  ".%03dZ",
                  static_cast<int>((since_epoch - seconds).count()));
    return std::string(text.data(), length) + fraction.data();
}

}  // namespace

std::string log_line(std::chrono::system_clock::time_point time,
                     Level level,
                     std::string_view event,
                     LogFields fields) {
    nlohmann::ordered_json line;
    line["time"] = iso_time(time);
    line["level"] = name_of(level);
    line["event"] = event;
    for (const auto& field : fields) {
        std::visit([&](const auto& value) { line.emplace(std::string(field.key), value); },
                   field.value);
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void set_log_level(Level level) noexcept {
    least_level.store(level, std::memory_order_relaxed);
}

void log_event(Level level, std::string_view event, LogFields fields) noexcept {
    if (level < least_level.load(std::memory_order_relaxed)) return;
    try {
        const auto line = log_line(std::chrono::system_clock::now(), level, event, fields);
        logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
    } catch (const std::exception&) {
        // Out of memory or the like: a lost line is better than a lost request.
        return;
    }
}

}  // namespace sgw::gateway
