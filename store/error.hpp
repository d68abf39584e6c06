// The errors of the registry API. A code is the wire code (40401, 42201, ..., or a bare HTTP status
// such as 503); each text has one constructor here, so that no two places spell the same error
// differently. Pure values, any thread. Source of codes and texts: the Schema Registry REST API,
// release 8.1.
#pragma once

#include <string>

#include "store/result.hpp"
#include "store/types.hpp"

namespace sgw {

struct Error {
    int code = 500;
    std::string message;

    /// The HTTP status that carries this error: the first three digits of the code.
    int http_status() const { return code >= 10000 ? code / 100 : code; }

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = ResultOr<T, Error>;

namespace errors {

Error subject_not_found(const Subject& subject);                           // 40401
Error version_not_found(std::int64_t version);                             // 40402
Error schema_not_found();                                                  // 40403
Error schema_not_found(std::int64_t id);                                   // 40403, names the id
Error subject_level_compatibility_not_configured(const Subject& subject);  // 40408
Error subject_level_mode_not_configured(const Subject& subject);           // 40409
/// `details` are the parts of the compatibility report, in order.
Error incompatible(const Subject& subject, const std::string& details);  // 409
Error invalid_schema(std::string message);                               // 42201
Error invalid_version(std::string_view version);                         // 42202
Error invalid_compatibility_level();                                     // 42203
Error invalid_mode();                                                    // 42204
Error forward_mode_only_global();                                        // 42204
Error operation_not_permitted(std::string message);                      // 42205
Error invalid_subject(std::string_view subject);                         // 42208
Error ids_exhausted();                                                   // 50002
Error versions_exhausted();                                              // 50002
// What the registry's framework says before an operation is found.
Error no_such_path();                     // 404
Error method_not_allowed();               // 405
Error not_acceptable();                   // 406
Error unsupported_media_type();           // 415
Error internal();                         // 500
Error not_implemented(std::string what);  // 501
/// `reason` says what is missing and what would mend it; clients retry a 503.
Error unavailable(std::string reason);  // 503

}  // namespace errors
}  // namespace sgw
