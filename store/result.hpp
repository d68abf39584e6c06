// A value or the reason why there is none, for what can fail in normal life.
// Propagate with BOOST_OUTCOME_TRY(auto value, call()).
#pragma once

#include <boost/outcome/result.hpp>
#include <boost/outcome/try.hpp>

namespace sgw {

template <class T, class E>
using ResultOr = boost::outcome_v2::basic_result<T, E, boost::outcome_v2::policy::all_narrow>;

}  // namespace sgw
