#include "store/schema/avro/compatibility_check.hpp"

#include <algorithm>

#include "store/schema/avro/printer.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema::avro {
namespace {

bool is_complex(const Node& node) {
    return node.kind >= Kind::record;
}

/// Whether data of a primitive type can be read as one of another.
bool can_promote(Kind writer, Kind reader) {
    switch (reader) {
        case Kind::int64:
            return writer == Kind::int32;
        case Kind::float32:
            return writer == Kind::int32 || writer == Kind::int64;
        case Kind::float64:
            return writer == Kind::int32 || writer == Kind::int64 || writer == Kind::float32;
        case Kind::bytes:
            return writer == Kind::string;
        case Kind::string:
            return writer == Kind::bytes;
        default:
            return false;
    }
}

/// Symbols of `writer` that `reader` lacks, sorted.
std::vector<std::string_view> missing_symbols(const Node& reader, const Node& writer) {
    const auto sorted = [](const Node& node) {
        std::vector<std::string_view> symbols;
        for (const auto& symbol : node.symbols) symbols.push_back(symbol.value_or("null"));
        std::ranges::sort(symbols, text::Utf16Less{});
        return symbols;
    };
    std::vector<std::string_view> missing;
    std::ranges::set_difference(
        sorted(writer), sorted(reader), std::back_inserter(missing), text::Utf16Less{});
    return missing;
}

}  // namespace

void CompatibilityCheck::run(const Node& reader, const Node& writer) {
    result_ = compare(reader, writer, 0);
}

bool CompatibilityCheck::spend(std::size_t steps) {
    if (failure_) return false;
    if (steps > steps_left_) {
        failure_ = "the schemas are too large to compare";
        return false;
    }
    steps_left_ -= steps;
    return true;
}

CompatibilityCheck::Outcome CompatibilityCheck::compare(const Node& reader,
                                                        const Node& writer,
                                                        Location location) {
    if (!spend(1)) return 0;
    // Primitive types are shared between all their uses, which differ in location.
    if (!is_complex(reader) || !is_complex(writer)) return compute(reader, writer, location);
    // While a pair is being compared it counts as compatible: that ends recursion.
    const auto [place, is_new] = known_.emplace(Pair{&reader, &writer}, 0);
    if (!is_new) return place->second;
    if (depth_ == deepest_comparison) {
        failure_ = "the schemas are nested too deeply";
        return 0;
    }
    ++depth_;
    const Outcome outcome = compute(reader, writer, location);
    --depth_;
    known_[Pair{&reader, &writer}] = outcome;
    return outcome;
}

CompatibilityCheck::Outcome CompatibilityCheck::compute(const Node& reader,
                                                        const Node& writer,
                                                        Location location) {
    Entries entries;
    if (reader.kind == writer.kind) {
        compare_same_kind(reader, writer, location, entries);
    } else {
        compare_kinds(reader, writer, location, entries);
    }
    if (entries.empty()) return 0;
    outcomes_.push_back(std::move(entries));
    return static_cast<Outcome>(outcomes_.size() - 1);
}

void CompatibilityCheck::compare_same_kind(const Node& reader,
                                           const Node& writer,
                                           Location location,
                                           Entries& out) {
    switch (reader.kind) {
        case Kind::array:
        case Kind::map: {
            const Location inner = at(location, reader.kind == Kind::array ? "items" : "values");
            merge(compare(*reader.children.front(), *writer.children.front(), inner), out);
            break;
        }
        case Kind::fixed:
            compare_names(reader, writer, location, out);
            if (reader.size != writer.size) {
                const Location size = at(location, "size");
                add({Incompatibility::fixed_size_mismatch, size, &reader, &writer}, out);
            }
            break;
        case Kind::enumeration:
            compare_names(reader, writer, location, out);
            compare_symbols(reader, writer, location, out);
            break;
        case Kind::record:
            compare_names(reader, writer, location, out);
            compare_fields(reader, writer, location, out);
            break;
        case Kind::union_of:
            compare_branches(reader, writer, location, out);
            break;
        default:
            break;
    }
}

void CompatibilityCheck::compare_kinds(const Node& reader,
                                       const Node& writer,
                                       Location location,
                                       Entries& out) {
    if (writer.kind == Kind::union_of) {
        for (std::size_t i = 0; i < writer.children.size(); ++i) {
            merge(compare(reader, *writer.children[i], at(location, i)), out);
        }
    } else if (reader.kind == Kind::union_of) {
        read_as_branch(reader, writer, location, out);
    } else if (!can_promote(writer.kind, reader.kind)) {
        add({Incompatibility::type_mismatch, location, &reader, &writer}, out);
    }
}

void CompatibilityCheck::compare_names(const Node& reader,
                                       const Node& writer,
                                       Location location,
                                       Entries& out) {
    if (reader.name.name == writer.name.name || !spend(reader.aliases.size())) return;
    const auto is_writer = [&](const Name& alias) { return same_full_name(alias, writer.name); };
    if (std::ranges::any_of(reader.aliases, is_writer)) return;
    add({Incompatibility::name_mismatch, at(location, "name"), &reader, &writer}, out);
}

