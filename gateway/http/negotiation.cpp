#include "gateway/http/negotiation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <vector>

#include "gateway/http/answer.hpp"
#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http {

namespace {

/// What the API answers with, best first.
constexpr std::array<std::string_view, 3> produced = {
    registry_content_type, "application/vnd.schemaregistry+json", "application/json"};
constexpr std::string_view octets = "application/octet-stream";

/// An element of a list header: `value;name=parameter`.
struct Element {
    std::string_view value;
    std::vector<std::pair<std::string_view, std::string_view>> parameters;
    double quality = 1;
};

/// Cuts `text` before the next `separator` that is not in a quoted string, and takes it off.
std::string_view cut(std::string_view& text, char separator) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < text.size() && (quoted || text[end] != separator); ++end) {
        if (quoted && text[end] == '\\') {
            ++end;
        } else if (text[end] == '"') {
            quoted = !quoted;
        }
    }
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trim(part);
}

Element read_element(std::string_view text) {
    Element element;
    element.value = cut(text, ';');
    while (!text.empty()) {
        std::string_view parameter = cut(text, ';');
        const auto name = cut(parameter, '=');
        const auto value = trim(parameter);
        if (iequals(name, "q")) {
            std::from_chars(value.data(), value.data() + value.size(), element.quality);
        } else if (!name.empty()) {
            element.parameters.emplace_back(name, value);
        }
    }
    return element;
}

/// The elements of all headers of that name.
std::vector<Element> read_list(const Headers& headers, std::string_view name) {
    std::vector<Element> elements;
    for (const auto& [header, value] : headers) {
        std::string_view rest = value;
        while (iequals(header, name) && !rest.empty()) {
            const auto element = cut(rest, ',');
            if (!element.empty()) {
                elements.push_back(read_element(element));
            }
        }
    }
    return elements;
}

bool is_wildcard(std::string_view range) {
    return range == "*" || range == "*/*" || iequals(range, "application/*");
}

/// The index in `produced` of the best type within `range`.
std::optional<std::size_t> best_of(std::string_view range) {
    if (is_wildcard(range)) {
        return 0;
    }
    for (std::size_t i = 0; i < produced.size(); ++i) {
        if (iequals(range, produced.at(i))) {
            return i;
        }
    }
    return std::nullopt;
}

std::string with_parameters(std::string_view type, const Element& accepted) {
    std::string out(type);
    if (!is_wildcard(accepted.value)) {
        for (const auto& [name, value] : accepted.parameters) {
            out.append(";").append(name).append("=").append(value);
        }
    }
    return out;
}

/// `type/subtype`, either of which may be "*".
bool is_media_type(std::string_view text) {
    const auto slash = text.find('/');
    return slash != std::string_view::npos && is_token(text.substr(0, slash)) &&
           is_token(text.substr(slash + 1));
}

}  // namespace

std::optional<std::string> answer_type(const Headers& headers) {
    const auto accepted = read_list(headers, "accept");
    if (accepted.empty()) {
        return std::string(produced.front());
    }
    const Element* chosen = nullptr;
    std::size_t chosen_type = 0;
    for (const auto& element : accepted) {
        const auto type = best_of(element.value);
        if (!type) {
            continue;
        }
        const bool better = chosen == nullptr || element.quality > chosen->quality ||
                            (element.quality == chosen->quality && *type < chosen_type);
        if (better) {
            chosen = &element;
            chosen_type = *type;
        }
    }
    if (chosen == nullptr) {
        return std::nullopt;
    }
    return with_parameters(produced.at(chosen_type), *chosen);
}

BodyType judge_body_type(const Request& request) {
    const std::string* header = find_header(request.headers, "content-type");
    if (header == nullptr) {
        return BodyType::consumable;
    }
    const auto type = read_element(*header).value;
    if (!is_media_type(type)) {
        return BodyType::malformed;
    }
    // A range is no type for calls that read the body; the others never look at it.
    const bool reads_body = request.method == "POST" || request.method == "PUT";
    const bool known = is_wildcard(type) ? !reads_body : best_of(type).has_value();
    return known || iequals(type, octets) ? BodyType::consumable : BodyType::unsupported;
}

Response malformed_type_answer(const Request& request) {
    Response response;
    response.status = 400;
    if (request.method != "DELETE") {
        response.headers.emplace_back("Cache-Control", "must-revalidate,no-cache,no-store");
    }
    if (request.method != "DELETE" && request.method != "PUT") {
        response.content_type = "application/json";
        response.body =
            std::make_shared<const std::string>(R"({"error_code":400,"message":"Bad Request"})");
    }
    return response;
}

bool accepts_gzip(const Headers& headers) {
    const auto codings = read_list(headers, "accept-encoding");
    return std::any_of(codings.begin(), codings.end(), [](const Element& coding) {
        return iequals(coding.value, "gzip") && coding.quality > 0;
    });
}

}  // namespace sgw::gateway::http
