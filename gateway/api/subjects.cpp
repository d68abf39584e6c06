#include "gateway/api/subjects.hpp"

#include <algorithm>

#include "gateway/api/body.hpp"
#include "gateway/api/page.hpp"
#include "gateway/api/render.hpp"
#include "store/catalog/rules/compatible.hpp"
#include "store/catalog/rules/lookup.hpp"
#include "store/catalog/rules/scope.hpp"
#include "store/schema/messages.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Deleted;
using catalog::Queries;
using catalog::VersionRecord;

constexpr std::string_view all_contexts = ":*:";

Deleted deleted_flag(const Call& call) {
    return call.flag("deleted") ? Deleted::include : Deleted::leave_out;
}

/// `:*:x` is every context, `:.c` every context that begins so, `:.c:x` one context, anything else
/// the default.
bool has_prefix(const Subject& subject, std::string_view prefix) {
    if (prefix.starts_with(all_contexts)) {
        return subject.name.starts_with(prefix.substr(all_contexts.size()));
    }
    if (!prefix.starts_with(":.")) {
        return subject.context.is_default() && subject.name.starts_with(prefix);
    }
    const auto wanted = Subject::parse(prefix);
    const bool context_is_open = prefix.find(':', 1) == std::string_view::npos;
    if (context_is_open) return subject.context.name.starts_with(wanted.context.name);
    return subject.context == wanted.context && subject.name.starts_with(wanted.name);
}

Result<VersionRecord> chosen_version(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto choice, parse_version(call.parameters.at("version")));
    const auto subject = call.subject();
    if (state.versions(subject, deleted_flag(call)).empty()) {
        return errors::subject_not_found(subject);
    }
    if (!choice.number) {
        if (auto latest = state.latest(subject)) return *latest;
        return errors::version_not_found(-1);
    }
    auto found = state.version(subject, *choice.number);
    if (!found || (found->deleted && !call.flag("deleted"))) {
        return errors::version_not_found(choice.number->value);
    }
    return *found;
}

Result<catalog::Content> content_of(const Queries& state, const VersionRecord& version) {
    auto content = state.schema(version.what.subject.context, version.id);
    if (!content) return errors::internal();
    return std::move(*content);
}

schema::Normalize normalize_flag(const Call& call, const catalog::ScopeConfig& config) {
    return call.flag("normalize") || config.normalize.value_or(false) ? schema::Normalize::yes
                                                                      : schema::Normalize::no;
}

/// A compatibility test that fails to parse is still an answer when it was asked to be verbose.
Result<std::string> invalid_as_answer(const Call& call, const Error& error) {
    const bool is_about_schema = error.code == 42201;
    if (!is_about_schema || !call.flag("verbose")) return error;
    return render_compatibility({error.message}, true);
}

}  // namespace

Result<std::string> list_subjects(const Call& call, const Queries& state) {
    const auto prefix = call.has("subjectPrefix") ? call.parameter("subjectPrefix") : all_contexts;
    const bool deleted_only = call.flag("deletedOnly");
    const auto shown = deleted_only ? Deleted::include : deleted_flag(call);
    std::vector<std::string> names;
    for (const auto& subject : state.subjects(std::nullopt, shown)) {
        if (!has_prefix(subject, prefix)) continue;
        if (deleted_only && state.latest(subject)) continue;
        names.push_back(subject.qualified());
    }
    std::ranges::sort(names, schema::text::Utf16Less{});
    BOOST_OUTCOME_TRY(const auto page, page_of(call, std::move(names)));
    return render_names(page);
}

Result<std::string> list_versions(const Call& call, const Queries& state) {
    const auto subject = call.subject();
    const bool deleted_only = call.flag("deletedOnly");
    const auto records =
        state.versions(subject, deleted_only ? Deleted::include : deleted_flag(call));
    if (records.empty()) return errors::subject_not_found(subject);
    std::vector<Version> versions;
    for (const auto& record : records) {
        if (!deleted_only || record.deleted) versions.push_back(record.what.version);
    }
    BOOST_OUTCOME_TRY(const auto page, page_of(call, std::move(versions)));
    return render_versions(page);
}

Result<std::string> get_version(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto version, chosen_version(call, state));
    BOOST_OUTCOME_TRY(const auto content, content_of(state, version));
    return render_version(version, content, Times::show);
}

Result<std::string> get_version_schema(const Call& call, const Queries& state) {
    BOOST_OUTCOME_TRY(const auto version, chosen_version(call, state));
    BOOST_OUTCOME_TRY(auto content, content_of(state, version));
    return std::move(content.text);
}

Result<std::string> lookup_schema(const Call& call,
                                  const Queries& state,
                                  const catalog::RegistryPolicy& policy) {
    const auto subject = call.subject();
    BOOST_OUTCOME_TRY(const auto request,
                      parse_schema_request(call.request.body, "lookUpSchemaUnderSubject.arg5"));
    const auto config = catalog::effective_config(state, subject, policy.default_level);
    const auto candidate = catalog::parse_candidate(
        state, subject, request, normalize_flag(call, config), policy.validation);
    const bool no_text = catalog::is_blank(request.text);
    if (!candidate && !no_text) return candidate.error();
    if (state.versions(subject, deleted_flag(call)).empty()) {
        return errors::subject_not_found(subject);
    }
    if (no_text) return errors::schema_not_found();
    const auto match = catalog::find_version(state, subject, candidate.value(), deleted_flag(call));
    if (!match) return errors::schema_not_found();
    return render_version(
        match->version, match->content, match->by_structure ? Times::show : Times::hide);
}

Result<std::string> test_compatibility(const Call& call,
                                       const Queries& state,
                                       const catalog::RegistryPolicy& policy) {
    const bool one_version = call.parameters.contains("version");
    BOOST_OUTCOME_TRY(const auto request,
                      parse_schema_request(call.request.body,
                                           one_version ? "testCompatibilityBySubjectName.arg4"
                                                       : "testCompatibilityForSubject.arg3"));
    const auto subject = call.subject();
    std::optional<VersionRecord> against;
    if (one_version) {
        BOOST_OUTCOME_TRY(const auto choice, parse_version(call.parameters.at("version")));
        against = choice.number ? state.version(subject, *choice.number) : state.latest(subject);
        if (choice.number && (!against || against->deleted)) {
            return errors::version_not_found(choice.number->value);
        }
    }
    const auto config = catalog::effective_config(state, subject, policy.default_level);
    if (catalog::is_blank(request.text)) {
        return invalid_as_answer(call, errors::invalid_schema(schema::empty_schema().reason));
    }
    const auto candidate = catalog::parse_candidate(
        state, subject, request, normalize_flag(call, config), policy.validation);
    if (!candidate) return invalid_as_answer(call, candidate.error());
    if (one_version && !against) return render_compatibility({}, call.flag("verbose"));
    const auto messages =
        catalog::incompatibilities(state, subject, candidate.value(), config, against);
    return render_compatibility(messages, call.flag("verbose"));
}

}  // namespace sgw::gateway::api
