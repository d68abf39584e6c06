// The rules between keys: what no single value can tell. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace sgw::config {

/// A broken rule. `key` is a path as in the file, `regions[1].urls[0]`; the loader adds file and
/// line.
struct Finding {
    std::string key;
    std::string message;
    std::string suggestion;
    /// Whether the message goes on from the value, as it stands in the file.
    enum class Begins { with_message, with_value };
    Begins begins = Begins::with_message;

    bool operator==(const Finding&) const = default;
};

std::vector<Finding> validate(const Config& config);

}  // namespace sgw::config
