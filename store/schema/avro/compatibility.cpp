#include "store/schema/avro/compatibility.hpp"

#include "store/schema/avro/compatibility_check.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema::avro {
namespace {

// A schema that uses one changed type everywhere repeats its differences; nobody reads more of
// them.
constexpr std::size_t max_differences = 10'000;
constexpr std::size_t max_total_length = 1'000'000;
constexpr std::size_t max_units = 100'000;  // UTF-16 code units of one text

struct Roles {
    std::string_view reader;
    std::string_view writer;
};

struct Wording {
    std::string_view type;
    std::string description;
    std::string info;
};

std::string join(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) out += part;
    return out;
}

std::string list(const std::vector<std::string_view>& symbols) {
    std::string out = "[";
    const char* separator = "";
    for (const std::string_view symbol : symbols) {
        out += separator;
        separator = ", ";
        out += symbol;
    }
    return out + "]";
}

Wording word(const Difference& difference, const std::string& path, const Roles& roles) {
    const Node& reader = *difference.reader;
    const Node& writer = *difference.writer;
    switch (difference.incompatibility) {
        case Incompatibility::reader_field_missing_default_value: {
            const std::string_view field = difference.field->name;
            return {"READER_FIELD_MISSING_DEFAULT_VALUE",
                    join({"The field '",
                          field,
                          "' at path '",
                          path,
                          "' in the ",
                          roles.reader,
                          " has no default value and is missing in the ",
                          roles.writer}),
                    std::string{field}};
        }
        case Incompatibility::type_mismatch:
            return {"TYPE_MISMATCH",
                    join({"The type (path '",
                          path,
                          "') of a field in the ",
                          roles.reader,
                          " does not match with the ",
                          roles.writer}),
                    join({"reader type: ",
                          kind_upper_name(reader.kind),
                          " not compatible with writer type: ",
                          kind_upper_name(writer.kind)})};
        case Incompatibility::name_mismatch:
            return {"NAME_MISMATCH",
                    join({"The name of the schema has changed (path '", path, "')"}),
                    "expected: " + writer.name.full()};
        case Incompatibility::missing_enum_symbols: {
            const std::string symbols = list(difference.missing_symbols);
            return {"MISSING_ENUM_SYMBOLS",
                    join({"The ",
                          roles.reader,
                          " is missing enum symbols '",
                          symbols,
                          "' at path '",
                          path,
                          "' in the ",
                          roles.writer}),
                    symbols};
        }
        case Incompatibility::fixed_size_mismatch:
            return {"FIXED_SIZE_MISMATCH",
                    join({"The size of FIXED type field at path '",
                          path,
                          "' in the ",
                          roles.reader,
                          " does not match with the ",
                          roles.writer}),
                    "expected: " + std::to_string(writer.size) +
                        ", found: " + std::to_string(reader.size)};
        case Incompatibility::missing_union_branch:
            return {"MISSING_UNION_BRANCH",
                    join({"The ",
                          roles.reader,
                          " is missing a type inside a union field at path '",
                          path,
                          "' in the ",
                          roles.writer}),
                    join({"reader union lacking writer type: ", kind_upper_name(writer.kind)})};
    }
    return {};
}

/// Names and symbols are as long as their author likes.
std::string bounded(std::string text) {
    const std::string_view prefix = text::utf16_prefix(text, max_units);
    if (prefix.size() == text.size()) return text;
    return std::string{prefix} + "... <truncated>";
}

}  // namespace

std::vector<std::string> differences(const Node& reader, const Node& writer, Reader role) {
    CompatibilityCheck check;
    check.run(reader, writer);
    if (check.failure()) {
        return {bounded("Unexpected exception during compatibility check: " + *check.failure())};
    }
    const Roles roles = role == Reader::new_schema ? Roles{"new schema", "old schema"}
                                                   : Roles{"old schema", "new schema"};
    std::vector<std::string> texts;
    std::size_t length = 0;
    for (const Difference* difference : check.found(max_differences)) {
        const Wording wording = word(*difference, check.path(difference->location), roles);
        texts.push_back(bounded(join({"{errorType:'",
                                      wording.type,
                                      "', description:'",
                                      wording.description,
                                      "', additionalInfo:'",
                                      wording.info,
                                      "'}"})));
        length += texts.back().size();
        if (length > max_total_length) break;
    }
    return texts;
}

}  // namespace sgw::schema::avro
