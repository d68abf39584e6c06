#include "tests/structure/include_direction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace sgw::structure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The sources of the four folders, by path from the repository's root.
std::map<std::string, std::string> sources() {
    const std::filesystem::path root = SGW_SOURCE_DIR;
    std::map<std::string, std::string> files;
    for (const auto* folder : {"config", "store", "routing", "gateway"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            files[entry.path().lexically_relative(root).generic_string()] =
                std::string(std::istreambuf_iterator<char>(stream), {});
        }
    }
    return files;
}

TEST(IncludeDirection, HoldsInTheWholeTree) {
    for (const auto& [path, text] : sources()) EXPECT_THAT(violations(path, text), IsEmpty());
}

TEST(IncludeDirection, SeesTheTree) {
    const auto files = sources();
    std::size_t includes = 0;
    for (const auto& [path, text] : files) {
        includes += includes_of(text).size();
        EXPECT_FALSE(text.empty()) << path;
    }
    EXPECT_GE(files.size(), 20u);
    EXPECT_GE(includes, 5 * files.size() / 2);
    EXPECT_TRUE(files.contains("config/load.cpp"));
    EXPECT_TRUE(files.contains("store/log/log.hpp"));
    EXPECT_TRUE(files.contains("gateway/http/message.hpp"));
}

TEST(IncludeDirection, ReadsIncludes) {
    EXPECT_THAT(
        includes_of("#include \"a/b.hpp\"\n  #  include <c>\r\n// #include \"no\"\n#include MACRO\n"
                    "#define X \"include\"\n#include \"open\nint x;\n#include\t\"last\""),
        ElementsAre("a/b.hpp", "c", "last"));
    EXPECT_THAT(includes_of(""), IsEmpty());
}

struct Case {
    std::string path;
    std::string include;
    bool allowed;
};

