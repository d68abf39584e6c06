#include "store/catalog/rules/scope.hpp"

#include <algorithm>
#include <array>

#include "config/text.hpp"

namespace sgw::catalog {
namespace {

std::array<Subject, 3> scopes_of(const Subject& subject) {
    return {subject, context_scope(subject.context), server_scope()};
}

bool is_overridden(const Queries& state) {
    return state.mode(context_scope(Context{})) == Mode::readonly_override;
}

/// U+0080 .. U+009F, the other block of ISO control characters, in UTF-8.
bool has_c1_control(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto next = static_cast<unsigned char>(text[i + 1]);
        if (text[i] == '\xc2' && next >= 0x80 && next <= 0x9f) return true;
    }
    return false;
}

}  // namespace

ScopeConfig effective_config(const Queries& state,
                             const Subject& subject_or_scope,
                             schema::Level default_level) {
    ScopeConfig found;
    for (const auto& scope : scopes_of(subject_or_scope)) {
        if (auto config = state.config(scope)) {
            found = std::move(*config);
            break;
        }
    }
    if (!found.level) found.level = default_level;
    return found;
}

Mode effective_mode(const Queries& state, const Subject& subject_or_scope) {
    if (is_overridden(state)) return Mode::readonly_override;
    for (const auto& scope : scopes_of(subject_or_scope)) {
        if (const auto mode = state.mode(scope)) return *mode;
    }
    return Mode::readwrite;
}

std::optional<Mode> shown_mode(const Queries& state, const Subject& scope) {
    return is_overridden(state) ? Mode::readonly_override : state.mode(scope);
}

Result<void> require_writable(Mode mode, const Subject& subject, std::string_view shown) {
    if (mode != Mode::readonly && mode != Mode::readonly_override) {
        return boost::outcome_v2::success();
    }
    const auto context =
        subject.context.is_default() ? "" : Subject{subject.context, ""}.qualified();
    return errors::operation_not_permitted("Subject " + std::string(shown) + " in context " +
                                           context + " is in read-only mode");
}

log::Sequence last_change(const Queries& state, const Subject& subject) {
    log::Sequence last = state.changed(context_scope(Context{}));
    for (const auto& scope : scopes_of(subject)) last = std::max(last, state.changed(scope));
    return last;
}

bool is_valid_subject(const Subject& subject) {
    if (subject.context.name == global_context_name) return false;
    const auto valid = [](const std::string& text) {
        return !config::has_control(text) && !has_c1_control(text);
    };
    return valid(subject.context.name) && valid(subject.name) && subject.name != "__GLOBAL" &&
           subject.name != "__EMPTY";
}

}  // namespace sgw::catalog
