#include "store/schema/avro/equality.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sgw::schema::avro {
namespace {

class Comparison {
  public:
    explicit Comparison(Sameness sameness) : sameness_(sameness) {}

    bool same(const Node& a, const Node& b);

  private:
    bool same_content(const Node& a, const Node& b);
    bool same_fields(const Node& a, const Node& b);
    bool same_field(const Field& a, const Field& b);
    bool with_documentation() const { return sameness_ == Sameness::documentation; }

    Sameness sameness_;
    int depth_ = 0;
    // Pairs that are the same unless the comparison as a whole fails: each is looked at once.
    std::set<std::pair<const Node*, const Node*>> assumed_;
};

bool same_default(const Field& a, const Field& b) {
    if (!a.default_value || !b.default_value) return !a.default_value && !b.default_value;
    return text::equal(*a.default_value, *b.default_value);
}

template <class T>
std::vector<T> sorted(std::vector<T> values) {
    std::ranges::sort(values);
    return values;
}

bool same_aliases(const Node& a, const Node& b) {
    if (a.aliases.size() != b.aliases.size()) return false;
    const auto order = [](const Node& node) {
        std::vector<Name> names = node.aliases;
        std::ranges::sort(names, [](const Name& x, const Name& y) {
            if (x.name != y.name) return x.name < y.name;
            if (x.space == nullptr || y.space == nullptr)
                return x.space == nullptr && y.space != nullptr;
            return *x.space < *y.space;
        });
        return names;
    };
    return std::ranges::equal(order(a), order(b), same_full_name);
}

bool Comparison::same(const Node& a, const Node& b) {
    // Each use of a name that is not defined yet differs from every other, as in the library.
    if (a.kind != b.kind || a.kind == Kind::unresolved) return false;
    if (&a == &b) return true;
    if (a.kind == Kind::record && !assumed_.emplace(&a, &b).second) return true;
    if (depth_ == deepest_comparison) return false;
    ++depth_;
    const bool result = same_content(a, b);
    --depth_;
    return result;
}

bool Comparison::same_content(const Node& a, const Node& b) {
    if (is_named(a.kind) && !same_full_name(a.name, b.name)) return false;
    if (a.size != b.size || a.symbols != b.symbols) return false;
    if (!text::equal_members(a.properties, b.properties)) return false;
    if (with_documentation()) {
        if (a.doc != b.doc || a.default_symbol != b.default_symbol) return false;
        if (!same_aliases(a, b)) return false;
    }
    const auto same_child = [this](const Node* x, const Node* y) { return same(*x, *y); };
    return std::ranges::equal(a.children, b.children, same_child) && same_fields(a, b);
}

bool Comparison::same_fields(const Node& a, const Node& b) {
    const auto same_one = [this](const Field& x, const Field& y) { return same_field(x, y); };
    return std::ranges::equal(a.fields, b.fields, same_one);
}

bool Comparison::same_field(const Field& a, const Field& b) {
    if (a.name != b.name || a.order != b.order || !same_default(a, b)) return false;
    if (!text::equal_members(a.properties, b.properties)) return false;
    if (with_documentation() && (a.doc != b.doc || sorted(a.aliases) != sorted(b.aliases))) {
        return false;
    }
    return same(*a.type, *b.type);
}

}  // namespace

bool is_same(const Node& a, const Node& b, Sameness sameness) {
    return Comparison(sameness).same(a, b);
}

}  // namespace sgw::schema::avro
