// A catalog in memory for tests of the rules: commands go through the pure functions that the
// gateway uses, and come back as one line of text, so that a test reads as a table. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/catalog/apply.hpp"
#include "store/catalog/rules/compatible.hpp"
#include "store/catalog/rules/lookup.hpp"
#include "store/catalog/rules/register.hpp"
#include "store/catalog/rules/scope.hpp"
#include "store/catalog/rules/settings.hpp"
#include "tests/catalog/memory_key_values.hpp"

namespace sgw::catalog {

inline constexpr const char* int_text = "\"int\"";
inline constexpr const char* string_text = "\"string\"";
inline constexpr const char* long_text = "\"long\"";

/// A record of int fields; those that end in `=` have a default.
inline std::string record(const std::vector<std::string>& fields) {
    std::string text = R"({"type":"record","name":"R","fields":[)";
    for (const auto& field : fields) {
        if (text.back() != '[') text += ',';
        const bool has_default = field.ends_with('=');
        text += R"({"name":")" + field.substr(0, field.size() - (has_default ? 1 : 0)) +
                R"(","type":"int")" + (has_default ? R"(,"default":0})" : "}");
    }
    return text + "]}";
}

inline SchemaRequest request(std::string text) {
    SchemaRequest request;
    request.text = std::move(text);
    return request;
}

inline SchemaRequest with_version(SchemaRequest request, std::int32_t version) {
    request.version = version;
    return request;
}

inline SchemaRequest with_id(SchemaRequest request, std::int32_t id) {
    request.id = id;
    return request;
}

inline SchemaRequest with_metadata(SchemaRequest request, Metadata metadata) {
    request.metadata = std::move(metadata);
    return request;
}

inline Metadata properties(std::map<std::string, std::string> values) {
    return {{}, std::move(values), {}};
}

inline std::string shown(const Error& error) {
    return std::to_string(error.code) + " " + error.message;
}

class TestCatalog {
  public:
    TestCatalog() { policy_.default_level = schema::Level::none; }

    RegistryPolicy& policy() { return policy_; }
    Queries state() const { return Queries(store_); }

    log::Sequence add(const Events& events) {
        apply(events, ++sequence_, time_ms_ += 10, store_);
        return sequence_;
    }

    Result<PreparedRegistration> prepare(
        const std::string& subject,
        const SchemaRequest& request,
        schema::Normalize normalize = schema::Normalize::no) const {
        return prepare_registration(state(), Subject::parse(subject), request, normalize, policy_);
    }

    /// "id 1 v1" for a new version, "id 1 v1 known" (with " at" when its time is shown) for what
    /// was there, "id 1 v1 unchanged" when the writer found nothing to write, or the error.
    std::string registered(const std::string& subject,
                           const SchemaRequest& request,
                           schema::Normalize normalize = schema::Normalize::no) {
        auto prepared = prepare(subject, request, normalize);
        if (!prepared) return shown(prepared.error());
        if (const auto* known = std::get_if<AlreadyRegistered>(&prepared.value())) {
            return shown(known->version.id, known->version.what.version) + " known" +
                   (known->show_time ? " at" : "");
        }
        return decided(std::get<Registration>(prepared.value()));
    }
    std::string registered(const std::string& subject, const std::string& text) {
        return registered(subject, request(text));
    }

    std::string decided(const Registration& registration) {
        const auto decision = decide_registration(state(), registration, policy_, targets_);
        if (!decision) return "stale";
        if (!decision.value()) return shown(decision.value().error());
        const auto& [id, events] = decision.value().value();
        if (events.empty()) return shown(id, registration.version) + " unchanged";
        add(events);
        return shown(id, registration.version);
    }

    /// "id 1 v1", with " at" when found by structure, or "none".
    std::string found(const std::string& subject,
                      const SchemaRequest& request,
                      Deleted deleted = Deleted::leave_out,
                      schema::Normalize normalize = schema::Normalize::no) const {
        const auto candidate = parse_candidate(
            state(), Subject::parse(subject), request, normalize, policy_.validation);
        if (!candidate) return shown(candidate.error());
        const auto match =
            find_version(state(), Subject::parse(subject), candidate.value(), deleted);
        if (!match) return "none";
        return shown(match->version.id, match->version.what.version) +
               (match->by_structure ? " at" : "");
    }
    std::string found(const std::string& subject, const std::string& text) const {
        return found(subject, request(text));
    }

    std::string put_mode(const std::string& scope,
                         std::optional<Mode> mode,
                         Force force = Force::no) {
        return added(set_mode(state(), Subject::parse(scope), mode, force));
    }
    std::string delete_mode(const std::string& scope, Recursive recursive = Recursive::no) {
        return added(catalog::delete_mode(state(), Subject::parse(scope), recursive));
    }
    std::string put_config(const std::string& scope, const ConfigUpdate& update) {
        return added(set_config(state(), Subject::parse(scope), update));
    }
    std::string delete_config(const std::string& scope) {
        return added(catalog::delete_config(state(), Subject::parse(scope)));
    }

    void set_mode_now(const std::string& scope, Mode mode) {
        add({ModeSet{Subject::parse(scope), mode}});
    }
    void set_config_now(const std::string& scope, ScopeConfig config) {
        add({ConfigSet{Subject::parse(scope), std::move(config)}});
    }
    void set_targets(std::vector<RegionName> targets) { targets_ = std::move(targets); }

    std::vector<int> versions(const std::string& subject) const {
        std::vector<int> numbers;
        for (const auto& record : state().versions(Subject::parse(subject), Deleted::include)) {
            numbers.push_back(record.what.version.value);
        }
        return numbers;
    }

    std::optional<Content> content(const std::string& subject, int version) const {
        const auto parsed = Subject::parse(subject);
        const auto record = state().version(parsed, Version{version});
        return record ? state().schema(parsed.context, record->id) : std::nullopt;
    }

    std::string property(const std::string& subject, int version, const std::string& name) const {
        const auto held = content(subject, version);
        if (!held || !held->metadata || !held->metadata->properties.contains(name)) return "none";
        return held->metadata->properties.at(name);
    }

  private:
    static std::string shown(SchemaId id, Version version) {
        return "id " + std::to_string(id.value) + " v" + std::to_string(version.value);
    }
    static std::string shown(const Error& error) { return catalog::shown(error); }

    /// How many events were added, or the error.
    std::string added(const Result<Events>& events) {
        if (!events) return shown(events.error());
        if (!events.value().empty()) add(events.value());
        return std::to_string(events.value().size());
    }

    MemoryKeyValues store_;
    RegistryPolicy policy_;
    std::vector<RegionName> targets_;
    log::Sequence sequence_ = 1;
    std::int64_t time_ms_ = 0;
};

inline ScopeConfig level(schema::Level level) {
    ScopeConfig config;
    config.level = level;
    return config;
}

}  // namespace sgw::catalog
