// Query parameters of reads, over a catalog with deleted versions, several contexts and settings on
// each level: what the contract says, by call.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "gateway/api/ids.hpp"
#include "gateway/api/settings.hpp"
#include "gateway/api/subjects.hpp"
#include "gateway/http/target.hpp"
#include "store/catalog/keys.hpp"
#include "store/catalog/records.hpp"
#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Events;
using catalog::ScopeConfig;
using routing::Operation;

constexpr std::int64_t added_ms = 1000;

class CallShapes : public testing::Test {
  protected:
    CallShapes() {
        add("a", 1, 1, R"("int")");
        add("a", 2, 2, R"("string")");
        add("a", 3, 3, R"("long")");
        add("az", 1, 1, "");
        add("b", 1, 4, R"("bytes")");
        add(":.ctx:c", 1, 1, R"("float")");
        add(":.ctx:a", 1, 2, R"("double")");
        add(":.cty:d", 1, 1, R"("boolean")");
        soft_delete("a", 2, 2);
        soft_delete("az", 1, 1);
        ScopeConfig normalizing;
        normalizing.normalize = true;
        apply(
            {catalog::ConfigSet{Subject::parse(":.:"), catalog::level(schema::Level::full)},
             catalog::ConfigSet{Subject::parse(":.__GLOBAL:"), catalog::level(schema::Level::none)},
             catalog::ConfigSet{Subject::parse(":.ctx:"), catalog::level(schema::Level::forward)},
             catalog::ConfigSet{Subject::parse("a"), normalizing},
             catalog::ModeSet{Subject::parse(":.__GLOBAL:"), catalog::Mode::readonly},
             catalog::ModeSet{Subject::parse(":.ctx:"), catalog::Mode::readwrite},
             catalog::ModeSet{Subject::parse("a"), catalog::Mode::import_mode}});
    }

    /// The body without guids, or "code message".
    std::string answer(const std::string& method,
                       const std::string& target,
                       const std::string& body = "") const {
        http::Request request;
        request.method = method;
        request.target = target;
        request.body = body;
        auto read = http::read_target(target).value();
        const auto match = routing::match(method, read.segments);
        const auto& [route, parameters] = std::get<routing::Matched>(match);
        const auto given = answer({request, *route, parameters, std::move(read.query)});
        if (!given) return catalog::shown(given.error());
        return without_guids(given.value());
    }

    std::string get(const std::string& target) const { return answer("GET", target); }

    void expect(const std::map<std::string, std::string>& answers) const {
        for (const auto& [target, expected] : answers) EXPECT_EQ(get(target), expected) << target;
    }

  private:
    void apply(const Events& events) { catalog::apply(events, ++sequence_, added_ms, store_); }

    /// An empty text: the id has one already.
    void add(const std::string& name, int version, int id, const std::string& text) {
        const auto subject = Subject::parse(name);
        Events events;
        if (!text.empty()) {
            catalog::Content content;
            content.text = text;
            events.push_back(catalog::SchemaCreated{subject.context, SchemaId{id}, content});
        }
        events.push_back(catalog::VersionAdded{subject, Version{version}, SchemaId{id}, {}});
        apply(events);
    }

    void soft_delete(const std::string& name, int version, int id) {
        const auto subject = Subject::parse(name);
        const catalog::VersionRecord record{
            {subject, Version{version}}, SchemaId{id}, added_ms, true};
        store_.put(catalog::keys::version(subject, Version{version}),
                   catalog::records::encode(record));
    }

    Result<std::string> answer(const Call& call) const {
        const catalog::Queries state(store_);
        const catalog::RegistryPolicy policy;
        switch (call.route.operation) {
            case Operation::list_subjects:
                return list_subjects(call, state);
            case Operation::list_versions:
                return list_versions(call, state);
            case Operation::get_version:
                return get_version(call, state);
            case Operation::get_schema:
                return get_schema(call, state);
            case Operation::get_schema_text:
                return get_schema_text(call, state);
            case Operation::get_schema_subjects:
                return get_schema_subjects(call, state);
            case Operation::get_schema_versions:
                return get_schema_versions(call, state);
            case Operation::lookup_schema:
                return lookup_schema(call, state, policy);
            case Operation::get_config:
                return get_config(call, state, policy);
            case Operation::get_mode:
                return get_mode(call, state);
            default:
                return errors::internal();
        }
    }

    static std::string without_guids(std::string text) {
        constexpr std::string_view key = R"("guid":")";
        constexpr std::size_t length = key.size() + 36 + 2;  // with `",`
        for (auto at = text.find(key); at != std::string::npos; at = text.find(key)) {
            text.erase(at, length);
        }
        return text;
    }

    catalog::MemoryKeyValues store_;
    log::Sequence sequence_ = 0;
};

