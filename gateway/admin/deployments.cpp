#include "gateway/admin/deployments.hpp"

#include <algorithm>
#include <string>

namespace sgw::gateway::admin {
namespace {

std::string query_value(const http::QueryParameters& query, std::string_view name) {
    const auto found = std::ranges::find(query, name, [](const auto& one) { return one.first; });
    return found == query.end() ? "" : found->second;
}

template <class List, class Name>
Error unknown(std::string_view what, const std::string& given, const List& list, Name name) {
    std::string names;
    for (const auto& one : list) {
        names += names.empty() ? "" : ", ";
        names += name(one);
    }
    const auto known = names.empty() ? "there are none" : "known are " + names;
    return {400, std::string(what) + " \"" + given + "\" is unknown; " + known};
}

}  // namespace

Result<DeploymentFilter> read_filter(const http::QueryParameters& query,
                                     const std::vector<RegionName>& known) {
    DeploymentFilter filter;
    if (const auto text = query_value(query, "state"); !text.empty()) {
        filter.state = catalog::state_from_name(text);
        const auto& all = catalog::all_deployment_states;
        if (!filter.state) return unknown("state", text, all, catalog::state_name);
    }
    if (const auto text = query_value(query, "region"); !text.empty()) {
        filter.region = RegionName{text};
        const auto name = [](const RegionName& region) { return region.value; };
        if (std::ranges::find(known, *filter.region) == known.end()) {
            return unknown("region", text, known, name);
        }
    }
    return filter;
}

DeploymentList list_deployments(const catalog::Queries& state,
                                const DeploymentFilter& filter,
                                std::size_t most) {
    using catalog::KeyValues;
    DeploymentList list;
    state.each_deployment([&](const catalog::Deployment& deployment) {
        if (!filter.fits(deployment)) return KeyValues::Scan::go_on;
        list.is_truncated = list.deployments.size() == most;
        if (list.is_truncated) return KeyValues::Scan::stop;
        list.deployments.push_back(deployment);
        return KeyValues::Scan::go_on;
    });
    return list;
}

}  // namespace sgw::gateway::admin
