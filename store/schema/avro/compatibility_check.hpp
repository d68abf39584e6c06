// The walk over two schemas behind compatibility.hpp: it finds differences, that header's other
// file words them. One thread per object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/schema/avro/model.hpp"

namespace sgw::schema::avro {

enum class Incompatibility {
    reader_field_missing_default_value,
    type_mismatch,
    name_mismatch,
    missing_enum_symbols,
    fixed_size_mismatch,
    missing_union_branch,
};

/// A difference, with the types that it is about. Of a missing union branch `writer` is the branch.
struct Difference {
    Incompatibility incompatibility;
    std::uint32_t location = 0;
    const Node* reader = nullptr;
    const Node* writer = nullptr;
    const Field* field = nullptr;                        // of the reader, where one has no default
    std::vector<std::string_view> missing_symbols = {};  // of the reader, sorted
};

class CompatibilityCheck {
  public:
    /// Compares; to be called once.
    void run(const Node& reader, const Node& writer);

    /// Why the comparison was given up, if it was.
    const std::optional<std::string>& failure() const { return failure_; }

    /// All differences in order, repeated where a type is used repeatedly, up to `limit`.
    std::vector<const Difference*> found(std::size_t limit) const;

    /// "/fields/0/type"
    std::string path(std::uint32_t location) const;

  private:
    using Location = std::uint32_t;  // index into steps_; 0 is the root
    using Outcome = std::uint32_t;   // index into outcomes_; 0 is compatible
    using Pair = std::pair<const Node*, const Node*>;

    /// A step of a path: a word, or a number where there is none.
    struct Step {
        Location parent = 0;
        std::string_view word;
        std::size_t number = 0;
    };

    /// A difference of its own, or all those of another pair.
    struct Entry {
        bool is_difference = true;
        std::uint32_t index = 0;
    };
    using Entries = std::vector<Entry>;

    struct PairHash {
        std::size_t operator()(const Pair& pair) const noexcept {
            const std::hash<const void*> hash;
            return hash(pair.first) * 31 + hash(pair.second);
        }
    };

    Outcome compare(const Node& reader, const Node& writer, Location location);
    Outcome compute(const Node& reader, const Node& writer, Location location);
    void compare_same_kind(const Node& reader, const Node& writer, Location location, Entries& out);
    void compare_kinds(const Node& reader, const Node& writer, Location location, Entries& out);
    void compare_names(const Node& reader, const Node& writer, Location location, Entries& out);
    void compare_fields(const Node& reader, const Node& writer, Location location, Entries& out);
    void compare_field(const Field& field,
                       std::size_t position,
                       const Node& reader,
                       const Node& writer,
                       Location location,
                       Entries& out);
    void compare_symbols(const Node& reader, const Node& writer, Location location, Entries& out);
    void compare_branches(const Node& reader, const Node& writer, Location location, Entries& out);
    void read_as_branch(const Node& reader, const Node& writer, Location location, Entries& out);
    const Field* find_writer_field(const Field& field, std::size_t position, const Node& writer);

    void merge(Outcome outcome, Entries& out);
    void add(Difference difference, Entries& out);
    Location at(Location parent, std::string_view word);
    Location at(Location parent, std::size_t number);
    bool spend(std::size_t steps);

    std::vector<Step> steps_ = {{}};
    std::vector<Difference> differences_;
    std::vector<Entries> outcomes_ = {{}};
    std::unordered_map<Pair, Outcome, PairHash> known_;
    Outcome result_ = 0;
    std::optional<std::string> failure_;
    std::size_t steps_left_ = 1'000'000;
    int depth_ = 0;
};

}  // namespace sgw::schema::avro