TEST_F(CallShapes, Subjects) {
    const std::string live = R"([":.ctx:a",":.ctx:c",":.cty:d","a","b"])";
    expect({
        {"/subjects", live},
        {"/subjects?deleted=false&deletedOnly=1", live},
        {"/subjects?deleted=True", R"([":.ctx:a",":.ctx:c",":.cty:d","a","az","b"])"},
        {"/subjects?deletedOnly=true", R"(["az"])"},
        {"/subjects?deleted=true&deletedOnly=true", R"(["az"])"},
        {"/subjects?subjectPrefix=", R"(["a","b"])"},
        {"/subjects?subjectPrefix=a", R"(["a"])"},
        {"/subjects?subjectPrefix=a&deleted=true", R"(["a","az"])"},
        {"/subjects?subjectPrefix=b&deletedOnly=true", "[]"},
        {"/subjects?subjectPrefix=:.ctx:", R"([":.ctx:a",":.ctx:c"])"},
        {"/subjects?subjectPrefix=%3A.ctx%3Ac", R"([":.ctx:c"])"},
        {"/subjects?subjectPrefix=:.c", R"([":.ctx:a",":.ctx:c",":.cty:d"])"},
        {"/subjects?subjectPrefix=:*:", live},
        {"/subjects?subjectPrefix=:*:a", R"([":.ctx:a","a"])"},
        {"/subjects?subjectPrefix=:.none:", "[]"},
    });
}

TEST_F(CallShapes, Versions) {
    expect({
        {"/subjects/a/versions", "[1,3]"},
        {"/subjects/a/versions?deleted=true", "[1,2,3]"},
        {"/subjects/a/versions?deletedOnly=true", "[2]"},
        {"/subjects/a/versions?deleted=true&deletedOnly=true", "[2]"},
        {"/subjects/b/versions?deletedOnly=true", "[]"},
        {"/subjects/az/versions", "40401 Subject 'az' not found."},
        {"/subjects/az/versions?deleted=true", "[1]"},
        {"/subjects/az/versions?deletedOnly=true", "[1]"},
        {"/subjects/none/versions?deleted=true", "40401 Subject 'none' not found."},
        {"/subjects/c/versions?deleted=true", "40401 Subject 'c' not found."},
    });
}

TEST_F(CallShapes, OneVersion) {
    expect({
        {"/subjects/a/versions/1?format=resolved",
         R"({"subject":"a","version":1,"id":1,"schemaType":"AVRO","schema":"\"int\"","ts":1000,)"
         R"("deleted":false})"},
        {"/subjects/a/versions/2", "40402 Version 2 not found."},
        {"/subjects/a/versions/2?deleted=true",
         R"({"subject":"a","version":2,"id":2,"schemaType":"AVRO","schema":"\"string\"","ts":1000,)"
         R"("deleted":true})"},
        {"/subjects/az/versions/latest", "40401 Subject 'az' not found."},
        {"/subjects/az/versions/latest?deleted=true", "40402 Version -1 not found."},
    });
}

TEST_F(CallShapes, SchemaById) {
    const std::string in_default =
        R"({"subject":"a","version":1,"schemaType":"AVRO","schema":"\"int\"","ts":1000,)"
        R"("deleted":false})";
    const std::string in_ctx =
        R"({"subject":":.ctx:c","version":1,"schemaType":"AVRO","schema":"\"float\"","ts":1000,)"
        R"("deleted":false})";
    expect({
        {"/schemas/ids/1", in_default},
        {"/schemas/ids/1?fetchMaxId=false&subject=", in_default},
        {"/schemas/ids/1?format=resolved", in_default},
        {"/schemas/ids/1?format=nonsense", in_default},
        {"/schemas/ids/1?subject=a", in_default},
        {"/schemas/ids/1?subject=b", in_default},
        {"/schemas/ids/1?subject=none", in_default},
        {"/schemas/ids/1?subject=:.:", in_default},
        {"/schemas/ids/1?subject=c", in_ctx},
        {"/schemas/ids/1?subject=:.ctx:", in_ctx},
        {"/schemas/ids/1?subject=%3A.ctx%3Ac", in_ctx},
        {"/schemas/ids/1?subject=:.ctx:a", "40403 Schema 1 not found"},
        {"/schemas/ids/1?subject=:.none:", "40403 Schema 1 not found"},
        {"/schemas/ids/3?subject=:.ctx:", "40403 Schema 3 not found"},
        {"/schemas/ids/9?subject=a", "40403 Schema 9 not found"},
        {"/schemas/ids/2",
         R"({"subject":"a","version":2,"schemaType":"AVRO","schema":"\"string\"","ts":1000,)"
         R"("deleted":true})"},
        {"/schemas/ids/1?fetchMaxId=true",
         R"({"subject":"a","version":1,"schemaType":"AVRO","schema":"\"int\"","maxId":4,)"
         R"("ts":1000,"deleted":false})"},
        {"/schemas/ids/1?fetchMaxId=TRUE&subject=:.ctx:",
         R"({"subject":":.ctx:c","version":1,"schemaType":"AVRO","schema":"\"float\"","maxId":2,)"
         R"("ts":1000,"deleted":false})"},
        {"/schemas/ids/1/schema?subject=:.ctx:", R"("float")"},
        {"/schemas/ids/1/schema?format=resolved", R"("int")"},
    });
}

