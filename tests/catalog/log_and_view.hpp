// What tests of view and writer share: logs to fill, views to open, commands to submit.
// One thread, except submit_and_wait, which any thread may call.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/catalog/view.hpp"
#include "store/catalog/writer.hpp"
#include "tests/catalog/memory_key_values.hpp"
#include "tests/log/temp_directory.hpp"

namespace sgw::catalog {

inline Subject subject(std::string name) {
    return Subject{Context{}, std::move(name)};
}

/// An entry that leaves a trace of its own, and may be found again by it.
inline Events mark(const std::string& name) {
    return {ModeSet{subject(name), Mode::readwrite}};
}

inline Command command(Events events) {
    return {{}, [events = std::move(events)](const Queries&) -> ResultOr<Events, Stale> {
                return events;
            }};
}

inline void append(log::Log& log, std::int64_t time_ms, const Events& events) {
    const log::Draft draft{time_ms, {}, encode(events)};
    const auto outcome = log.append(log.head().value(), {&draft, 1});
    ASSERT_TRUE(std::holds_alternative<log::Appended>(outcome));
}

inline ViewOptions view_in(const std::string& directory) {
    return {directory, nullptr, {}};
}

/// Fails the test when it cannot be opened.
inline std::unique_ptr<View> open_view(const ViewOptions& options, log::Log& log) {
    auto view = View::open(options, log);
    if (!view) {
        ADD_FAILURE() << view.error().reason;
        return nullptr;
    }
    return std::move(view).value();
}

inline Contents contents_of(const View& view) {
    return all_of(*view.snapshot());
}

/// A view that never saw anything but the log.
inline Contents rebuilt_from(log::Log& log) {
    const log::TempDirectory directory;
    const auto view = open_view(view_in(directory.file("view")), log);
    return view ? contents_of(*view) : Contents{};
}

inline log::Sequence applied(const View& view) {
    return Queries(*view.snapshot()).applied();
}

inline std::future<WriteResult> submit(Writer& writer, Command command) {
    auto promise = std::make_shared<std::promise<WriteResult>>();
    auto answer = promise->get_future();
    writer.submit(std::move(command),
                  [promise](WriteResult result) { promise->set_value(std::move(result)); });
    return answer;
}

inline WriteResult submit_and_wait(Writer& writer, Command command) {
    return submit(writer, std::move(command)).get();
}

}  // namespace sgw::catalog
