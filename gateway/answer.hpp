// What a handler answers, before it becomes HTTP: a body or an error, and where it came from. Pure
// values.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "gateway/metrics.hpp"
#include "store/error.hpp"

namespace sgw::gateway {

struct Answer {
    int status = 200;
    std::shared_ptr<const std::string> body;
    std::optional<Source> source;  // none: made without looking anything up
    std::string region;            // that confirmed it, with Source::region
    std::chrono::seconds age{0};   // since it was known to be true

    static Answer of(std::string body, Source source) {
        return {200, std::make_shared<const std::string>(std::move(body)), source, {}, {}};
    }
    static Answer of(std::string body) {
        return {200, std::make_shared<const std::string>(std::move(body)), {}, {}, {}};
    }
};

using Answered = Result<Answer>;

}  // namespace sgw::gateway
