#include "config/problem.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "config/text.hpp"

namespace sgw::config {
namespace {

constexpr std::size_t max_shown = 60;

/// Optimal string alignment distance; both texts are short (keys), so that the quadratic table is
/// small.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string to_line(const Problem& problem) {
    std::string line = problem.file;
    if (problem.line > 0) line += ":" + std::to_string(problem.line);
    line += ": ";
    if (!problem.key.empty()) line += problem.key + ": ";
    line += problem.message;
    if (!problem.suggestion.empty()) line += "; did you mean \"" + problem.suggestion + "\"?";
    std::ranges::replace_if(line, is_control, '?');
    return line;
}

std::string in_quotes(std::string_view text) {
    if (text.size() <= max_shown) return "\"" + std::string(text) + "\"";
    return "\"" + std::string(text.substr(0, max_shown)) + "...\"";
}

std::string nearest(std::string_view text, std::span<const std::string> candidates) {
    if (text.size() > max_shown) return {};
    std::string best;
    std::size_t best_edits = 0;
    for (const auto& candidate : candidates) {
        const auto distance = edits(lower(text), lower(candidate));
        const auto allowed = std::max<std::size_t>(1, std::max(text.size(), candidate.size()) / 2);
        if (distance > allowed || (!best.empty() && distance >= best_edits)) continue;
        best = candidate;
        best_edits = distance;
    }
    return best;
}

std::string joined(std::span<const std::string> words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace sgw::config
