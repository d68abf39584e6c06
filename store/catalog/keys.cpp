#include "store/catalog/keys.hpp"

#include <boost/endian/conversion.hpp>

namespace sgw::catalog::keys {
namespace {

namespace endian = boost::endian;

constexpr char separator = '\0';
constexpr std::size_t int32_size = 4;
constexpr std::size_t uint64_size = 8;

std::string join(char table, std::string_view text) {
    std::string key(1, table);
    key += text;
    key += separator;
    return key;
}

std::string join(char table, std::string_view first, std::string_view second) {
    auto key = join(table, first);
    key += second;
    key += separator;
    return key;
}

std::string join(char table, const Subject& subject) {
    return join(table, subject.context.name, subject.name);
}

/// Takes the text up to the next NUL off the front.
std::string_view take_text(std::string_view& rest) {
    const auto end = rest.find(separator);
    const auto text = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return text;
}

Subject take_subject(std::string_view& rest) {
    const auto context = take_text(rest);
    return Subject{Context{std::string(context)}, std::string(take_text(rest))};
}

SubjectVersion take_what(std::string_view& rest) {
    auto subject = take_subject(rest);
    const Version version{to_int32(rest.substr(0, int32_size))};
    rest.remove_prefix(int32_size);
    return {std::move(subject), version};
}

template <class Unsigned>
std::string big_endian(Unsigned value) {
    endian::native_to_big_inplace(value);
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

template <class Unsigned>
Unsigned from_big_endian(std::string_view bytes) {
    if (bytes.size() < sizeof(Unsigned)) return 0;
    return endian::endian_load<Unsigned, sizeof(Unsigned), endian::order::big>(
        reinterpret_cast<const unsigned char*>(bytes.data()));
}

constexpr std::uint32_t sign_bit = 0x80000000U;

}  // namespace

std::string number(std::int32_t value) {
    return big_endian(static_cast<std::uint32_t>(value) ^ sign_bit);
}
std::string number(std::uint64_t value) {
    return big_endian(value);
}

std::int32_t to_int32(std::string_view bytes) {
    return static_cast<std::int32_t>(from_big_endian<std::uint32_t>(bytes) ^ sign_bit);
}
std::uint64_t to_uint64(std::string_view bytes) {
    return from_big_endian<std::uint64_t>(bytes);
}

std::string schema(const Context& context, SchemaId id) {
    return join('s', context.name) + number(id.value);
}

std::string content(const Context& context, const Content& content) {
    const auto print = fingerprint(content);
    auto key = join('c', context.name, schema::type_name(content.type));
    key.append(reinterpret_cast<const char*>(print.bytes), sizeof print.bytes);
    return key;
}

std::string highest_id(const Context& context) {
    return join('i', context.name);
}

std::string version(const Subject& subject, Version version) {
    return join('v', subject) + number(version.value);
}
std::string versions(const Subject& subject) {
    return join('v', subject);
}
std::string context_versions(const Context& context) {
    return join('v', context.name);
}

std::string after_context_versions(const Context& context) {
    auto key = context_versions(context);
    key.back() = separator + 1;
    return key;
}

std::string holder(const Context& context, SchemaId id, const SubjectVersion& holder) {
    return holders(context, id) + holder.subject.name + separator + number(holder.version.value);
}
std::string holders(const Context& context, SchemaId id) {
    return join('h', context.name) + number(id.value);
}

std::string config(const Subject& scope) {
    return join('g', scope);
}
std::string mode(const Subject& scope) {
    return join('m', scope);
}
std::string context_modes(const Context& context) {
    return join('m', context.name);
}
std::string changed(const Subject& subject) {
    return join('t', subject);
}

std::string deployment(const SubjectVersion& what, const RegionName& region) {
    return deployments(what) + region.value;
}
std::string deployments(const SubjectVersion& what) {
    return join('d', what.subject) + number(what.version.value);
}
std::string deployments(const Subject& subject) {
    return join('d', subject);
}

std::string work(const RegionName& region, std::uint64_t planned, const SubjectVersion& what) {
    return work(region) + number(planned) + what.subject.context.name + separator +
           what.subject.name + separator + number(what.version.value);
}
std::string work(const RegionName& region) {
    return join('w', region.value);
}

std::string deployment_count(const RegionName& region, DeploymentState state) {
    return join('n', region.value) + std::string(state_name(state));
}

std::string claim(const RegionName& region) {
    return "r" + region.value;
}

Subject subject_of_key(std::string_view key) {
    key.remove_prefix(1);
    return take_subject(key);
}

SubjectVersion what_of_deployment_key(std::string_view key) {
    key.remove_prefix(1);
    return take_what(key);
}

RegionName region_of_deployment_key(std::string_view key) {
    key.remove_prefix(1);
    take_what(key);
    return RegionName{std::string(key)};
}

SubjectVersion what_of_work_key(std::string_view key) {
    key.remove_prefix(1);
    take_text(key);
    key.remove_prefix(uint64_size);
    return take_what(key);
}

SubjectVersion what_of_holder_key(std::string_view key) {
    key.remove_prefix(1);
    const auto context = take_text(key);
    key.remove_prefix(int32_size);
    const auto name = take_text(key);
    return {Subject{Context{std::string(context)}, std::string(name)}, Version{to_int32(key)}};
}

}  // namespace sgw::catalog::keys
