#include "config/load.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include "config/tree.hpp"
#include "config/validate.hpp"

namespace sgw::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr std::size_t max_problems = 50;

void bind_limits(Section& section, Limits& limits) {
    section.size("header_bytes", limits.header_bytes, kib, mib);
    section.size("body_bytes", limits.body_bytes, kib, 256 * mib);
    section.size("bodies_bytes", limits.bodies_bytes, kib, 64 * (1024 * mib));
    section.number("connections", limits.connections, 1, 1'000'000);
    section.duration("idle_timeout", limits.idle_timeout, milliseconds(100), hours(24));
    section.duration("request_timeout", limits.request_timeout, milliseconds(100), hours(1));
    section.finish();
}

void bind_gateway(Section& section, Gateway& gateway) {
    static const std::array<Choice<LogLevel>, 4> levels{{{"debug", LogLevel::debug},
                                                         {"info", LogLevel::info},
                                                         {"warning", LogLevel::warning},
                                                         {"error", LogLevel::error}}};
    section.text("region", gateway.region);
    section.endpoint("listen", gateway.listen);
    section.endpoint("admin", gateway.admin);
    section.number("threads", gateway.threads, 1, 256);
    section.flag("health_on_client", gateway.health_on_client);
    section.flag("access_log", gateway.access_log);
    section.choice("log_level", gateway.log_level, levels);
    section.duration("shutdown_timeout", gateway.shutdown_timeout, milliseconds(0), minutes(10));
    section.section("limits", [&](Section& inner) { bind_limits(inner, gateway.limits); });
    section.finish();
}

void bind_log(Section& section, Log& log) {
    // A choice of its own, so that it is refused as what it is: known, and not there yet.
    static const std::array<Choice<std::optional<LogEngine>>, 2> engines{
        {{"rocksdb", LogEngine::rocksdb}, {"postgres", std::nullopt}}};
    std::optional<LogEngine> engine = log.engine;
    section.choice("engine", engine, engines);
    if (!engine) {
        section.refuse("engine", "\"postgres\" is not supported by this release of schema-gateway");
    }
    log.engine = engine.value_or(log.engine);
    section.unsupported("dsn");
    section.finish();
}

void bind_basic(Section& section, BasicAuth& auth) {
    std::string password_file;
    section.required_text("username", auth.username, Shown::no);
    section.text("password", auth.password, Shown::no);
    section.text("password_file", password_file);
    section.finish(Shown::no);
    if (auth.username.find(':') != std::string::npos) {
        section.refuse("username", "must not hold a colon");
    }
    if (section.has("password") && section.has("password_file")) {
        return section.refuse("password_file", "give either password or password_file, not both");
    }
    if (!section.has("password_file")) return section.require("password");
    if (password_file.empty()) return;
    auto password = read_secret_file(password_file);
    if (!password) return section.refuse("password_file", password.error().message);
    auth.password = std::move(password).value();
}

