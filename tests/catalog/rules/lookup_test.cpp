#include "store/catalog/rules/lookup.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::catalog {
namespace {

class Lookup : public testing::Test {
  protected:
    TestCatalog catalog_;
};

TEST_F(Lookup, FindsByContentThenByStructureWithinTheSubject) {
    catalog_.registered("s", R"({"type":"int","a":1,"b":2})");
    catalog_.registered("s", string_text);
    catalog_.registered("t", long_text);
    struct Row {
        const char* subject;
        std::string text;
        const char* found;
    };
    for (const auto& row : {Row{"s", R"({"type":"int","a":1,"b":2})", "id 1 v1"},
                            Row{"s", R"({"type": "int", "b":2, "a":1})", "id 1 v1 at"},
                            Row{"s", R"({"type":"int","a":1})", "none"},
                            Row{"s", string_text, "id 2 v2"},
                            Row{"s", R"({"type":"string"})", "id 2 v2"},
                            Row{"s", long_text, "none"},
                            Row{"t", long_text, "id 3 v1"},
                            Row{":.c:t", long_text, "none"},
                            Row{":.:t", long_text, "id 3 v1"},
                            Row{"nobody", long_text, "none"},
                            Row{"s", " ", "id 2 v2"},
                            Row{"nobody", " ", "42201 Empty schema"}}) {
        EXPECT_EQ(catalog_.found(row.subject, row.text), row.found) << row.subject << row.text;
    }
}

TEST_F(Lookup, ANormalTextFindsOnlyWhatIsNormalInTextOrStructure) {
    catalog_.registered("s", R"({"type":"int","b":2,"a":1})");
    const auto text = request(R"({"type":"int","b":2,"a":1})");
    EXPECT_EQ(catalog_.found("s", text), "id 1 v1");
    EXPECT_EQ(catalog_.found("s", text, Deleted::leave_out, schema::Normalize::yes), "id 1 v1 at");
}

TEST_F(Lookup, TheNewestOfEqualVersionsIsFound) {
    catalog_.set_mode_now("", Mode::import_mode);
    catalog_.registered("s", with_version(with_id(request(int_text), 5), 1));
    catalog_.registered("s", with_version(with_id(request(int_text), 5), 4));
    catalog_.registered("s", with_version(with_id(request(int_text), 3), 2));
    EXPECT_EQ(catalog_.found("s", int_text), "id 5 v4");
}

TEST_F(Lookup, MetadataMustBeEqualButForTheVersionProperty) {
    const auto plain = request(int_text);
    const auto named = [&](std::string version) {
        return with_metadata(plain, properties({{version_property, std::move(version)}}));
    };
    const auto owned = with_metadata(plain, properties({{"owner", "x"}}));
    catalog_.registered("plain", plain);
    catalog_.registered("named", with_version(plain, 1));
    catalog_.registered("owned", owned);
    struct Row {
        const char* subject;
        SchemaRequest request;
        const char* found;
    };
    for (const auto& row :
         {Row{"plain", plain, "id 1 v1"},
          Row{"plain", named("1"), "id 1 v1 at"},
          Row{"plain", named("2"), "none"},
          Row{"plain", owned, "none"},
          Row{"plain", with_metadata(plain, Metadata{}), "none"},
          Row{"named", plain, "id 2 v1 at"},
          Row{"named", named("1"), "id 2 v1"},
          Row{"named", named("2"), "none"},
          Row{"owned", owned, "id 3 v1"},
          Row{"owned", plain, "id 3 v1"},  // with the latest version's metadata
          Row{"owned", named("1"), "id 3 v1 at"},
          Row{"owned", with_metadata(plain, properties({{"owner", "y"}})), "none"}}) {
        EXPECT_EQ(catalog_.found(row.subject, row.request), row.found) << row.subject;
    }
}

TEST_F(Lookup, ReferencesMustBeEqual) {
    auto with_reference = request(int_text);
    with_reference.references = {{"n", "s", 1}};
    catalog_.registered("s", with_reference);
    EXPECT_EQ(catalog_.found("s", with_reference), "id 1 v1");
    EXPECT_EQ(catalog_.found("s", int_text), "none");
    auto spelled = with_reference;
    spelled.references = {{"n", ":.:s", 1}};
    EXPECT_EQ(catalog_.found("s", spelled), "none");
}

}  // namespace
}  // namespace sgw::catalog
