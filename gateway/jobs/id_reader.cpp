#include "gateway/jobs/id_reader.hpp"

#include <functional>
#include <utility>

#include "gateway/jobs/asking.hpp"

namespace sgw::gateway::jobs {
namespace {

constexpr auto shown = routing::Shown::deleted_too;

/// What is no answer to go by.
template <class Fact>
std::optional<IdReader::Strays> trouble(const routing::RegionAnswer<Fact>& answer) {
    if (const auto* failed = std::get_if<routing::Failed>(&answer)) return *failed;
    if (const auto* refused = std::get_if<routing::Refused>(&answer)) return *refused;
    return std::nullopt;
}

}  // namespace

IdReader::IdReader(Services& services, Region& region, asio::any_io_executor control)
    : services_(services),
      region_(region),
      control_(std::move(control)),
      upstream_(services.regions.upstream(control_, region.name())) {}

asio::awaitable<IdReader::Strays> IdReader::strays_among(std::set<Subject> subjects) {
    const std::vector<Subject> all(subjects.begin(), subjects.end());
    auto read_one = [&](std::size_t index) { return read(all[index]); };
    co_await in_parallel(control_, subjects_at_a_time, all.size(), std::ref(read_one));
    co_return std::move(found_);
}

asio::awaitable<GoOn> IdReader::read(Subject subject) {
    const auto listed = co_await upstream_.versions(subject, answer_deadline(services_), shown);
    if (const auto no = trouble(listed)) co_return give_up(*no);
    const auto* versions = std::get_if<std::vector<Version>>(&listed);
    routing::Ids told;
    for (std::size_t i = 0; versions != nullptr && i < versions->size(); ++i) {
        catalog::SubjectVersion what{subject, (*versions)[i]};
        const auto done = co_await read_version(std::move(what), told);
        if (done == GoOn::no) co_return GoOn::no;
    }
    auto compare = [&](const catalog::Queries& state) {
        return routing::is_as_booked(state, region_.name(), subject, told);
    };
    const bool as_booked = co_await ask(services_, std::ref(compare));
    if (!as_booked) region_.suspect(subject);
    co_return GoOn::yes;
}

asio::awaitable<GoOn> IdReader::read_version(catalog::SubjectVersion what, routing::Ids& told) {
    const auto answer = co_await upstream_.version(
        what, answer_deadline(services_), Upstream::Purpose::traffic, shown);
    if (const auto no = trouble(answer)) co_return give_up(*no);
    const auto* fact = std::get_if<routing::VersionFact>(&answer);
    if (fact != nullptr && fact->version != what.version) {
        const Strays garbage =
            routing::Failed{routing::Failed::Kind::garbage, "it answered for another version"};
        co_return give_up(garbage);
    }
    auto judge = [&](const catalog::Queries& state) {
        return routing::stray(state, region_.name(), what, answer);
    };
    auto stray = co_await ask(services_, std::ref(judge));
    if (fact != nullptr) told.emplace(what.version, fact->id);
    if (stray) found_ = std::vector{std::move(*stray)};
    co_return has_stray() ? GoOn::no : GoOn::yes;
}

/// A stray says more than a call that fails beside it.
GoOn IdReader::give_up(const Strays& why) {
    if (!has_stray()) found_ = why;
    return GoOn::no;
}

bool IdReader::has_stray() const {
    const auto* strays = std::get_if<std::vector<std::string>>(&found_);
    return strays != nullptr && !strays->empty();
}

}  // namespace sgw::gateway::jobs
