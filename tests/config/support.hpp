// What the tests of the configuration share: an environment in a map, and problems as lines.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/load.hpp"

namespace sgw::config::test {

inline Environment environment(std::map<std::string, std::string> variables = {}) {
    return
        [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            if (found == variables.end()) return std::nullopt;
            return found->second;
        };
}

/// The problems of a text as lines; none when it loads.
inline std::vector<std::string> problems_of(const std::string& text,
                                            const Environment& variables = environment()) {
    const auto loaded = load_text("c.yaml", text, variables);
    std::vector<std::string> lines;
    if (loaded) return lines;
    for (const auto& problem : loaded.error()) lines.push_back(to_line(problem));
    return lines;
}

/// A file with this content until the end of the scope.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string& content) {
        static std::atomic<int> count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("sgw-config-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

}  // namespace sgw::config::test
