// Calls as handlers see them, without a server.
#pragma once

#include <string>
#include <utility>

#include "gateway/call.hpp"

namespace sgw::gateway {

/// A GET with these query parameters. One object a call, as Call refers into it.
struct SomeCall {
    http::Request request;
    routing::Route route{"GET", "/x", routing::Operation::list_subjects, "some_label"};
    std::map<std::string, std::string, std::less<>> parameters;
    http::QueryParameters query;

    Call call() const { return Call{request, route, parameters, query}; }
};

}  // namespace sgw::gateway
