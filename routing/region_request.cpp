#include "routing/region_request.hpp"

#include <nlohmann/json.hpp>

namespace sgw::routing {
namespace {

/// Of a subject in the region's words.
std::string versions_path(const Subject& there) {
    return "/subjects/" + path_segment(there.qualified()) + "/versions";
}

RegionRequest get(std::string target, std::string about = "") {
    return {"GET", std::move(target), "", std::move(about)};
}

/// `?a=b&c=d`, in order; nothing for what is empty.
class QueryText {
  public:
    QueryText& add(std::string_view name, std::string_view value) {
        if (value.empty()) return *this;
        text_ += text_.empty() ? '?' : '&';
        text_.append(name) += '=';
        // A plus is a blank in queries, though not in paths.
        for (const char c : path_segment(value)) c == '+' ? text_ += "%2B" : text_ += c;
        return *this;
    }
    QueryText& add(Shown shown) {
        if (shown == Shown::deleted_too) return add("deleted", "true");
        return add("deletedOnly", shown == Shown::deleted_only ? "true" : "");
    }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

std::string id_path(const RegionMapping& mapping, SchemaId id) {
    return "/schemas/ids/" + std::to_string(mapping.to_region(id).value);
}

std::string about_id(SchemaId id) {
    return "id " + std::to_string(id.value);
}

std::string hint_of(const RegionMapping& mapping, const IdQuestion& question) {
    if (!question.hint) return "";
    const bool context_alone = question.hint->name.empty();
    const auto there = context_alone ? Subject{mapping.to_region(question.hint->context), ""}
                                     : mapping.to_region(*question.hint);
    return there.qualified();
}

std::string question_body(const SchemaQuestion& question) {
    auto body = nlohmann::ordered_json::object();
    if (question.schema.text) body["schema"] = *question.schema.text;
    if (question.schema.metadata) body["metadata"] = catalog::to_json(*question.schema.metadata);
    return body.dump();
}

std::string_view normalize_flag(const SchemaQuestion& question) {
    return question.normalize == schema::Normalize::yes ? "true" : "";
}

std::string tail_of(const RegionMapping& mapping, const Against& against) {
    switch (against.kind) {
        case Against::Kind::as_the_level_says:
            return "";
        case Against::Kind::latest:
            return "/latest";
        case Against::Kind::one:
            return "/" + std::to_string(mapping.to_region(against.version).value);
    }
    return "";
}

std::string registration_body(const RegionMapping& mapping, const Wanted& wanted) {
    const auto version = mapping.to_region(wanted.what.version);
    nlohmann::ordered_json body{{"schema", wanted.content.text},
                                {"id", mapping.to_region(wanted.id).value},
                                {"version", version.value}};
    if (wanted.content.type != schema::Type::avro) {
        body["schemaType"] = schema::type_name(wanted.content.type);
    }
    for (const auto& reference : wanted.content.references) {
        const auto there = mapping.to_region(reference);
        body["references"].push_back(
            {{"name", there.name}, {"subject", there.subject}, {"version", there.version}});
    }
    if (wanted.content.metadata) body["metadata"] = catalog::to_json(*wanted.content.metadata);
    return body.dump();
}

}  // namespace

RegionRequest ask_version(const RegionMapping& mapping,
                          const catalog::SubjectVersion& what,
                          Shown shown) {
    const auto version = mapping.to_region(what.version);
    return get(versions_path(mapping.to_region(what.subject)) + "/" +
                   std::to_string(version.value) + QueryText().add(shown).text(),
               what.subject.qualified());
}

RegionRequest ask_latest(const RegionMapping& mapping, const Subject& subject) {
    return get(versions_path(mapping.to_region(subject)) + "/latest", subject.qualified());
}

RegionRequest ask_versions(const RegionMapping& mapping, const Subject& subject, Shown shown) {
    return get(versions_path(mapping.to_region(subject)) + QueryText().add(shown).text(),
               subject.qualified());
}

RegionRequest ask_schema(const RegionMapping& mapping, const IdQuestion& question) {
    const auto query = QueryText().add("subject", hint_of(mapping, question));
    return get(id_path(mapping, question.id) + query.text(), about_id(question.id));
}

RegionRequest ask_holders(const RegionMapping& mapping, const IdQuestion& question) {
    const auto query = QueryText().add("subject", hint_of(mapping, question)).add(question.shown);
    return get(id_path(mapping, question.id) + "/versions" + query.text(), about_id(question.id));
}

RegionRequest ask_lookup(const RegionMapping& mapping,
                         const SchemaQuestion& question,
                         Shown shown) {
    const auto there = mapping.to_region(question.subject).qualified();
    const auto query = QueryText().add("normalize", normalize_flag(question)).add(shown);
    return {"POST",
            "/subjects/" + path_segment(there) + query.text(),
            question_body(question),
            question.subject.qualified()};
}

RegionRequest ask_compatibility(const RegionMapping& mapping,
                                const SchemaQuestion& question,
                                const Against& against,
                                Verbose verbose) {
    const auto query = QueryText()
                           .add("normalize", normalize_flag(question))
                           .add("verbose", verbose == Verbose::yes ? "true" : "");
    return {"POST",
            "/compatibility" + versions_path(mapping.to_region(question.subject)) +
                tail_of(mapping, against) + query.text(),
            question_body(question),
            question.subject.qualified()};
}

RegionRequest ask_subjects(Listing listing) {
    const std::string plain = "/subjects?deleted=true";
    return get(listing == Listing::plain ? plain : plain + "&subjectPrefix=" + path_segment(":*:"));
}

RegionRequest ask_contexts() {
    return get("/contexts");
}

RegionRequest ask_subjects_in(const RegionMapping& mapping, const Context& context) {
    const auto there = mapping.to_region(context);
    return get("/contexts/" + path_segment(there.name) + "/subjects?deleted=true");
}

RegionRequest write_version(const RegionMapping& mapping, const Wanted& wanted) {
    return {"POST",
            versions_path(mapping.to_region(wanted.what.subject)),
            registration_body(mapping, wanted),
            wanted.what.subject.qualified()};
}

RegionRequest ask_mode(const RegionMapping& mapping, const Subject& subject) {
    const auto there = mapping.to_region(subject).qualified();
    return get("/mode/" + path_segment(there) + "?defaultToGlobal=true", subject.qualified());
}

RegionRequest set_import_mode(ModeScope scope) {
    const std::string path = scope == ModeScope::all_contexts ? "/mode/:.__GLOBAL:" : "/mode";
    return {"PUT", path + "?force=true", R"({"mode":"IMPORT"})", ""};
}

}  // namespace sgw::routing
