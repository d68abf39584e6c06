#include "routing/deployment.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/routing/answers.hpp"

namespace sgw::routing {
namespace {

using catalog::Metadata;

const std::string text = R"({"type":"record","name":"A","fields":[{"name":"a","type":"int"}]})";
const Metadata owned{{}, {{"owner", "me"}}, {}};
const Metadata versioned{{}, {{"confluent:version", "2"}}, {}};

Wanted wanted() {
    Wanted wanted{{Subject{Context{}, "orders/eu"}, Version{2}}, SchemaId{7}, {}};
    wanted.content.text = text;
    return wanted;
}

VersionFact held() {
    VersionFact fact;
    fact.subject = "orders/eu";
    fact.version = Version{2};
    fact.id = SchemaId{7};
    fact.text = text;
    return fact;
}

std::string described(const DeploymentStep& step) {
    return std::visit(
        Overloaded{
            [](const Write&) -> std::string { return "write"; },
            [](const ReadBack&) -> std::string { return "read back"; },
            [](const CheckFold& fold) { return "check fold " + std::to_string(fold.id.value); },
            [](const Settled& settled) {
                const std::string name(catalog::state_name(settled.state));
                return settled.reason.empty() ? name : name + ": " + settled.reason;
            },
            [](const Contradicted& said) { return "contradicted: " + said.reason; },
            [](const RetryLater& later) { return "retry: " + later.reason; },
            [](const NotImport& refused) { return "not import: " + refused.reason; },
            [](const Unanswered& none) { return "unanswered: " + kind_name(none.failure.kind); },
        },
        step);
}

struct Row {
    const char* name;
    Wanted wanted;
    RegionAnswer<VersionFact> answer;
    std::string expected;
};

template <class Change>
VersionFact changed(Change change) {
    auto fact = held();
    change(fact);
    return fact;
}

template <class Change>
Wanted wanted_with(Change change) {
    auto result = wanted();
    change(result);
    return result;
}

/// What the region may hold under the number; looked at before the write and after it.
std::vector<Row> holdings() {
    const auto with_metadata = [](Metadata metadata) {
        return wanted_with([&](Wanted& one) { one.content.metadata = metadata; });
    };
    const auto held_with = [](Metadata metadata) {
        return changed([&](VersionFact& fact) { fact.metadata = metadata; });
    };
    return {
        {"equal", wanted(), held(), "deployed"},
        {"equal but for blanks",
         wanted(),
         changed([](VersionFact& fact) {
             fact.text = R"({ "name":"A", "type":"record", "fields":[{"type":"int","name":"a"}]})";
         }),
         "deployed"},
        {"the name as in the path",
         wanted(),
         changed([](VersionFact& fact) { fact.subject = "orders%2Feu"; }),
         "deployed"},
        {"the name without its context",
         wanted_with([](Wanted& one) { one.what.subject.context.name = ".c"; }),
         held(),
         "deployed"},
        {"the name in its context",
         wanted_with([](Wanted& one) { one.what.subject.context.name = ".c"; }),
         changed([](VersionFact& fact) { fact.subject = ":.c:orders/eu"; }),
         "deployed"},
        {"another name",
         wanted(),
         changed([](VersionFact& fact) { fact.subject = "invoices"; }),
         "contradicted: the region calls the subject invoices"},
        {"other content",
         wanted(),
         changed([](VersionFact& fact) { fact.text = "\"int\""; }),
         "contradicted: the region holds another schema under this version, id 7"},
        {"other content and id",
         wanted(),
         changed([](VersionFact& fact) {
             fact.text = "\"int\"";
             fact.id = SchemaId{3};
         }),
         "contradicted: the region holds another schema under this version, id 3"},
        {"the doc was folded away",
         wanted_with([](Wanted& one) {
             one.content.text =
                 R"({"type":"record","name":"A","doc":"d","fields":[{"name":"a","type":"int"}]})";
         }),
         held(),
         "contradicted: the region holds another schema under this version, id 7"},
        {"other id",
         wanted(),
         changed([](VersionFact& fact) { fact.id = SchemaId{3}; }),
         "contradicted: the region holds this version under id 3"},
        {"no schema",
         wanted(),
         changed([](VersionFact& fact) { fact.text = "{"; }),
         "contradicted: the region holds a text that is no schema under this version"},
        {"another type",
         wanted(),
         changed([](VersionFact& fact) { fact.type = "JSON"; }),
         "contradicted: the region holds a text that is no schema under this version"},
        {"references that are not wanted",
         wanted(),
         changed([](VersionFact& fact) {
             fact.references = {{"n", "s", 1}};
         }),
         "contradicted: the region holds another schema under this version, id 7"},
        {"another number",
         wanted(),
         changed([](VersionFact& fact) { fact.version = Version{1}; }),
         "retry: the region answered for another version"},
        {"metadata kept", with_metadata(owned), held_with(owned), "deployed"},
        {"metadata dropped",
         with_metadata(owned),
         held(),
         "partial: the region dropped the metadata"},
        {"metadata replaced by the region's own",
         with_metadata(owned),
         held_with(versioned),
         "partial: the region dropped the metadata"},
        {"metadata changed",
         with_metadata(owned),
         held_with(Metadata{{}, {{"owner", "you"}}, {}}),
         "partial: the region holds other metadata"},
        {"metadata that we did not send",
         wanted(),
         held_with(owned),
         "partial: the region holds other metadata"},
        {"the version that the region adds", wanted(), held_with(versioned), "deployed"},
        {"the version that we sent", with_metadata(versioned), held_with(versioned), "deployed"},
        {"the version that we sent, changed",
         with_metadata(versioned),
         held_with(Metadata{{}, {{"confluent:version", "1"}}, {}}),
         "partial: the region holds other metadata"},
        {"empty metadata", with_metadata({}), held_with(versioned), "deployed"},
        {"other content beats metadata",
         with_metadata(owned),
         changed([](VersionFact& fact) { fact.text = "\"int\""; }),
         "contradicted: the region holds another schema under this version, id 7"},
        {"transport", wanted(), no_answer, "unanswered: transport"},
        {"credentials", wanted(), bad_credentials, "not import: 401: Unauthorized"},
        {"throttled", wanted(), Failed{Failed::Kind::throttled, "429"}, "unanswered: throttled"},
        {"server error",
         wanted(),
         Failed{Failed::Kind::server_error, "500"},
         "unanswered: server_error"},
        {"garbage", wanted(), Failed{Failed::Kind::garbage, "html"}, "retry: html"},
        {"a refusal to read",
         wanted(),
         Refused{404, "HTTP 404 Not Found"},
         "retry: 404: HTTP 404 Not Found"},
    };
}

TEST(AfterLook, JudgesWhatIsThere) {
    for (const auto& row : holdings()) {
        EXPECT_EQ(described(after_look(row.wanted, row.answer)), row.expected) << row.name;
    }
}

TEST(AfterLook, WritesOnlyWhatTheRegionSaysIsAbsent) {
    for (const int code : {40401, 40402, 40403}) {
        EXPECT_EQ(described(after_look(wanted(), Absent{code})), "write");
    }
}

TEST(AfterReadBack, JudgesWhatIsThere) {
    for (const auto& row : holdings()) {
        const auto step = after_read_back(row.wanted, {SchemaId{7}}, row.answer, {});
        EXPECT_EQ(described(step), row.expected) << row.name;
    }
}

TEST(AfterReadBack, SaysWhatBecameOfAWriteThatLeftNothing) {
    struct MissingRow {
        std::optional<SchemaId> id;
        std::chrono::nanoseconds missing_for;
        std::string expected;
    };
    const std::string not_yet = "retry: the region acknowledged the write and does not show it yet";
    const std::string never = "contradicted: the region acknowledged the write and stored nothing";
    const MissingRow rows[] = {
        {SchemaId{7}, {}, not_yet},
        {SchemaId{7}, replica_lag - std::chrono::nanoseconds{1}, not_yet},
        {SchemaId{7}, replica_lag, never},
        {std::nullopt, {}, not_yet},
        {std::nullopt, replica_lag * 2, never},
        {SchemaId{3}, {}, "check fold 3"},
        {SchemaId{3}, replica_lag, "check fold 3"},
    };
    for (const auto& row : rows) {
        const auto step = after_read_back(wanted(), {row.id}, Absent{40402}, row.missing_for);
        EXPECT_EQ(described(step), row.expected);
    }
}

TEST(AfterFoldCheck, BelievesAFoldOnlyWhereTheIdIsThere) {
    const auto after = [](const RegionAnswer<SchemaFact>& answer,
                          std::chrono::nanoseconds missing_for = {}) {
        return described(after_fold_check(SchemaId{3}, answer, missing_for));
    };
    EXPECT_EQ(after(SchemaFact{"AVRO", "\"int\""}),
              "contradicted: the region folds this version into id 3");
    const std::string not_yet =
        "retry: the region acknowledged the write with id 3 and does not hold that id yet";
    EXPECT_EQ(after(Absent{40403}), not_yet);
    EXPECT_EQ(after(Absent{40403}, replica_lag - std::chrono::nanoseconds{1}), not_yet);
    EXPECT_EQ(
        after(Absent{40403}, replica_lag),
        "contradicted: the region acknowledged the write with id 3, holds nothing under it, and "
        "stored nothing");
    EXPECT_EQ(after(SchemaFact{"AVRO", "\"int\""}, replica_lag),
              "contradicted: the region folds this version into id 3");
    EXPECT_EQ(after(Refused{42205, "no"}), "retry: 42205: no");
    EXPECT_EQ(after(Failed{Failed::Kind::transport, "reset"}), "unanswered: transport");
}

TEST(AfterContradiction, OneWrongAnswerMayPass) {
    const Contradicted said{"the region holds this version under id 3"};
    EXPECT_EQ(described(after_contradiction(said, SaidBefore::no)),
              "retry: the region holds this version under id 3");
    EXPECT_EQ(described(after_contradiction(said, SaidBefore::yes)),
              "conflict: the region holds this version under id 3");
}

TEST(IsFinding, IsWhatContradictsTheCatalog) {
    const auto look = [](const RegionAnswer<VersionFact>& answer) {
        return is_finding(after_look(wanted(), answer));
    };
    EXPECT_FALSE(look(held()));
    EXPECT_FALSE(look(Absent{40401}));  // not there yet
    EXPECT_FALSE(look(Refused{404, "HTTP 404 Not Found"}));
    EXPECT_FALSE(look(no_answer));
    EXPECT_FALSE(look(bad_credentials));
    EXPECT_TRUE(look(changed([](VersionFact& fact) { fact.version = Version{1}; })));
    EXPECT_TRUE(look(changed([](VersionFact& fact) { fact.id = SchemaId{3}; })));
    EXPECT_TRUE(look(changed([](VersionFact& fact) { fact.text = "\"int\""; })));
    EXPECT_TRUE(look(changed([](VersionFact& fact) { fact.metadata = owned; })));
    EXPECT_FALSE(is_finding(after_write(wanted(), Refused{42201, "Invalid schema"})));
    EXPECT_TRUE(is_finding(after_read_back(wanted(), {SchemaId{7}}, Absent{40402}, replica_lag)));
    EXPECT_FALSE(is_finding(after_read_back(wanted(), {SchemaId{7}}, Absent{40402}, {})));
    EXPECT_TRUE(is_finding(after_fold_check(SchemaId{3}, SchemaFact{"AVRO", "\"int\""}, {})));
}

TEST(AfterWrite, BelievesNothingAndSortsRefusals) {
    struct WriteRow {
        RegionAnswer<WrittenFact> answer;
        std::string expected;
    };
    const WriteRow rows[] = {
        {WrittenFact{SchemaId{7}}, "read back"},
        {WrittenFact{SchemaId{3}}, "read back"},
        {WrittenFact{}, "read back"},
        {Absent{40401}, "retry: 40401 to a registration"},
        {id_is_taken, "conflict: 42205: Overwrite new schema with id 7 is not permitted."},
        {not_in_import, "not import: 42205: Subject s in context  is not in import mode"},
        {Refused{42205, "Subject 'Overwrite' is not in import mode."},
         "not import: 42205: Subject 'Overwrite' is not in import mode."},
        {Refused{42201, "Invalid schema"}, "conflict: 42201: Invalid schema"},
        {Refused{42206, "references"}, "conflict: 42206: references"},
        {Refused{42208, "bad subject"}, "conflict: 42208: bad subject"},
        {Refused{42209, "too large"}, "conflict: 42209: too large"},
        {Refused{422, "no body"}, "conflict: 422: no body"},
        {Refused{409, "incompatible"}, "conflict: 409: incompatible"},
        {Refused{40901, "incompatible"}, "conflict: 40901: incompatible"},
        {Refused{413, "too large"}, "conflict: 413: too large"},
        {Refused{400, "Bad Request"}, "retry: 400: Bad Request"},
        {Refused{404, "HTTP 404 Not Found"}, "retry: 404: HTTP 404 Not Found"},
        {Refused{405, "Method"}, "retry: 405: Method"},
        {Refused{415, "Type"}, "retry: 415: Type"},
        {no_answer, "unanswered: transport"},
        {leaderless, "unanswered: no_leader"},
        {bad_credentials, "not import: 401: Unauthorized"},
        {Failed{Failed::Kind::throttled, "429"}, "unanswered: throttled"},
        {Failed{Failed::Kind::garbage, "no registry"}, "retry: no registry"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(described(after_write(wanted(), row.answer)), row.expected);
    }
}

}  // namespace
}  // namespace sgw::routing
