#include "gateway/http/address_book.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "gateway/as_value.hpp"
#include "gateway/runtime.hpp"

namespace sgw::gateway::http {

namespace asio = boost::asio;
using std::chrono::seconds;

namespace {

constexpr seconds refresh_interval{30};
constexpr seconds retry_interval{1};  // also the least time between two look-ups of a name

}  // namespace

std::shared_ptr<AddressBook> AddressBook::create(asio::io_context& control) {
    return std::shared_ptr<AddressBook>(new AddressBook(control));
}

void AddressBook::watch(const std::string& host) {
    boost::system::error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (!not_numeric) {
        publish(host, Entry{{address}, {}});
        return;
    }
    auto watch = std::make_shared<Watch>(control_);
    {
        const std::lock_guard lock(mutex_);
        if (!watches_.emplace(host, watch).second) {
            return;
        }
    }
    spawn(control_.get_executor(), keep_resolved(shared_from_this(), host, watch), "resolve");
}

AddressBook::Entry AddressBook::find(const std::string& host) const {
    const auto known = entries();
    const auto entry = known->find(host);
    return entry == known->end() ? Entry{} : entry->second;
}

void AddressBook::refresh(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto found = watches_.find(host);
    if (found != watches_.end()) {
        asio::post(control_, [watch = found->second] { watch->wake.cancel(); });
    }
}

asio::awaitable<void> AddressBook::keep_resolved(std::shared_ptr<AddressBook> book,
                                                 std::string host,
                                                 std::shared_ptr<Watch> watch) {
    asio::ip::tcp::resolver resolver(book->control_);
    while (true) {
        const auto [error, results] = co_await resolver.async_resolve(host, "", as_value);
        Entry entry = book->find(host);
        entry.failure = error ? error.message() : std::string{};
        if (!error) {
            entry.addresses.clear();
            for (const auto& result : results) {
                entry.addresses.push_back(result.endpoint().address());
            }
        }
        book->publish(host, std::move(entry));
        // Nothing wakes this pause, so that failing connects cannot make a storm of look-ups.
        asio::steady_timer pause(book->control_, retry_interval);
        co_await pause.async_wait(as_value);
        if (!error) {
            watch->wake.expires_after(refresh_interval - retry_interval);
            co_await watch->wake.async_wait(as_value);
        }
    }
}

std::shared_ptr<const AddressBook::Entries> AddressBook::entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
}

void AddressBook::publish(const std::string& host, Entry entry) {
    const std::lock_guard lock(mutex_);
    auto changed = std::make_shared<Entries>(*entries_);
    (*changed)[host] = std::move(entry);
    entries_ = std::move(changed);
}

}  // namespace sgw::gateway::http
