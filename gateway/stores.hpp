// Opens what a gateway keeps on disk: the log and the view derived from it. Start-up only; blocks.
#pragma once

#include <memory>
#include <string>

#include "config/config.hpp"
#include "store/catalog/view.hpp"
#include "store/log/log.hpp"
#include "store/result.hpp"

namespace sgw::gateway {

struct Stores {
    std::unique_ptr<log::Log> log;
    std::unique_ptr<catalog::View> view;
};

/// Why the gateway cannot start: one line for people.
struct StartFailure {
    std::string reason;
};

enum class Rebuild { if_needed, always };

ResultOr<Stores, StartFailure> open_stores(const config::Config& config, Rebuild rebuild);

}  // namespace sgw::gateway
