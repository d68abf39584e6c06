#include "gateway/stores.hpp"

#include <filesystem>
#include <system_error>

#include "gateway/logging.hpp"
#include "store/log/rocksdb_log.hpp"

namespace sgw::gateway {
namespace {

void notice(const char* database, std::string_view text) {
    log_event(Level::info, "storage_notice", {{"database", database}, {"text", text}});
}

catalog::ViewOptions view_options(const config::Config& config) {
    catalog::ViewOptions options;
    options.directory = config.data_dir + "/view";
    options.on_notice = [](std::string_view text) { notice("view", text); };
    return options;
}

}  // namespace

ResultOr<Stores, StartFailure> open_stores(const config::Config& config, Rebuild rebuild) {
    std::error_code error;
    const auto log_directory = config.data_dir + "/log";
    if (rebuild == Rebuild::always && !std::filesystem::exists(log_directory, error)) {
        return StartFailure{"there is no log in " + log_directory};
    }
    std::filesystem::create_directories(config.data_dir, error);
    if (error) {
        return StartFailure{"cannot create data_dir " + config.data_dir + ": " + error.message()};
    }
    log::RocksdbLogOptions log_options;
    log_options.directory = log_directory;
    log_options.info_sink = [](std::string_view text) { notice("log", text); };
    auto log = log::open_rocksdb_log(log_options);
    if (!log) return StartFailure{log.error().reason};
    if (rebuild == Rebuild::always) {
        if (auto gone = catalog::View::destroy(view_options(config)); !gone) {
            return StartFailure{gone.error().reason};
        }
    }
    auto view = catalog::View::open(view_options(config), *log.value());
    if (!view) return StartFailure{view.error().reason};
    return Stores{std::move(log).value(), std::move(view).value()};
}

}  // namespace sgw::gateway
