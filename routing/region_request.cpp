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

RegionRequest ask_version(const RegionMapping& mapping, const catalog::SubjectVersion& what) {
    const auto version = mapping.to_region(what.version);
    return get(versions_path(mapping.to_region(what.subject)) + "/" + std::to_string(version.value),
               what.subject.qualified());
}

RegionRequest ask_latest(const RegionMapping& mapping, const Subject& subject) {
    return get(versions_path(mapping.to_region(subject)) + "/latest", subject.qualified());
}

RegionRequest ask_versions(const RegionMapping& mapping, const Subject& subject) {
    return get(versions_path(mapping.to_region(subject)), subject.qualified());
}

RegionRequest ask_schema(const RegionMapping& mapping, SchemaId id) {
    return get("/schemas/ids/" + std::to_string(mapping.to_region(id).value),
               "id " + std::to_string(id.value));
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
