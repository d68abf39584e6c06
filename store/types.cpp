#include "store/types.hpp"

namespace sgw {

Subject Subject::parse(std::string_view text) {
    if (!text.starts_with(":.")) return Subject{Context{}, std::string(text)};
    const auto end = text.find(':', 1);
    const auto context = text.substr(1, end == std::string_view::npos ? end : end - 1);
    const auto name = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return Subject{Context{std::string(context)}, std::string(name)};
}

std::string Subject::qualified() const {
    if (context.is_default()) return name;
    return ":" + context.name + ":" + name;
}

}  // namespace sgw
