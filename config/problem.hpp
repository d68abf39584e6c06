// What is wrong with a configuration, where, and how it is told: one line per problem. Pure values,
// any thread. A message never holds a value that came from the environment or from a secret file.
#pragma once

#include <boost/outcome/result.hpp>
#include <boost/outcome/try.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sgw::config {

struct Problem {
    std::string file;
    int line = 0;     // from 1; 0: not about a line
    std::string key;  // dotted path, `regions[0].urls`; empty: not about a key
    std::string message;
    std::string suggestion;  // what was probably meant; may be empty

    bool operator==(const Problem&) const = default;
};

using Problems = std::vector<Problem>;

/// A value, or at least one problem.
template <class T>
using Result = boost::outcome_v2::basic_result<T, Problems, boost::outcome_v2::policy::all_narrow>;

/// `FILE:LINE: key: what is wrong; did you mean "x"?`, without a line end and without control
/// characters.
std::string to_line(const Problem& problem);

/// A text from the file in quotes, as messages show it: shortened when long.
std::string in_quotes(std::string_view text);

/// The candidate that needs the fewest edits (insert, delete, replace, swap of neighbours; letter
/// case costs nothing), or an empty text when all are too far off to have been meant.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

/// `a, b, c`
std::string joined(std::span<const std::string> words);

}  // namespace sgw::config
