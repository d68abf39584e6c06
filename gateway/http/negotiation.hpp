// Content negotiation of the registry API: in which type an answer goes out, whether a body may be
// consumed, whether the client takes gzip. Pure functions over headers, any thread. Source: the
// Schema Registry REST API, release 8.1, answers recorded; where they differ from RFC 9110 (q=0
// still accepts, a bare "*" is allowed), clients have learned to live with the recorded ones.
#pragma once

#include <optional>
#include <string>

#include "gateway/http/message.hpp"

namespace sgw::gateway::http {

/// The Content-Type of the answer: the best of the API's three types that Accept allows, with the
/// parameters of the accepted range. Nothing: 406.
std::optional<std::string> answer_type(const Headers& headers);

enum class BodyType {
    consumable,
    unsupported,  // 415, typed as Accept asks
    malformed,    // 400, see malformed_type_answer
};

/// Judges Content-Type. Only for a request that has a body.
BodyType judge_body_type(const Request& request);

/// The answer to a Content-Type that is none; its headers and body depend on the method.
Response malformed_type_answer(const Request& request);

/// Whether Accept-Encoding names gzip. "*" does not.
bool accepts_gzip(const Headers& headers);

}  // namespace sgw::gateway::http
