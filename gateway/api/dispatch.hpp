// From an operation to its handler. On the caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway::api {

/// The answer that is in memory, if there is one.
std::optional<Answer> answer_at_once(Services& services, const Call& call);

/// The answer that the catalog, the log or a region has. Throws Overdue when the turn of the work
/// comes after the request's deadline.
boost::asio::awaitable<Answered> dispatch(Services& services, const Call& call);

}  // namespace sgw::gateway::api
