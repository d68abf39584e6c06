#include "gateway/jobs/id_reader.hpp"

#include <functional>
#include <utility>

namespace sgw::gateway::jobs {
namespace {

constexpr unsigned subjects_at_a_time = 8;
constexpr auto shown = routing::Shown::deleted_too;

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
    const auto listed = co_await upstream_.versions(subject, deadline(), shown);
    const auto* versions = std::get_if<std::vector<Version>>(&listed);
    if (versions == nullptr && !is_absent(listed)) co_return GoOn::no;
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
    const auto answer =
        co_await upstream_.version(what, deadline(), Upstream::Purpose::traffic, shown);
    const auto* fact = std::get_if<routing::VersionFact>(&answer);
    if (fact == nullptr) co_return is_absent(answer) ? GoOn::yes : GoOn::no;
    auto judge = [&](const catalog::Queries& state) { return routing::stray(state, what, *fact); };
    auto stray = co_await ask(services_, std::ref(judge));
    told.emplace(what.version, fact->id);
    if (!stray) co_return GoOn::yes;
    found_ = std::vector{std::move(*stray)};
    co_return GoOn::no;
}

template <class Fact>
bool IdReader::is_absent(const routing::RegionAnswer<Fact>& answer) {
    if (const auto* failed = std::get_if<routing::Failed>(&answer)) found_ = *failed;
    if (const auto* refused = std::get_if<routing::Refused>(&answer)) found_ = *refused;
    return std::holds_alternative<routing::Absent>(answer);
}

std::chrono::steady_clock::time_point IdReader::deadline() const {
    return std::chrono::steady_clock::now() + services_.config.health.timeout;
}

}  // namespace sgw::gateway::jobs