TEST(IncludeDirection, KnowsEachRule) {
    const std::vector<Case> cases{
        {"gateway/app.cpp", "\"routing/health.hpp\"", true},
        {"gateway/app.cpp", "\"config/config.hpp\"", true},
        {"routing/health.cpp", "\"store/types.hpp\"", true},
        {"routing/health.cpp", "\"gateway/app.hpp\"", false},
        {"store/types.cpp", "\"routing/health.hpp\"", false},
        {"store/types.cpp", "\"config/config.hpp\"", true},
        {"config/load.cpp", "\"store/result.hpp\"", false},
        {"config/load.cpp", "\"config/tree.hpp\"", true},
        {"config/load.cpp", "\"tree.hpp\"", false},
        {"config/load.cpp", "\"../store/types.hpp\"", false},
        {"gateway/app.cpp", "\"tests/config/support.hpp\"", false},
        {"gateway/app.cpp", "<gateway/runtime.hpp>", true},
        {"config/load.cpp", "<gateway/runtime.hpp>", false},
        {"store/schema/avro/parse.cpp", "\"store/schema/schema.hpp\"", true},
        {"store/schema/avro/parse.cpp", "\"store/result.hpp\"", true},
        {"store/schema/avro/parse.cpp", "\"store/types.hpp\"", false},
        {"store/schema/avro/parse.cpp", "\"config/config.hpp\"", false},
        {"store/schema/avro/parse.cpp", "<nlohmann/json.hpp>", true},
        {"store/log/rocksdb_log.cpp", "\"store/catalog/view.hpp\"", false},
        {"store/log/rocksdb_log.cpp", "\"store/schema/schema.hpp\"", false},
        {"store/log/rocksdb_log.cpp", "\"store/types.hpp\"", false},
        {"store/log/rocksdb_log.cpp", "\"store/result.hpp\"", true},
        {"store/log/rocksdb_log.cpp", "\"config/config.hpp\"", false},
        {"store/log/rocksdb_log.cpp", "<rocksdb/db.h>", true},
        {"store/catalog/view.cpp", "<rocksdb/db.h>", true},
        {"store/catalog/view.cpp", "\"store/log/log.hpp\"", true},
        {"store/catalog/apply.cpp", "<rocksdb/db.h>", false},
        {"gateway/app.cpp", "<rocksdb/db.h>", false},
        {"store/catalog/view.cpp", "\"store/log/rocksdb_logger.hpp\"", true},
        {"store/catalog/view.cpp", "\"store/log/rocksdb_log.hpp\"", false},
        {"store/catalog/rules/register.cpp", "\"config/config.hpp\"", true},
        {"gateway/http/session.cpp", "<boost/beast/http.hpp>", true},
        {"gateway/http/answer.cpp", "<boost/beast/http/status.hpp>", true},
        {"gateway/http/server.cpp", "<boost/beast/http.hpp>", false},
        {"gateway/api/ids.cpp", "<boost/beast/http.hpp>", false},
        {"gateway/api/ids.cpp", "<boost/beast.hpp>", false},
        {"gateway/http/server.cpp", "\"gateway/api/ids.hpp\"", false},
        {"gateway/http/server.cpp", "\"store/catalog/view.hpp\"", false},
        {"gateway/http/server.cpp", "\"store/schema/schema.hpp\"", false},
        {"gateway/http/server.cpp", "\"gateway/services.hpp\"", false},
        {"gateway/http/server.cpp", "\"gateway/runtime.hpp\"", true},
        {"gateway/http/target.cpp", "\"store/schema/text/utf8.hpp\"", true},
        {"gateway/http/target.cpp", "\"routing/operation.hpp\"", true},
        {"gateway/http/target.cpp", "\"routing/read_plan.hpp\"", false},
        {"gateway/api/ids.cpp", "\"gateway/http/message.hpp\"", false},
        {"gateway/api/ids.cpp", "\"gateway/jobs/deployer.hpp\"", false},
        {"gateway/api/ids.cpp", "\"gateway/admin/admin.hpp\"", false},
        {"gateway/api/ids.cpp", "\"gateway/call.hpp\"", true},
        {"gateway/jobs/deployer.cpp", "\"gateway/http/client_pool.hpp\"", false},
        {"gateway/jobs/deployer.cpp", "\"gateway/api/render.hpp\"", false},
        {"gateway/jobs/deployer.cpp", "\"gateway/admin/admin.hpp\"", false},
        {"gateway/jobs/deployer.cpp", "\"gateway/services.hpp\"", true},
        {"gateway/admin/admin.cpp", "\"gateway/jobs/deployer.hpp\"", false},
        {"gateway/admin/admin.cpp", "\"gateway/api/render.hpp\"", true},
        {"gateway/cli/cli.cpp", "\"config/load.hpp\"", true},
        {"gateway/cli/cli.cpp", "\"gateway/version.hpp\"", true},
        {"gateway/cli/cli.cpp", "\"gateway/app.hpp\"", false},
        {"gateway/runtime.cpp", "<boost/asio/post.hpp>", true},
        {"routing/health.cpp", "<boost/asio/post.hpp>", false},
        {"store/catalog/writer.cpp", "<boost/asio.hpp>", false},
        {"config/tree.cpp", "<yaml-cpp/parser.h>", true},
        {"gateway/app.cpp", "<yaml-cpp/yaml.h>", false},
        {"gateway/cli/cli.cpp", "<CLI/CLI.hpp>", true},
        {"gateway/app.cpp", "<CLI/CLI.hpp>", false},
        {"gateway/logging.cpp", "<spdlog/logger.h>", true},
        {"gateway/app.cpp", "<spdlog/spdlog.h>", false},
        {"gateway/metrics.cpp", "<prometheus/registry.h>", true},
        {"routing/health.cpp", "<prometheus/registry.h>", false},
        {"routing/health.cpp", "<vector>", true},
    };
    for (const auto& [path, include, allowed] : cases) {
        const auto found = violations(path, "#pragma once\n#include " + include + "\n");
        EXPECT_EQ(found.empty(), allowed) << path << " includes " << include;
    }
}

TEST(IncludeDirection, SaysWhatIsWrong) {
    EXPECT_THAT(
        violations("store/types.cpp", "#include \"routing/health.hpp\"\n"),
        ElementsAre(
            "store/types.cpp includes routing/health.hpp: points against gateway -> routing "
            "-> store -> config"));
}

}  // namespace
}  // namespace sgw::structure
