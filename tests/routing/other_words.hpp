// A region that calls everything otherwise: whatever is not translated shows.
#pragma once

#include "routing/region_mapping.hpp"

namespace sgw::routing {

/// Subject `s` is `r-s`, context `.c` is `.c-r`, version 2 is 102, id 7 is 1007.
class OtherWords : public RegionMapping {
  public:
    using RegionMapping::from_region;
    using RegionMapping::to_region;

    Subject to_region(const Subject& subject) const override {
        return {to_region(subject.context), "r-" + subject.name};
    }
    Context to_region(const Context& context) const override {
        return context.is_default() ? context : Context{context.name + "-r"};
    }
    Version to_region(Version version) const override { return {version.value + 100}; }
    SchemaId to_region(SchemaId id) const override { return {id.value + 1000}; }

    std::string from_region(std::string name) const override {
        auto subject = Subject::parse(name);
        subject.context = from_region(std::move(subject.context));
        subject.name.erase(0, 2);
        return subject.qualified();
    }
    Context from_region(Context context) const override {
        if (!context.is_default()) context.name.resize(context.name.size() - 2);
        return context;
    }
    Version from_region(Version version) const override { return {version.value - 100}; }
    SchemaId from_region(SchemaId id) const override { return {id.value - 1000}; }
};

}  // namespace sgw::routing
