#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "store/schema/schema.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema {
namespace {

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

void add(const Digest& digest, std::string_view bytes) {
    EVP_DigestUpdate(digest.get(), bytes.data(), bytes.size());
}

std::array<char, 4> big_endian(std::int32_t value) {
    const auto bits = static_cast<std::uint32_t>(value);
    return {static_cast<char>(bits >> 24),
            static_cast<char>(bits >> 16),
            static_cast<char>(bits >> 8),
            static_cast<char>(bits)};
}

}  // namespace

Fingerprint fingerprint(std::string_view canonical_text,
                        std::span<const Reference> references,
                        std::string_view metadata_bytes) {
    const Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(digest.get(), EVP_md5(), nullptr);
    add(digest, canonical_text);
    for (const Reference& reference : references) {
        const auto version = big_endian(reference.version);
        add(digest, reference.name);
        add(digest, reference.subject);
        add(digest, {version.data(), version.size()});
    }
    add(digest, metadata_bytes);
    Fingerprint result;
    EVP_DigestFinal_ex(digest.get(), static_cast<unsigned char*>(result.bytes), nullptr);
    return result;
}

std::string Fingerprint::guid() const {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < std::size(bytes); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += hex[bytes[i] >> 4];
        out += hex[bytes[i] & 0xF];
    }
    return out;
}

std::vector<Reference> normalized_references(std::vector<Reference> references) {
    const text::Utf16Less less;
    std::ranges::sort(references, [less](const Reference& a, const Reference& b) {
        if (a.name != b.name) return less(a.name, b.name);
        if (a.subject != b.subject) return less(a.subject, b.subject);
        return a.version < b.version;
    });
    references.erase(std::unique(references.begin(), references.end()), references.end());
    return references;
}

}  // namespace sgw::schema
