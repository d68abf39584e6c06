// The body type that Beast's parsers fill here. Beast's own string_body reserves what
// Content-Length claims, before a byte of it has come; this one grows with what comes. Internal to
// the wire; includes Beast.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <string>

namespace sgw::gateway::http {

struct GrowingBody {
    using value_type = std::string;

    class reader {  // NOLINT(readability-identifier-naming): Beast looks for this name
      public:
        template <bool isRequest, class Fields>
        reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

        void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& error) {
            error = {};
        }

        template <class ConstBufferSequence>
        std::size_t put(const ConstBufferSequence& buffers, boost::beast::error_code& error) {
            error = {};
            const std::size_t before = body_.size();
            for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
                body_.append(static_cast<const char*>(buffer.data()), buffer.size());
            }
            return body_.size() - before;
        }

        void finish(boost::beast::error_code& error) { error = {}; }

      private:
        value_type& body_;
    };
};

}  // namespace sgw::gateway::http
