#include "gateway/http/message.hpp"

#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http {

const std::string* find_header(const Headers& headers, std::string_view name) {
    for (const auto& [header_name, value] : headers) {
        if (iequals(header_name, name)) {
            return &value;
        }
    }
    return nullptr;
}

}  // namespace sgw::gateway::http
