#include "routing/region_mapping.hpp"

#include <utility>

#include "store/schema/text/ascii.hpp"

namespace sgw::routing {

schema::Reference RegionMapping::to_region(const schema::Reference& reference) const {
    const auto subject = Subject::parse(reference.subject);
    const auto there = to_region(subject);
    // As it was written where it means the same: a text may spell out the default context.
    auto name = there == subject ? reference.subject : there.qualified();
    return {reference.name, std::move(name), to_region(Version{reference.version}).value};
}

schema::Reference RegionMapping::from_region(schema::Reference reference) const {
    return {std::move(reference.name),
            from_region(std::move(reference.subject)),
            from_region(Version{reference.version}).value};
}

std::string path_segment(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "-._~:*@!$'()+,=";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_alphanumeric = schema::text::is_letter(c) || schema::text::is_digit(c);
        if (is_alphanumeric || plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0xfU];
        }
    }
    return out;
}

bool names_subject(std::string_view answered, const Subject& subject) {
    return answered == subject.qualified() || answered == subject.name ||
           answered == path_segment(subject.qualified()) || answered == path_segment(subject.name);
}

}  // namespace sgw::routing
