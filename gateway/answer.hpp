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

/// Who vouches for an answer, be it a body or an error.
struct Provenance {
    std::optional<Source> source;  // none: made without looking anything up
    std::string region;            // that confirmed it, with Source::region
    std::chrono::seconds age{0};   // since it was known to be true

    static Provenance of(Source source) { return {source, {}, {}}; }
    static Provenance of(const RegionName& region) { return {Source::region, region.value, {}}; }
};

struct Answer {
    int status = 200;
    std::shared_ptr<const std::string> body;
    Provenance from;
    std::shared_ptr<const std::string> compressed;  // the body as gzip, where that is known
    std::string tag;  // that the cache keeps the answer under; empty: it does not

    static Answer of(std::string body, Provenance from = {}) {
        return {200, std::make_shared<const std::string>(std::move(body)), std::move(from), {}, {}};
    }
    static Answer of(std::string body, Source source) {
        return of(std::move(body), Provenance::of(source));
    }
};

/// An error as an answer; an Error alone is one that nobody was asked about.
struct Refusal {
    Error error;
    Provenance from;

    Refusal(Error what, Provenance who = {}) : error(std::move(what)), from(std::move(who)) {}
};

using Answered = ResultOr<Answer, Refusal>;

}  // namespace sgw::gateway
