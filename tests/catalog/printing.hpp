// How the test framework shows values that it would else print as bytes.
#pragma once

#include <ostream>

#include "store/catalog/deployment.hpp"

namespace sgw::catalog {

inline void PrintTo(const Deployment& deployment, std::ostream* out) {
    *out << deployment.what.subject.qualified() << " v" << deployment.what.version.value << " in "
         << deployment.region.value << ": " << state_name(deployment.state) << " since "
         << deployment.since_ms << ", planned by " << deployment.planned << " at "
         << deployment.planned_ms << (deployment.was_there ? ", was there" : "") << ", says \""
         << deployment.reason << '"';
}

}  // namespace sgw::catalog
