#include "routing/region_request.hpp"

#include <gtest/gtest.h>

#include "tests/routing/other_words.hpp"

namespace sgw::routing {
namespace {

const RegionMapping same;
const OtherWords other;
const Subject plain{Context{}, "a/b"};
const Subject named{Context{".c"}, "s"};

Wanted wanted(const Subject& subject) {
    Wanted wanted{{subject, Version{2}}, SchemaId{7}, {}};
    wanted.content.text = "\"int\"";
    wanted.content.references = {{"n", ":.c:t", 3}, {"m", "u", 1}};
    wanted.content.metadata = catalog::Metadata{{}, {{"owner", "me"}}, {}};
    return wanted;
}

SchemaQuestion brought(const Subject& subject) {
    SchemaQuestion question{subject, {}};
    question.schema.text = "\"int\"";
    question.schema.metadata = catalog::Metadata{{}, {{"owner", "me"}}, {}};
    return question;
}

struct Row {
    const char* name;
    RegionRequest request;
    std::string method;
    std::string target;
    std::string body;
    std::string about;
};

void expect(const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        EXPECT_EQ(row.request.method, row.method) << row.name;
        EXPECT_EQ(row.request.target, row.target) << row.name;
        EXPECT_EQ(row.request.body, row.body) << row.name;
        EXPECT_EQ(row.request.about, row.about) << row.name;
    }
}

TEST(RegionRequest, SpeaksTheRegistrysLanguage) {
    expect({
        {"version",
         ask_version(same, {plain, Version{2}}),
         "GET",
         "/subjects/a%2Fb/versions/2",
         "",
         "a/b"},
        {"latest", ask_latest(same, named), "GET", "/subjects/:.c:s/versions/latest", "", ":.c:s"},
        {"versions", ask_versions(same, plain), "GET", "/subjects/a%2Fb/versions", "", "a/b"},
        {"deleted version",
         ask_version(same, {plain, Version{2}}, Shown::deleted_too),
         "GET",
         "/subjects/a%2Fb/versions/2?deleted=true",
         "",
         "a/b"},
        {"deleted versions",
         ask_versions(same, plain, Shown::deleted_only),
         "GET",
         "/subjects/a%2Fb/versions?deletedOnly=true",
         "",
         "a/b"},
        {"schema", ask_schema(same, {SchemaId{7}, {}}), "GET", "/schemas/ids/7", "", "id 7"},
        {"schema of a subject",
         ask_schema(same, {SchemaId{7}, Subject{Context{}, "a+b&c"}}),
         "GET",
         "/schemas/ids/7?subject=a%2Bb%26c",
         "",
         "id 7"},
        {"holders",
         ask_holders(same, {SchemaId{7}, Subject{Context{".c"}, ""}, Shown::deleted_too}),
         "GET",
         "/schemas/ids/7/versions?subject=:.c:&deleted=true",
         "",
         "id 7"},
        {"look-up",
         ask_lookup(same, brought(plain)),
         "POST",
         "/subjects/a%2Fb",
         R"({"schema":"\"int\"","metadata":{"properties":{"owner":"me"}}})",
         "a/b"},
        {"look-up, normalized",
         ask_lookup(same, {named, {}, schema::Normalize::yes}, Shown::deleted_too),
         "POST",
         "/subjects/:.c:s?normalize=true&deleted=true",
         "{}",
         ":.c:s"},
        {"compatibility",
         ask_compatibility(same, {plain, {}}, {}, Verbose::no),
         "POST",
         "/compatibility/subjects/a%2Fb/versions",
         "{}",
         "a/b"},
        {"compatibility with the latest",
         ask_compatibility(same, {plain, {}}, {Against::Kind::latest}, Verbose::yes),
         "POST",
         "/compatibility/subjects/a%2Fb/versions/latest?verbose=true",
         "{}",
         "a/b"},
        {"subjects", ask_subjects(Listing::plain), "GET", "/subjects?deleted=true", "", ""},
        {"all subjects",
         ask_subjects(Listing::all_contexts),
         "GET",
         "/subjects?deleted=true&subjectPrefix=:*:",
         "",
         ""},
        {"contexts", ask_contexts(), "GET", "/contexts", "", ""},
        {"subjects of a context",
         ask_subjects_in(same, Context{".c/d"}),
         "GET",
         "/contexts/.c%2Fd/subjects?deleted=true",
         "",
         ""},
        {"write",
         write_version(same, wanted(plain)),
         "POST",
         "/subjects/a%2Fb/versions",
         R"({"schema":"\"int\"","id":7,"version":2,"references":[{"name":"n","subject":":.c:t",)"
         R"("version":3},{"name":"m","subject":"u","version":1}],)"
         R"("metadata":{"properties":{"owner":"me"}}})",
         "a/b"},
        {"mode", ask_mode(same, named), "GET", "/mode/:.c:s?defaultToGlobal=true", "", ":.c:s"},
        {"import for all",
         set_import_mode(ModeScope::all_contexts),
         "PUT",
         "/mode/:.__GLOBAL:?force=true",
         R"({"mode":"IMPORT"})",
         ""},
        {"import",
         set_import_mode(ModeScope::top_level),
         "PUT",
         "/mode?force=true",
         R"({"mode":"IMPORT"})",
         ""},
    });
}

TEST(RegionRequest, SaysEverythingInTheRegionsWords) {
    expect({
        {"version",
         ask_version(other, {plain, Version{2}}),
         "GET",
         "/subjects/r-a%2Fb/versions/102",
         "",
         "a/b"},
        {"latest",
         ask_latest(other, named),
         "GET",
         "/subjects/:.c-r:r-s/versions/latest",
         "",
         ":.c:s"},
        {"versions", ask_versions(other, plain), "GET", "/subjects/r-a%2Fb/versions", "", "a/b"},
        {"schema", ask_schema(other, {SchemaId{7}, {}}), "GET", "/schemas/ids/1007", "", "id 7"},
        {"holders",
         ask_holders(other, {SchemaId{7}, named}),
         "GET",
         "/schemas/ids/1007/versions?subject=:.c-r:r-s",
         "",
         "id 7"},
        {"schema of a context",
         ask_schema(other, {SchemaId{7}, Subject{Context{".c"}, ""}}),
         "GET",
         "/schemas/ids/1007?subject=:.c-r:",
         "",
         "id 7"},
        {"look-up", ask_lookup(other, {named, {}}), "POST", "/subjects/:.c-r:r-s", "{}", ":.c:s"},
        {"compatibility with a version",
         ask_compatibility(other, {named, {}}, {Against::Kind::one, Version{2}}, Verbose::no),
         "POST",
         "/compatibility/subjects/:.c-r:r-s/versions/102",
         "{}",
         ":.c:s"},
        {"subjects of a context",
         ask_subjects_in(other, Context{".c"}),
         "GET",
         "/contexts/.c-r/subjects?deleted=true",
         "",
         ""},
        {"write",
         write_version(other, wanted(named)),
         "POST",
         "/subjects/:.c-r:r-s/versions",
         R"({"schema":"\"int\"","id":1007,"version":102,"references":[{"name":"n",)"
         R"("subject":":.c-r:r-t","version":103},{"name":"m","subject":"r-u","version":101}],)"
         R"("metadata":{"properties":{"owner":"me"}}})",
         ":.c:s"},
        {"mode",
         ask_mode(other, named),
         "GET",
         "/mode/:.c-r:r-s?defaultToGlobal=true",
         "",
         ":.c:s"},
    });
}

}  // namespace
}  // namespace sgw::routing
