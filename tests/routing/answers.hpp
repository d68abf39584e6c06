// What a region may answer, and how tests name it.
#pragma once

#include <string>
#include <utility>

#include "routing/region_answer.hpp"
#include "store/overloaded.hpp"

namespace sgw::routing {

inline std::string kind_name(Failed::Kind kind) {
    switch (kind) {
        case Failed::Kind::transport:
            return "transport";
        case Failed::Kind::server_error:
            return "server_error";
        case Failed::Kind::no_leader:
            return "no_leader";
        case Failed::Kind::throttled:
            return "throttled";
        case Failed::Kind::credentials:
            return "credentials";
        case Failed::Kind::garbage:
            return "garbage";
    }
    return "?";
}

/// "fact", "absent 40401", "refused 42205: text", "garbage".
template <class Fact>
std::string outcome(const RegionAnswer<Fact>& answer) {
    return std::visit(
        Overloaded{
            [](const Fact&) -> std::string { return "fact"; },
            [](const Absent& absent) { return "absent " + std::to_string(absent.code); },
            [](const Refused& refused) { return "refused " + words(refused); },
            [](const Failed& failed) { return kind_name(failed.kind); },
        },
        answer);
}

inline const Refused not_in_import{42205, "Subject s in context  is not in import mode"};
inline const Refused id_is_taken{42205, "Overwrite new schema with id 7 is not permitted."};
inline const Failed no_answer{Failed::Kind::transport, "connect: refused"};
inline const Failed bad_credentials{Failed::Kind::credentials, "401: Unauthorized"};
inline const Failed leaderless{Failed::Kind::no_leader, "50004: Leader not known."};

}  // namespace sgw::routing
