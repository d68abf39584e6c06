#include "store/log/identity.hpp"

#include <algorithm>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <charconv>
#include <utility>

namespace sgw::log {
namespace {

constexpr std::string_view prefix = "schema-gateway log ";
constexpr std::string_view epoch_word = " epoch ";
constexpr std::size_t uuid_length = 36;

ResultOr<std::optional<Identity>, Failure> read_identity(Log& log) {
    BOOST_OUTCOME_TRY(const auto entries, log.read(1, 1));
    if (entries.empty()) return std::nullopt;
    auto identity = parse_identity(entries.front().body);
    if (!identity) return Failure{"entry 1 does not name the log"};
    return identity;
}

/// Why the log could not be named, or nothing when it is worth looking what the first entry says
/// now.
std::optional<Failure> name_log(Log& log, std::int64_t now_ms) {
    const Identity fresh{to_string(boost::uuids::random_generator()()), 1};
    const Draft draft{.time_ms = now_ms, .origin = {}, .body = identity_body(fresh)};
    const auto outcome = log.append(0, {&draft, 1});
    if (const auto* unavailable = std::get_if<Unavailable>(&outcome)) {
        return Failure{unavailable->reason};
    }
    return std::nullopt;
}

}  // namespace

std::string identity_body(const Identity& identity) {
    return std::string(prefix) + identity.uuid + std::string(epoch_word) +
           std::to_string(identity.epoch);
}

std::optional<Identity> parse_identity(std::string_view body) {
    if (!body.starts_with(prefix)) return std::nullopt;
    body.remove_prefix(prefix.size());
    if (!body.substr(std::min(body.size(), uuid_length)).starts_with(epoch_word)) {
        return std::nullopt;
    }
    Identity identity{std::string(body.substr(0, uuid_length)), 0};
    const auto digits = body.substr(uuid_length + epoch_word.size());
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), identity.epoch);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return identity;
}

ResultOr<Identity, Failure> establish_identity(Log& log, std::int64_t now_ms) {
    BOOST_OUTCOME_TRY(auto known, read_identity(log));
    if (known) return *std::move(known);
    if (auto failure = name_log(log, now_ms)) return *std::move(failure);
    // Not what was appended but what the log says: it may have been named by somebody else, and
    // after an Unknown only the log can tell.
    BOOST_OUTCOME_TRY(auto named, read_identity(log));
    if (!named) return Failure{"the log could not be named"};
    return *std::move(named);
}

}  // namespace sgw::log
