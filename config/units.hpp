// Texts of the configuration as values: durations, sizes, endpoints, URLs; and back, in the form
// that the configuration takes. Pure, any thread. A refusal says what is expected and never repeats
// the text.
#pragma once

#include <boost/outcome/result.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace sgw::config {

/// Why a text is not taken: what was expected instead.
struct Refusal {
    std::string message;
};

template <class T>
using Parsed = boost::outcome_v2::basic_result<T, Refusal, boost::outcome_v2::policy::all_narrow>;

/// `300ms`, `2s`, `5m`, `1h`: a whole number and its unit.
Parsed<milliseconds> parse_duration(std::string_view text);

/// `8KiB`, `10MiB`, `1GiB`, or plain bytes.
Parsed<std::size_t> parse_size(std::string_view text);

/// `127.0.0.1:8081`, `[::1]:8081`, `localhost:8081` (which is 127.0.0.1). Port 0: any free port.
Parsed<Endpoint> parse_endpoint(std::string_view text);

/// `http://host[:port][/path]`. Credentials, queries and https are refused.
Parsed<Url> parse_url(std::string_view text);

std::string to_text(milliseconds duration);
std::string size_text(std::size_t bytes);
std::string to_text(const Endpoint& endpoint);
std::string to_text(const Url& url);

}  // namespace sgw::config
