#include "store/catalog/content.hpp"

namespace sgw::catalog {

schema::Fingerprint fingerprint(const Content& content) {
    return schema::fingerprint(content.text, content.references, hashed_bytes(content.metadata));
}

}  // namespace sgw::catalog
