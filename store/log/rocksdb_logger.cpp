#include "store/log/rocksdb_logger.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <utility>

namespace sgw::log {
namespace {

class SinkLogger final : public rocksdb::Logger {
  public:
    explicit SinkLogger(InfoSink sink)
        : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), sink_(std::move(sink)) {}

    ~SinkLogger() override = default;

    using rocksdb::Logger::Logv;

    void Logv(const char* format, va_list arguments) override {
        if (!sink_) return;
        std::array<char, 1024> line;
        const auto length = std::vsnprintf(line.data(), line.size(), format, arguments);
        if (length <= 0) return;
        std::string_view text(line.data(),
                              std::min(static_cast<std::size_t>(length), line.size() - 1));
        while (text.ends_with('\n')) text.remove_suffix(1);
        sink_(text);
    }

    void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
        if (level < GetInfoLogLevel() || level == rocksdb::InfoLogLevel::HEADER_LEVEL) return;
        Logv(format, arguments);
    }

  private:
    InfoSink sink_;
};

}  // namespace

std::shared_ptr<rocksdb::Logger> make_rocksdb_logger(InfoSink sink) {
    return std::make_shared<SinkLogger>(std::move(sink));
}

}  // namespace sgw::log