TEST_F(CallShapes, HoldersOfAnId) {
    expect({
        {"/schemas/ids/1/subjects", R"(["a"])"},
        {"/schemas/ids/1/subjects?deleted=true", R"(["a","az"])"},
        {"/schemas/ids/1/subjects?subject=b", R"(["a"])"},
        {"/schemas/ids/1/subjects?subject=c", R"([":.ctx:c"])"},
        {"/schemas/ids/1/subjects?subject=:.ctx:", R"([":.ctx:c"])"},
        {"/schemas/ids/2/subjects", "[]"},
        {"/schemas/ids/2/subjects?deleted=true", R"(["a"])"},
        {"/schemas/ids/9/subjects?deleted=true", "40403 Schema not found"},
        {"/schemas/ids/1/versions", R"([{"subject":"a","version":1}])"},
        {"/schemas/ids/1/versions?deleted=true",
         R"([{"subject":"a","version":1},{"subject":"az","version":1}])"},
        {"/schemas/ids/2/versions?subject=:.ctx:", R"([{"subject":":.ctx:a","version":1}])"},
    });
}

TEST_F(CallShapes, Settings) {
    const std::string own = R"({"normalize":true,"compatibilityLevel":"BACKWARD"})";
    expect({
        {"/config", R"({"compatibilityLevel":"FULL"})"},
        {"/config?defaultToGlobal=true", R"({"compatibilityLevel":"FULL"})"},
        {"/config/a", own},
        {"/config/a?defaultToGlobal=true", own},
        {"/config/b?defaultToGlobal=false",
         "40408 Subject 'b' does not have subject-level compatibility configured"},
        {"/config/b?defaultToGlobal=true", R"({"compatibilityLevel":"FULL"})"},
        {"/config/:.ctx:c?defaultToGlobal=true", R"({"compatibilityLevel":"FORWARD"})"},
        {"/config/:.cty:d?defaultToGlobal=true", R"({"compatibilityLevel":"NONE"})"},
        {"/mode", R"({"mode":"READWRITE"})"},
        {"/mode?defaultToGlobal=true", R"({"mode":"READONLY"})"},
        {"/mode/a?defaultToGlobal=true", R"({"mode":"IMPORT"})"},
        {"/mode/b", "40409 Subject 'b' does not have subject-level mode configured"},
        {"/mode/b?defaultToGlobal=true", R"({"mode":"READONLY"})"},
        {"/mode/:.ctx:c?defaultToGlobal=true", R"({"mode":"READWRITE"})"},
        {"/mode/:.cty:d?defaultToGlobal=TRUE", R"({"mode":"READONLY"})"},
    });
}

TEST_F(CallShapes, LookUps) {
    const auto text = [](const std::string& schema) { return R"({"schema":)" + schema + "}"; };
    const std::string deleted_text = text(R"("\"string\"")");
    EXPECT_EQ(answer("POST", "/subjects/a", deleted_text), "40403 Schema not found");
    EXPECT_EQ(answer("POST", "/subjects/a?deleted=false", deleted_text), "40403 Schema not found");
    EXPECT_EQ(answer("POST", "/subjects/a?deleted=true", deleted_text),
              R"({"subject":"a","version":2,"id":2,"schemaType":"AVRO","schema":"\"string\""})");
    const std::string int_type = text(R"("\"int\"")");
    EXPECT_EQ(answer("POST", "/subjects/az", int_type), "40401 Subject 'az' not found.");
    EXPECT_EQ(answer("POST", "/subjects/az?deleted=true", int_type),
              R"({"subject":"az","version":1,"id":1,"schemaType":"AVRO","schema":"\"int\""})");
    // Normalizing checks names, and neither the query nor the subject can switch the other off.
    const auto bad_name = text(R"("{\"type\":\"record\",\"name\":\"1A\",\"fields\":[]}")");
    EXPECT_EQ(answer("POST", "/subjects/b?normalize=false", bad_name), "40403 Schema not found");
    EXPECT_EQ(answer("POST", "/subjects/b?normalize=true", bad_name).substr(0, 6), "42201 ");
    EXPECT_EQ(answer("POST", "/subjects/a?normalize=false", bad_name).substr(0, 6), "42201 ");
}

}  // namespace
}  // namespace sgw::gateway::api
