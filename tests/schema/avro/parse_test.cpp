#include "store/schema/avro/parse.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/schema/messages.hpp"

namespace sgw::schema {
namespace {

std::string canonical(std::string_view text, Validation validation = Validation::standard) {
    const auto schema = parse(Type::avro, text, {}, validation);
    return schema ? schema.value().canonical_text() : "! " + schema.error().reason;
}

std::string normalized(std::string_view text) {
    const auto schema = parse(Type::avro, text, {}, Validation::standard, Normalize::yes);
    return schema ? schema.value().canonical_text() : "! " + schema.error().reason;
}

// What the recorded cases leave open.
TEST(AvroParse, TextsBeyondTheRecordedOnes) {
    const struct {
        const char* text;
        const char* canonical;
    } cases[] = {
        {R"({"type":"record","name":"A","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":1}},{"name":"y","type":{"type":"fixed","name":"F","size":1}}]})",
         R"({"type":"record","name":"A","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":1}},{"name":"y","type":"F"}]})"},
        {R"({"type":"record","name":"A","fields":[{"name":"u","type":["null","A","A"]}]})",
         "! Duplicate in union:A"},
        {R"({"type":"record","name":"n.A","fields":[{"name":"a","type":{"type":"record","name":"int","fields":[]}},{"name":"b","type":"n.int"}]})",
         R"({"type":"record","name":"A","namespace":"n","fields":[{"name":"a","type":{"type":"record","name":"int","fields":[]}},{"name":"b","type":"n.int"}]})"},
        {R"({"type":"enum","name":"E","symbols":[null,1]})", "! Duplicate enum symbol: null"},
        {R"({"type":"fixed","name":"F","size":2147483647})",
         "! Cannot read arrays longer than 2147483639 bytes in Java library"},
        {R"(["int",".A"])", "! Undefined schema: .A"},
        {R"({"type":"record","name":"A","fields":[],"p":[12345678901234567890]})",
         "! Cannot invoke \"Object.getClass()\" because \"<parameter1>\" is null"},
        {"\"int\" // comment", "! dangling content after end of schema: // comment"},
        {"// nothing else", "! Schema not yet supported: "}};
    for (const auto& c : cases) EXPECT_EQ(canonical(c.text), c.canonical) << c.text;
}

TEST(AvroParse, StrictChecksNamesAndDefaults) {
    const struct {
        const char* text;
        const char* fault;
    } cases[] = {
        {R"({"type":"record","name":"1A","fields":[]})", "! Illegal initial character: 1A"},
        {R"({"type":"record","name":"A","namespace":"a..b","fields":[]})",
         "! Namespace part \"\" is invalid: Empty name"},
        {R"({"type":"record","name":"A","fields":[{"name":"a","type":"int","default":"x"}]})",
         "! Invalid default for field a: \"x\" not a \"int\""},
        // A type that is only known later is checked later.
        {R"({"type":"record","name":"A","fields":[{"name":"a","type":"B","default":{"x":"y"}},{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"x","type":"int"}]}}]})",
         R"(! Invalid default for field a: {"x":"y"} not a {"type":"record","name":"B","fields":[{"name":"x","type":"int"}]})"}};
    for (const auto& c : cases) {
        EXPECT_EQ(canonical(c.text, Validation::strict), c.fault);
        EXPECT_NE(canonical(c.text), c.fault);
    }
}

TEST(AvroParse, NormalFormIsStable) {
    const char* const text =
        R"({"type":"record","name":"n.A","aliases":["z","m.B"],"z":1,"a":{"c":1,"b":2},"doc":"",)"
        R"("fields":[{"name":"f","type":"float","default":1,"aliases":["y","x"]}]})";
    const std::string once = normalized(text);
    EXPECT_EQ(
        once,
        R"({"type":"record","name":"A","namespace":"n","fields":[{"name":"f","type":"float",)"
        R"("default":1.0,"aliases":["x","y"]}],"a":{"b":2,"c":1},"z":1,"aliases":["m.B","z"]})");
    EXPECT_EQ(normalized(once), once);
    EXPECT_EQ(canonical(once), once);
}

TEST(AvroParse, StructureIsTheSameWhateverTheOrderOfProperties) {
    const auto schema = [](const char* text) { return parse(Type::avro, text).value(); };
    const struct {
        const char* a;
        const char* b;
        bool same;
    } cases[] = {
        {R"({"type":"int","a":1,"b":2})", R"({"b":2,"type":"int","a":1})", true},
        {R"({"type":"fixed","name":"F","size":1})",
         R"({"type":"fixed","name":"F","size":2})",
         false},
        {R"({"type":"fixed","name":"F","size":1})",
         R"({"type":"fixed","name":"F","size":1,"doc":"d"})",
         false},
        {R"({"type":"fixed","name":"F","size":1,"aliases":["a","b"]})",
         R"({"type":"fixed","name":"F","size":1,"aliases":["b","a"]})",
         true},
        {R"({"type":"record","name":"A","fields":[{"name":"a","type":"int","default":1}]})",
         R"({"type":"record","name":"A","fields":[{"name":"a","type":"int","default":1.0}]})",
         false},
        {R"({"type":"enum","name":"E","symbols":["A"],"default":"A"})",
         R"({"type":"enum","name":"E","symbols":["A"]})",
         false},
        {R"({"type":"record","name":"A","fields":[{"name":"s","type":["null","A"]}]})",
         R"({"name":"A","type":"record","fields":[{"type":["null","A"],"name":"s"}]})",
         true}};
    for (const auto& c : cases) EXPECT_EQ(same_structure(schema(c.a), schema(c.b)), c.same) << c.b;
}

TEST(AvroParse, ReferencedTextsDefineNames) {
    const std::vector<ReferencedText> references = {
        {"c", R"({"type":"enum","name":"n.C","symbols":["X"]})"},
        {"b", R"({"type":"record","name":"n.B","fields":[{"name":"c","type":"C"}]})"}};
    const auto schema = parse(Type::avro, R"(["null","n.B"])", references).value();
    EXPECT_EQ(schema.canonical_text(), R"(["null","n.B"])");
    EXPECT_EQ(resolved_text(schema).value(),
              R"(["null",{"type":"record","name":"B","namespace":"n","fields":[{"name":"c",)"
              R"("type":{"type":"enum","name":"C","symbols":["X"]}}]}])");
    const auto inlined = parse(Type::avro, resolved_text(schema).value()).value();
    EXPECT_TRUE(same_structure(schema, inlined));
}

TEST(Messages, QuoteTheRequest) {
    const std::vector<RequestedReference> references = {{"n", "s", 1},
                                                        {"m", std::nullopt, std::nullopt}};
    const RequestedSchema request = {"a", "AVRO", "x", references, 3, 7};
    const std::string list =
        "[{name='n', subject='s', version=1}, {name='m', subject='null', version=null}]";
    const std::string rest =
        ",schemaType=AVRO,references=" + list +
        ",metadata=null,ruleSet=null,schema=x,schemaTags=null,ts=null,deleted=null}";
    EXPECT_EQ(
        invalid_schema_message({"why", InvalidSchema::Stage::parse}, request),
        "Invalid schema of type AVRO, details: Invalid schema {subject=a,version=null,id=null" +
            rest + " with refs " + list + " of type AVRO, details: why");
    EXPECT_EQ(invalid_schema_message({"why", InvalidSchema::Stage::normalize}, request),
              "Invalid schema {subject=a,version=3,id=7" + rest + ", details: why");
    EXPECT_EQ(invalid_schema_message(parse(Type::avro, " ").error(), request), "Empty schema");
}

}  // namespace
}  // namespace sgw::schema
