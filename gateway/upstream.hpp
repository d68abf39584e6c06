// The calls that the gateway makes to one region, typed: each sends a registry request, takes the
// answer apart into facts, and books success or failure on the region's health. Nothing a region
// sent leaves here unread.
//
// One object per I/O context and region, used on that context only. Every call ends by its
// deadline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "gateway/http/client_pool.hpp"
#include "gateway/metrics.hpp"
#include "gateway/region.hpp"
#include "routing/deployment.hpp"
#include "routing/region_answer.hpp"
#include "routing/region_request.hpp"

namespace sgw::gateway {

class Upstream {
  public:
    using Deadline = std::chrono::steady_clock::time_point;
    template <class Fact>
    using Answer = boost::asio::awaitable<routing::RegionAnswer<Fact>>;

    using Shown = routing::Shown;

    /// A probe's outcome also ends or prolongs the region's time out, and a probe never queues: one
    /// that did would find out about the queue. What timed out after it had queued is not the
    /// region's failure; where all that is under way has queued, probes find a region that hangs.
    enum class Purpose { traffic, probe };

    /// `mapping`: the region's. `blocking`: where large answers are taken apart.
    Upstream(Region& region,
             const routing::RegionMapping& mapping,
             RegionMetrics& metrics,
             http::ClientPool& pool,
             boost::asio::thread_pool& blocking)
        : region_(region), mapping_(mapping), metrics_(metrics), pool_(pool), blocking_(blocking) {}

    Region& region() { return region_; }

    Answer<routing::VersionFact> version(const catalog::SubjectVersion& what,
                                         Deadline deadline,
                                         Purpose purpose,
                                         Shown shown = Shown::live);
    Answer<routing::VersionFact> latest(const Subject& subject, Deadline deadline);
    Answer<std::vector<Version>> versions(const Subject& subject,
                                          Deadline deadline,
                                          Shown shown = Shown::live);
    Answer<routing::SchemaFact> schema(const routing::IdQuestion& question, Deadline deadline);
    Answer<std::vector<catalog::SubjectVersion>> holders(const routing::IdQuestion& question,
                                                         Deadline deadline);
    Answer<routing::VersionFact> look_up(const routing::SchemaQuestion& question,
                                         Shown shown,
                                         Deadline deadline);
    Answer<routing::CompatibilityFact> compatibility(const routing::SchemaQuestion& question,
                                                     const routing::Against& against,
                                                     routing::Verbose verbose,
                                                     Deadline deadline);
    static constexpr std::chrono::seconds listing_timeout{5};  // of all subjects: may be many
    /// Qualified names of all subjects in all contexts, deleted ones included, as far as the region
    /// lists them; each once, in byte order.
    Answer<std::vector<std::string>> subjects(Deadline deadline);

    Answer<routing::WrittenFact> write(const routing::Wanted& wanted, Deadline deadline);

    Answer<routing::ModeFact> mode_in_force(const Subject& subject,
                                            Deadline deadline,
                                            Purpose purpose);
    using ModeScope = routing::ModeScope;
    Answer<routing::ModeFact> set_import_mode(ModeScope scope, Deadline deadline);

  private:
    /// Takes an answer apart, `Known` being what the answer itself does not say.
    template <class Fact, class... Known>
    using Reader = routing::RegionAnswer<Fact> (*)(const routing::RawAnswer&,
                                                   const routing::RegionMapping&,
                                                   const Known&...);

    template <class Fact, class... Known>
    Answer<Fact> call(routing::RegionRequest request,
                      Deadline deadline,
                      Reader<Fact, Known...> read,
                      Purpose purpose,
                      Known... known);
    Answer<std::vector<std::string>> listed(routing::RegionRequest request,
                                            Context context,
                                            Deadline deadline);

    Region& region_;
    const routing::RegionMapping& mapping_;
    RegionMetrics& metrics_;
    http::ClientPool& pool_;
    boost::asio::thread_pool& blocking_;
};

}  // namespace sgw::gateway
