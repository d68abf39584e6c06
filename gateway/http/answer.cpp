#include "gateway/http/answer.hpp"

#include <array>
#include <boost/beast/http/status.hpp>

#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http {

Response refusal(int status, std::string_view message) {
    std::string body = R"({"error_code":)";
    body.append(std::to_string(status)).append(R"(,"message":")").append(message).append("\"}");
    Response response;
    response.status = status;
    response.content_type = registry_content_type;
    response.body = std::make_shared<const std::string>(std::move(body));
    response.close = true;
    return response;
}

bool allows_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

void append_head(std::string& out, const Response& response, const Envelope& envelope) {
    const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(response.status));
    const auto reason = boost::beast::http::obsolete_reason(known);
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).push_back(' ');
    out.append(reason.data(), reason.size()).append("\r\n");
    append_header(out, "Date", envelope.date);
    append_header(out, "X-Request-ID", envelope.request_id);
    if (!response.content_type.empty()) {
        append_header(out, "Content-Type", response.content_type);
    }
    for (const auto& [name, value] : response.headers) {
        if (is_token(name)) {
            append_header(out, name, value);
        }
    }
    if (allows_body(response.status)) {
        append_header(
            out, "Content-Length", std::to_string(response.body ? response.body->size() : 0));
    }
    if (envelope.persistence == Persistence::close) {
        append_header(out, "Connection", "close");
    } else if (envelope.minor_version == 0) {
        append_header(out, "Connection", "keep-alive");
    }
    out.append("\r\n");
}

std::string http_date(std::time_t now) {
    constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    // strftime would print the names of the locale.
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(),
                                   text.size(),
                                   "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days.at(static_cast<std::size_t>(utc.tm_wday)),
                                   utc.tm_mday,
                                   months.at(static_cast<std::size_t>(utc.tm_mon)),
                                   utc.tm_year + 1900,
                                   utc.tm_hour,
                                   utc.tm_min,
                                   utc.tm_sec);
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace sgw::gateway::http
