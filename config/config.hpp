// The configuration as plain aggregates; a default-constructed Config is the standalone registry
// that runs with no file at all. Read-only after loading, any thread. load.hpp fills it,
// validate.hpp checks it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sgw::config {

using std::chrono::milliseconds;

struct Endpoint {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free port; the one taken is logged at start

    bool operator==(const Endpoint&) const = default;
};

/// Bounds of either listener by itself; what exceeds them is answered in the registry's error form.
struct Limits {
    std::size_t header_bytes = std::size_t{8} * 1024;
    std::size_t body_bytes = std::size_t{10} * 1024 * 1024;
    std::size_t connections = 10'000;
    milliseconds idle_timeout{300'000};  // a kept-alive connection without a request
    milliseconds request_timeout{
        30'000};  // from the first byte of a request to its last, and for its answer
};

enum class LogLevel { debug, info, warning, error };

struct Gateway {
    std::string region;  // the home region's name; empty: none
    Endpoint listen{"127.0.0.1", 8081};
    Endpoint admin{"127.0.0.1", 8082};
    unsigned threads = 2;
    bool health_on_client = false;
    bool access_log = false;
    LogLevel log_level = LogLevel::info;  // of the process's own log lines on stderr
    milliseconds shutdown_timeout{10'000};
    Limits limits;
};

enum class LogEngine { rocksdb };

struct Log {
    LogEngine engine = LogEngine::rocksdb;
};

struct Url {
    std::string host;
    std::uint16_t port = 80;
    std::string path;  // without trailing slash; empty for the root

    bool operator==(const Url&) const = default;
};

struct BasicAuth {
    std::string username;
    std::string password;  // never logged, never printed

    bool operator==(const BasicAuth&) const = default;
};

struct Region {
    std::string name;
    std::vector<Url> urls;  // at least one
    int priority = 100;     // lower is nearer
    bool manage_mode = true;
    std::optional<BasicAuth> basic_auth;
    std::size_t connections = 64;  // per I/O thread
    std::size_t queue = 1024;      // requests waiting for a connection, per I/O thread
};

enum class Ack { none, one, majority, all, home };
enum class OnTimeout { accept, fail };

struct Deploy {
    Ack ack = Ack::one;
    milliseconds ack_timeout{2'000};
    OnTimeout on_timeout = OnTimeout::accept;
    milliseconds retry_initial{100};
    milliseconds retry_max{5'000};
};

enum class ReadPolicy { nearest, catalog };

struct Reads {
    ReadPolicy policy = ReadPolicy::nearest;
    milliseconds timeout{2'000};
    milliseconds try_timeout{300};
};

/// Probing of regions, and when one is left out.
struct Health {
    milliseconds interval{1'000};  // between two probes of one region, jittered by 10 %
    milliseconds timeout{1'000};   // of one probe
    unsigned failures = 3;         // consecutive ones that leave a region out
    milliseconds settle{2'000};    // how long a region must look empty before it is claimed
};

enum class IdScope { global, context };

struct Ids {
    std::optional<IdScope> scope;  // unset: global with regions, context without
    std::int32_t floor = 0;        // never allocate at or below it
};

struct Schemas {
    std::string default_compatibility = "BACKWARD";
    bool avro_validate_defaults = false;
};

struct Config {
    Gateway gateway;
    std::string data_dir = "./schema-gateway-data";
    Log log;
    std::vector<Region> regions;
    Deploy deploy;
    Reads reads;
    Health health;
    Ids ids;
    Schemas schemas;

    IdScope id_scope() const {
        return ids.scope.value_or(regions.empty() ? IdScope::context : IdScope::global);
    }
};

}  // namespace sgw::config
