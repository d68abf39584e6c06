// Answers as bytes: the head of an answer, and the answers that the wire itself gives (limits, bad
// requests). Pure functions but for the clock of the Date header, which the caller passes; any
// thread.
#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include "gateway/http/guard.hpp"
#include "gateway/http/message.hpp"

namespace sgw::gateway::http {

/// The type of answers in the registry's error form.
inline constexpr std::string_view registry_content_type = "application/vnd.schemaregistry.v1+json";

/// `{"error_code":..,"message":".."}` and the end of the connection. `message`: ASCII without
/// quotes.
Response refusal(int status, std::string_view message);

/// Everything that stands in the head beside what the handler answered.
struct Envelope {
    std::string_view date;  // see http_date
    std::string_view request_id;
    Persistence persistence = Persistence::keep_alive;
    int minor_version = 1;  // of the request: 1.0 has to be told that the connection stays
};

/// Appends status line and headers to `out`, blank line included. Content-Length is that of the
/// body, also when the body is not sent (HEAD); 1xx, 204 and 304 have none. Characters that would
/// end a header early are dropped.
void append_head(std::string& out, const Response& response, const Envelope& envelope);

/// Whether an answer of that status may have a body (RFC 9110, 6.4.1).
bool allows_body(int status);

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::time_t now);

}  // namespace sgw::gateway::http
