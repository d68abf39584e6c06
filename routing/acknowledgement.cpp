#include "routing/acknowledgement.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

std::size_t needed(config::Ack ack, std::size_t targets) {
    switch (ack) {
        case config::Ack::none:
            return 0;
        case config::Ack::one:
        case config::Ack::home:
            return std::min<std::size_t>(1, targets);
        case config::Ack::majority:
            return targets == 0 ? 0 : targets / 2 + 1;
        case config::Ack::all:
            return targets;
    }
    return targets;
}

}  // namespace

AckState ack_state(config::Ack ack,
                   const std::optional<RegionName>& home,
                   const std::vector<Target>& targets) {
    auto counted = targets;
    if (ack == config::Ack::home) {
        std::erase_if(counted, [&](const Target& target) { return target.region != home; });
    }
    const auto is_there = [](const Target& target) {
        return target.was_there || catalog::is_there(target.state);
    };
    const auto may_come = [](const Target& target) {
        return !target.was_there && catalog::is_work(target.state) && target.healthy;
    };
    const auto need = needed(ack, counted.size());
    const auto there = static_cast<std::size_t>(std::ranges::count_if(counted, is_there));
    if (there >= need) return AckState::reached;
    const auto coming = static_cast<std::size_t>(std::ranges::count_if(counted, may_come));
    return there + coming >= need ? AckState::waiting : AckState::hopeless;
}

}  // namespace sgw::routing
