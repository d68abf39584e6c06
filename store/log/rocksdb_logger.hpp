// Carries RocksDB's own messages to a callback instead of a LOG file next to the data: with its
// default, RocksDB aborts the process when that file meets a full disk.
#pragma once

#include <rocksdb/env.h>

#include <functional>
#include <memory>
#include <string_view>

namespace sgw::log {

/// Called from RocksDB's threads, several at once; one line without its end. Must not call into the
/// database.
using InfoSink = std::function<void(std::string_view)>;

/// For Options::info_log. Passes on warnings and what is worse; an empty sink drops everything.
std::shared_ptr<rocksdb::Logger> make_rocksdb_logger(InfoSink sink);

}  // namespace sgw::log