void bind_region(Section& section, Region& region) {
    section.required_text("name", region.name);
    section.require("urls");
    section.urls("urls", region.urls);
    section.number("priority", region.priority, 0, 1'000'000);
    section.flag("manage_mode", region.manage_mode);
    const bool has_auth = section.has("auth");
    section.section("auth", [&](Section& auth) {
        if (has_auth) auth.require("basic");
        auth.section("basic", [&](Section& basic) {
            BasicAuth credentials;
            bind_basic(basic, credentials);
            if (auth.has("basic")) region.basic_auth = std::move(credentials);
        });
        auth.finish(Shown::no);
    });
    section.number("connections", region.connections, 1, 10'000);
    section.number("queue", region.queue, 0, 1'000'000);
    for (const auto* key : {"strategy", "capacity", "aliases", "role", "on_missing"}) {
        section.unsupported(key);
    }
    section.finish();
}

void bind_deploy(Section& section, Deploy& deploy) {
    static const std::array<Choice<Ack>, 5> acks{{{"none", Ack::none},
                                                  {"home", Ack::home},
                                                  {"one", Ack::one},
                                                  {"majority", Ack::majority},
                                                  {"all", Ack::all}}};
    static const std::array<Choice<OnTimeout>, 2> outcomes{
        {{"accept", OnTimeout::accept}, {"fail", OnTimeout::fail}}};
    section.choice("ack", deploy.ack, acks);
    section.duration("ack_timeout", deploy.ack_timeout, milliseconds(1), minutes(5));
    section.choice("on_timeout", deploy.on_timeout, outcomes);
    section.duration("retry_initial", deploy.retry_initial, milliseconds(1), hours(1));
    section.duration("retry_max", deploy.retry_max, milliseconds(1), hours(1));
    section.finish();
}

void bind_reads(Section& section, Reads& reads) {
    static const std::array<Choice<ReadPolicy>, 2> policies{
        {{"nearest", ReadPolicy::nearest}, {"catalog", ReadPolicy::catalog}}};
    section.choice("policy", reads.policy, policies);
    section.duration("timeout", reads.timeout, milliseconds(1), minutes(5));
    section.duration("try_timeout", reads.try_timeout, milliseconds(1), minutes(5));
    section.finish();
}

void bind_health(Section& section, Health& health) {
    section.duration("interval", health.interval, milliseconds(10), hours(1));
    section.duration("timeout", health.timeout, milliseconds(10), minutes(1));
    section.number("failures", health.failures, 1, 1000);
    section.duration("settle", health.settle, milliseconds(10), hours(1));
    section.finish();
}

void bind_ids(Section& section, Ids& ids) {
    static const std::array<Choice<std::optional<IdScope>>, 2> scopes{
        {{"global", IdScope::global}, {"context", IdScope::context}}};
    section.choice("scope", ids.scope, scopes, "global with regions, context without");
    section.number("floor", ids.floor, 0, std::numeric_limits<std::int32_t>::max() - 1);
    section.finish();
}

void bind_schemas(Section& section, Schemas& schemas) {
    static const std::array<Choice<std::string>, 7> levels{
        {{"NONE", "NONE"},
         {"BACKWARD", "BACKWARD"},
         {"BACKWARD_TRANSITIVE", "BACKWARD_TRANSITIVE"},
         {"FORWARD", "FORWARD"},
         {"FORWARD_TRANSITIVE", "FORWARD_TRANSITIVE"},
         {"FULL", "FULL"},
         {"FULL_TRANSITIVE", "FULL_TRANSITIVE"}}};
    section.choice("default_compatibility", schemas.default_compatibility, levels);
    section.section("avro", [&](Section& avro) {
        avro.flag("validate_defaults", schemas.avro_validate_defaults);
        avro.finish();
    });
    section.finish();
}

void bind(Section& root, Config& config) {
    root.section("gateway", [&](Section& s) { bind_gateway(s, config.gateway); });
    root.text("data_dir", config.data_dir);
    root.section("log", [&](Section& s) { bind_log(s, config.log); });
    const bool has_regions = root.has("regions");
    root.list("regions", [&](Section& s) {
        Region region;
        bind_region(s, region);
        if (has_regions) config.regions.push_back(std::move(region));
    });
    root.section("deploy", [&](Section& s) { bind_deploy(s, config.deploy); });
    root.section("reads", [&](Section& s) { bind_reads(s, config.reads); });
    root.section("health", [&](Section& s) { bind_health(s, config.health); });
    root.section("ids", [&](Section& s) { bind_ids(s, config.ids); });
    root.section("schemas", [&](Section& s) { bind_schemas(s, config.schemas); });
    root.unsupported("placement");
    root.finish();
}

/// The line of a key, or of what it would stand in.
int line_of(const Loading& loading, std::string path) {
    while (!path.empty()) {
        const auto found = loading.lines.find(path);
        if (found != loading.lines.end()) return found->second;
        const auto end = path.find_last_of(".[");
        path.resize(end == std::string::npos ? 0 : end);
    }
    return 1;
}

/// Rules between keys are only worth telling when each key by itself is right.
void add_findings(Loading& loading, const Config& config) {
    if (!loading.problems.empty()) return;
    for (auto& finding : validate(config)) {
        const auto line = line_of(loading, finding.key);
        if (finding.begins == Finding::Begins::with_value) {
            finding.message.insert(0, loading.written[finding.key] + " ");
        }
        loading.problems.push_back({loading.file,
                                    line,
                                    std::move(finding.key),
                                    std::move(finding.message),
                                    std::move(finding.suggestion)});
    }
}

Problems in_order(Problems problems) {
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return a.line < b.line;
    });
    if (problems.size() > max_problems) {
        const auto more = problems.size() - max_problems;
        problems.resize(max_problems);
        problems.push_back({problems.front().file, 0, {}, std::to_string(more) + " more", {}});
    }
    return problems;
}

Problems unreadable(const std::string& path, const std::string& reason) {
    return {Problem{path, 0, {}, reason, {}}};
}

}  // namespace

Result<Config> load_text(const std::string& file,
                         std::string_view text,
                         const Environment& environment) {
    BOOST_OUTCOME_TRY(const auto tree, parse_tree(file, text));
    Config config;
    if (tree.kind == TreeNode::Kind::null) return config;
    if (tree.kind != TreeNode::Kind::mapping) {
        return Problems{Problem{file, tree.line, {}, "expected a mapping of keys at the top", {}}};
    }
    Loading loading{file, environment, {}, {}, {}, {}};
    Section root(loading, &tree, "");
    bind(root, config);
    add_findings(loading, config);
    if (!loading.problems.empty()) return in_order(std::move(loading.problems));
    return config;
}

Result<Config> load_file(const std::string& path, const Environment& environment) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return unreadable(path, "is a directory");
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return unreadable(path, std::string("cannot be read: ") + std::strerror(errno));
    std::string text(max_text_bytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad()) return unreadable(path, "cannot be read");
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return load_text(path, text, environment);
}

Result<Config> load(const std::optional<std::string>& path, const Environment& environment) {
    if (path) return load_file(*path, environment);
    const auto text = environment(inline_variable);
    if (!text) return Config{};
    if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
        return unreadable(inline_variable, "is empty; unset it or put a configuration into it");
    }
    return load_text(inline_variable, *text, environment);
}

std::vector<KnownKey> known_keys() {
    Loading loading;
    Config config;
    Section root(loading, nullptr, "");
    bind(root, config);
    return std::move(loading.known);
}

}  // namespace sgw::config
