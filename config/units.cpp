#include "config/units.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "config/text.hpp"

namespace sgw::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

// Longest first, so that the largest unit that divides a value names it.
constexpr std::array<Unit, 4> duration_units{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 3> size_units{{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}};

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || value < 0) return std::nullopt;
    return value;
}

/// `text` is a whole number followed by one of `units`.
template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const std::array<Unit, N>& units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = whole_number(text.substr(0, digits));
    const auto unit = std::find_if(
        units.begin(), units.end(), [&](const Unit& u) { return u.name == text.substr(digits); });
    if (!number || unit == units.end()) return std::nullopt;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit->factor) return std::nullopt;
    return *number * unit->factor;
}

template <std::size_t N>
std::string named(std::int64_t value, const std::array<Unit, N>& units, std::string_view smallest) {
    for (const auto& unit : units) {
        if (value == 0 || value % unit.factor != 0) continue;
        return std::to_string(value / unit.factor) + std::string(unit.name);
    }
    return std::to_string(value) + std::string(smallest);
}

struct HostPort {
    std::string_view host;  // without brackets
    std::string_view port;
    bool has_port = false;
    bool bracketed = false;
};

std::optional<HostPort> split_host_port(std::string_view text) {
    HostPort result;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        result.host = text.substr(1, end - 1);
        result.bracketed = true;
        rest = text.substr(end + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        result.host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (rest.empty()) return result;
    if (rest.front() != ':') return std::nullopt;
    result.port = rest.substr(1);
    result.has_port = true;
    return result;
}

bool is_address(std::string_view host, int family) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(family, std::string(host).c_str(), bytes.data()) == 1;
}

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    });
}

bool is_path(std::string_view path) {
    return std::all_of(path.begin(), path.end(), [](char c) {
        return c > 0x20 && c < 0x7f &&
               std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    });
}

std::optional<std::uint16_t> port_number(std::string_view text) {
    const auto number = text.empty() ? std::nullopt : whole_number(text);
    if (!number || *number > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::optional<Refusal> refusal_of_scheme(std::string_view text) {
    const auto scheme = lower(text.substr(0, text.find("://")));
    if (scheme == "http" && text.size() > scheme.size()) return std::nullopt;
    if (scheme == "https") {
        return Refusal{
            "https is not supported by this release (TLS comes with a later one); use http://"};
    }
    return Refusal{"expected a URL like http://registry.example:8081"};
}

Parsed<Url> parse_authority(std::string_view authority) {
    const auto split = split_host_port(authority);
    const bool host_is_good =
        split && (split->bracketed ? is_address(split->host, AF_INET6) : is_host_name(split->host));
    if (!host_is_good) return Refusal{"the URL's host is neither a name nor an address"};
    Url url{lower(split->host), 80, {}};
    if (!split->has_port) return url;
    const auto port = port_number(split->port);
    if (!port || *port == 0) return Refusal{"the URL's port must be a number from 1 to 65535"};
    url.port = *port;
    return url;
}

}  // namespace

Parsed<milliseconds> parse_duration(std::string_view text) {
    const auto value = with_unit(text, duration_units);
    if (!value) return Refusal{"expected a duration such as 300ms, 2s, 5m or 1h"};
    return milliseconds(*value);
}

Parsed<std::size_t> parse_size(std::string_view text) {
    auto value = with_unit(text, size_units);
    if (!value) value = whole_number(text);
    if (!value) return Refusal{"expected a size such as 8KiB, 10MiB, 1GiB or a number of bytes"};
    return static_cast<std::size_t>(*value);
}

Parsed<Endpoint> parse_endpoint(std::string_view text) {
    const Refusal expected{"expected an address and port such as 0.0.0.0:8081 or [::1]:8081"};
    const auto split = split_host_port(text);
    const auto port = split ? port_number(split->port) : std::nullopt;
    if (!port) return expected;
    if (split->host == "localhost" && !split->bracketed) return Endpoint{"127.0.0.1", *port};
    if (!is_address(split->host, split->bracketed ? AF_INET6 : AF_INET)) return expected;
    return Endpoint{std::string(split->host), *port};
}

Parsed<Url> parse_url(std::string_view text) {
    if (const auto refusal = refusal_of_scheme(text)) return *refusal;
    const auto rest = text.substr(text.find("://") + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    auto path = rest.substr(authority.size());
    if (authority.find('@') != std::string_view::npos) {
        return Refusal{"credentials do not belong in a URL; use auth.basic"};
    }
    if (path.find_first_of("?#") != std::string_view::npos) {
        return Refusal{"a URL with a query or fragment is not supported"};
    }
    if (!is_path(path)) return Refusal{"the URL's path holds a character that must be escaped"};
    while (path.ends_with('/')) path.remove_suffix(1);
    auto url = parse_authority(authority);
    if (url) url.value().path = std::string(path);
    return url;
}

std::string to_text(milliseconds duration) {
    return named(duration.count(), duration_units, "ms");
}

std::string size_text(std::size_t bytes) {
    return named(static_cast<std::int64_t>(bytes), size_units, "");
}

std::string to_text(const Endpoint& endpoint) {
    return bracketed(endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::string to_text(const Url& url) {
    return "http://" + bracketed(url.host) + ":" + std::to_string(url.port) + url.path;
}

}  // namespace sgw::config
