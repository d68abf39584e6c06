#include "store/log/entry.hpp"

#include <zlib.h>

#include <boost/endian/conversion.hpp>

namespace sgw::log {
namespace {

namespace endian = boost::endian;

constexpr std::string_view magic = "SG";
constexpr std::size_t checksum_at = magic.size() + 1;
constexpr std::size_t rest_at = checksum_at + sizeof(std::uint32_t);

template <class Integer>
void put(std::string& out, Integer value) {
    value = endian::native_to_big(value);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

template <class Integer>
Integer load(std::string_view bytes) {
    return endian::endian_load<Integer, sizeof(Integer), endian::order::big>(
        reinterpret_cast<const unsigned char*>(bytes.data()));
}

/// Takes values off the front; a read past the end yields zeros and is remembered.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : rest_(bytes) {}

    template <class Integer>
    Integer take() {
        const auto bytes = take_bytes(sizeof(Integer));
        return bytes.empty() ? Integer{} : load<Integer>(bytes);
    }

    std::string take_text() { return std::string(take_bytes(take<std::uint32_t>())); }

    bool exactly_consumed() const { return !overrun_ && rest_.empty(); }

  private:
    std::string_view take_bytes(std::size_t count) {
        if (overrun_ || count > rest_.size()) {
            overrun_ = true;
            return {};
        }
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::string_view rest_;
    bool overrun_ = false;
};

std::uint32_t checksum(std::uint8_t format, std::string_view rest) {
    const auto start = ::crc32_z(0, &format, sizeof format);
    return static_cast<std::uint32_t>(
        ::crc32_z(start, reinterpret_cast<const unsigned char*>(rest.data()), rest.size()));
}

}  // namespace

std::string_view describe(EntryError error) {
    switch (error) {
        case EntryError::format_too_new:
            return "was written by a newer release of schema-gateway";
        case EntryError::other_sequence:
            return "holds an entry of another position";
        case EntryError::damaged:
            break;
    }
    return "is damaged";
}

std::string encode(Sequence sequence, const Draft& draft) {
    std::string bytes(rest_at, '\0');
    bytes.replace(0, magic.size(), magic);
    bytes[magic.size()] = static_cast<char>(entry_format);
    put(bytes, sequence);
    put(bytes, draft.time_ms);
    put_text(bytes, draft.origin.actor);
    put_text(bytes, draft.origin.on_behalf_of);
    put_text(bytes, draft.origin.client_address);
    put_text(bytes, draft.origin.request_id);
    put_text(bytes, draft.body);
    std::string sum;
    put(sum, checksum(entry_format, std::string_view(bytes).substr(rest_at)));
    bytes.replace(checksum_at, sum.size(), sum);
    return bytes;
}

ResultOr<Entry, EntryError> decode(Sequence expected, std::string_view bytes) {
    if (bytes.size() < rest_at || !bytes.starts_with(magic)) return EntryError::damaged;
    const auto format = static_cast<std::uint8_t>(bytes[magic.size()]);
    const auto rest = bytes.substr(rest_at);
    if (load<std::uint32_t>(bytes.substr(checksum_at)) != checksum(format, rest)) {
        return EntryError::damaged;
    }
    if (format > entry_format) return EntryError::format_too_new;

    Cursor cursor(rest);
    Entry entry;
    entry.sequence = cursor.take<std::uint64_t>();
    entry.time_ms = cursor.take<std::int64_t>();
    entry.origin.actor = cursor.take_text();
    entry.origin.on_behalf_of = cursor.take_text();
    entry.origin.client_address = cursor.take_text();
    entry.origin.request_id = cursor.take_text();
    entry.body = cursor.take_text();
    if (!cursor.exactly_consumed()) return EntryError::damaged;
    if (entry.sequence != expected) return EntryError::other_sequence;
    return entry;
}

}  // namespace sgw::log
