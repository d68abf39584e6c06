// Addresses of the hosts that are called, resolved in the background: the system's resolver takes
// one name at a time and cannot be cancelled, so no request ever waits in it. Names are looked up
// again every 30 s, and sooner when somebody fails to connect; a failed look-up never replaces
// addresses that are known.
//
// Resolves on the context given (the control context). All functions: any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sgw::gateway::http {

class AddressBook : public std::enable_shared_from_this<AddressBook> {
  public:
    using Addresses = std::vector<boost::asio::ip::address>;

    struct Entry {
        Addresses addresses;
        std::string failure;  // of the last look-up; empty: it succeeded, or has not ended yet
    };

    static std::shared_ptr<AddressBook> create(boost::asio::io_context& control);

    /// Resolves `host` from now on. A number needs no look-up and is there at once.
    void watch(const std::string& host);

    /// What is known of a watched host.
    Entry find(const std::string& host) const;

    /// Looks `host` up again now, unless that was done within the last second.
    void refresh(const std::string& host);

  private:
    /// A watched name. The timer is touched on the control context only.
    struct Watch {
        explicit Watch(boost::asio::io_context& control) : wake(control) {}

        boost::asio::steady_timer wake;
    };
    using Entries = std::map<std::string, Entry>;

    explicit AddressBook(boost::asio::io_context& control) : control_(control) {}

    static boost::asio::awaitable<void> keep_resolved(std::shared_ptr<AddressBook> book,
                                                      std::string host,
                                                      std::shared_ptr<Watch> watch);
    std::shared_ptr<const Entries> entries() const;
    void publish(const std::string& host, Entry entry);

    boost::asio::io_context& control_;
    mutable std::mutex mutex_;  // of the two below; held to copy or swap only
    std::shared_ptr<const Entries> entries_ = std::make_shared<const Entries>();
    std::map<std::string, std::shared_ptr<Watch>> watches_;
};

}  // namespace sgw::gateway::http