void CompatibilityCheck::compare_fields(const Node& reader,
                                        const Node& writer,
                                        Location location,
                                        Entries& out) {
    const Location fields = at(location, "fields");
    for (std::size_t i = 0; i < reader.fields.size() && !failure_; ++i) {
        compare_field(reader.fields[i], i, reader, writer, at(fields, i), out);
    }
}

void CompatibilityCheck::compare_field(const Field& field,
                                       std::size_t position,
                                       const Node& reader,
                                       const Node& writer,
                                       Location location,
                                       Entries& out) {
    const Field* writer_field = find_writer_field(field, position, writer);
    if (failure_) return;
    if (writer_field != nullptr) {
        merge(compare(*field.type, *writer_field->type, at(location, "type")), out);
    } else if (!field.default_value) {
        // A default symbol counts for the field, but then its type is compared with the whole
        // record.
        if (field.type->kind == Kind::enumeration && field.type->default_symbol) {
            merge(compare(*field.type, writer, at(location, "type")), out);
        } else {
            add({Incompatibility::reader_field_missing_default_value,
                 location,
                 &reader,
                 &writer,
                 &field},
                out);
        }
    }
}

const Field* CompatibilityCheck::find_writer_field(const Field& field,
                                                   std::size_t position,
                                                   const Node& writer) {
    if (!spend(1 + field.aliases.size())) return nullptr;
    const Field* found = writer.find_field(field.name);
    for (const std::string_view alias : field.aliases) {
        const Field* aliased = writer.find_field(alias);
        if (aliased == nullptr) continue;
        if (found != nullptr) {
            failure_ = "Reader record field " + describe(field, position) +
                       " matches multiple fields in writer record schema " + describe(writer);
            return nullptr;
        }
        found = aliased;
    }
    return found;
}

void CompatibilityCheck::compare_symbols(const Node& reader,
                                         const Node& writer,
                                         Location location,
                                         Entries& out) {
    if (reader.default_symbol || !spend(reader.symbols.size() + writer.symbols.size())) return;
    auto missing = missing_symbols(reader, writer);
    if (missing.empty()) return;
    add({Incompatibility::missing_enum_symbols,
         at(location, "symbols"),
         &reader,
         &writer,
         nullptr,
         std::move(missing)},
        out);
}

void CompatibilityCheck::compare_branches(const Node& reader,
                                          const Node& writer,
                                          Location location,
                                          Entries& out) {
    for (std::size_t i = 0; i < writer.children.size() && !failure_; ++i) {
        const Node& branch = *writer.children[i];
        if (compare(reader, branch, 0) == 0) continue;
        const Location at_branch = at(location, i);
        add({Incompatibility::missing_union_branch, at_branch, &reader, &branch}, out);
    }
}

/// Whatever one branch can read the union can; paths begin anew at the branch.
void CompatibilityCheck::read_as_branch(const Node& reader,
                                        const Node& writer,
                                        Location location,
                                        Entries& out) {
    for (const Node* branch : reader.children) {
        if (compare(*branch, writer, 0) == 0) return;
    }
    add({Incompatibility::missing_union_branch, location, &reader, &writer}, out);
}

void CompatibilityCheck::merge(Outcome outcome, Entries& out) {
    if (outcome != 0) out.push_back({false, outcome});
}

void CompatibilityCheck::add(Difference difference, Entries& out) {
    out.push_back({true, static_cast<std::uint32_t>(differences_.size())});
    differences_.push_back(std::move(difference));
}

CompatibilityCheck::Location CompatibilityCheck::at(Location parent, std::string_view word) {
    steps_.push_back({parent, word, 0});
    return static_cast<Location>(steps_.size() - 1);
}

CompatibilityCheck::Location CompatibilityCheck::at(Location parent, std::size_t number) {
    steps_.push_back({parent, {}, number});
    return static_cast<Location>(steps_.size() - 1);
}

std::vector<const Difference*> CompatibilityCheck::found(std::size_t limit) const {
    std::vector<const Difference*> differences;
    std::vector<Entry> open = {{false, result_}};
    while (!open.empty() && differences.size() < limit) {
        const Entry entry = open.back();
        open.pop_back();
        if (entry.is_difference) {
            differences.push_back(&differences_[entry.index]);
        } else {
            const Entries& entries = outcomes_[entry.index];
            open.insert(open.end(), entries.rbegin(), entries.rend());
        }
    }
    return differences;
}

std::string CompatibilityCheck::path(std::uint32_t location) const {
    std::vector<const Step*> steps;
    for (; location != 0; location = steps_[location].parent) steps.push_back(&steps_[location]);
    std::string out;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        out += '/';
        out += (*step)->word.empty() ? std::to_string((*step)->number) : (*step)->word;
    }
    return out.empty() ? "/" : out;
}

}  // namespace sgw::schema::avro
