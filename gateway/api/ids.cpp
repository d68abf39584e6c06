#include "gateway/api/ids.hpp"

#include "gateway/api/java_order.hpp"
#include "gateway/api/page.hpp"
#include "gateway/api/render.hpp"
#include "store/catalog/rules/scope.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Deleted;
using catalog::Queries;
using catalog::VersionRecord;

/// Which schema `?subject=` means.
struct Located {
    Context context;
    catalog::Content content;
    std::vector<VersionRecord>
        holders;  // deleted ones too; only of the subject, where it holds the id
};

std::optional<Located> locate_in(const Queries& state, const Context& context, SchemaId id) {
    auto content = state.schema(context, id);
    if (!content) return std::nullopt;
    auto holders = state.holders(context, id, Deleted::include);
    sort_as_java_hash_map(holders);
    return Located{context, std::move(*content), std::move(holders)};
}

/// The id as this very subject holds it.
std::optional<Located> locate_held(const Queries& state, const Subject& subject, SchemaId id) {
    auto located = locate_in(state, subject.context, id);
    if (!located) return std::nullopt;
    std::erase_if(located->holders, [&](const auto& one) { return one.what.subject != subject; });
    return located->holders.empty() ? std::nullopt : std::move(located);
}

/// A context alone picks the context; a qualified subject has to hold the id; a bare one is looked
/// for in the default context, then in every other, and falls back to whoever holds the id in the
/// default context.
std::optional<Located> locate(const Call& call, const Queries& state, SchemaId id) {
    const auto subject = Subject::parse(call.parameter("subject"));
    if (subject.name.empty()) return locate_in(state, subject.context, id);
    if (auto held = locate_held(state, subject, id)) return held;
    if (!subject.context.is_default()) return std::nullopt;
    for (const auto& context : state.contexts()) {
        if (auto held = locate_held(state, {context, subject.name}, id)) return held;
    }
    return locate_in(state, subject.context, id);
}

/// All holders of the id in the context that `?subject=` picks.
Result<std::vector<VersionRecord>> holders_of(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto id, call.id());
    const auto located = locate(call, state, id);
    if (!located) return errors::schema_not_found();
    auto holders = state.holders(
        located->context, id, call.flag("deleted") ? Deleted::include : Deleted::leave_out);
    sort_as_java_hash_map(holders);
    return holders;
}

}  // namespace

Result<std::string> get_schema(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto id, call.id());
    const auto located = locate(call, state, id);
    if (!located) return errors::schema_not_found(id.value);
    const auto holder =
        located->holders.empty() ? std::nullopt : std::optional(located->holders.front());
    const auto max_id = call.flag("fetchMaxId") ? state.highest_id(located->context) : std::nullopt;
    return render_schema(holder, located->content, max_id);
}

Result<std::string> get_schema_text(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto id, call.id());
    auto located = locate(call, state, id);
    if (!located) return errors::schema_not_found(id.value);
    return std::move(located->content.text);
}

Result<std::string> get_schema_subjects(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto holders, holders_of(call, state));
    std::vector<std::string> names;
    for (const auto& holder : holders) {
        auto name = holder.what.subject.qualified();
        if (names.empty() || names.back() != name) names.push_back(std::move(name));
    }
    BOOST_OUTCOME_TRY(const auto page, page_of(call, std::move(names)));
    return render_names(page);
}

Result<std::string> get_schema_versions(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto holders, holders_of(call, state));
    std::vector<catalog::SubjectVersion> versions;
    for (const auto& holder : holders) versions.push_back(holder.what);
    BOOST_OUTCOME_TRY(const auto page, page_of(call, std::move(versions)));
    return render_subject_versions(page);
}

}  // namespace sgw::gateway::api
