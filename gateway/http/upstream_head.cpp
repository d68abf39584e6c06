#include "gateway/http/upstream_head.hpp"

#include <algorithm>
#include <array>

#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http {

namespace {

std::string host_of(const config::Url& url) {
    const bool ipv6 = url.host.find(':') != std::string::npos;
    const std::string host = ipv6 ? "[" + url.host + "]" : url.host;
    return url.port == 80 ? host : host + ":" + std::to_string(url.port);
}

bool set_here(std::string_view name) {
    return iequals(name, "host") || iequals(name, "content-length") ||
           iequals(name, "authorization");
}

/// Whether the comma-separated `list` holds `name`.
bool names(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (iequals(trim(list.substr(0, comma)), name)) {
            return true;
        }
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

}  // namespace

bool is_hop_by_hop(std::string_view name, std::string_view connection) {
    constexpr std::array<std::string_view, 8> always = {"connection",
                                                        "keep-alive",
                                                        "proxy-authenticate",
                                                        "proxy-connection",
                                                        "te",
                                                        "trailer",
                                                        "transfer-encoding",
                                                        "upgrade"};
    return names(connection, name) || std::any_of(always.begin(), always.end(), [&](auto known) {
               return iequals(name, known);
           });
}

std::string request_head(const UpstreamRequest& request,
                         const config::Url& url,
                         std::string_view credentials) {
    std::string out = request.method + " " + url.path + request.target + " HTTP/1.1\r\n";
    append_header(out, "Host", host_of(url));
    if (!credentials.empty()) {
        append_header(out, "Authorization", credentials);
    }
    const std::string* const connection = find_header(request.headers, "connection");
    for (const auto& [name, value] : request.headers) {
        const std::string_view one_hop = connection == nullptr ? std::string_view{} : *connection;
        if (is_token(name) && !is_hop_by_hop(name, one_hop) && !set_here(name)) {
            append_header(out, name, value);
        }
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
        append_header(out, "Content-Length", std::to_string(request.body.size()));
    }
    return out.append("\r\n");
}

}  // namespace sgw::gateway::http
