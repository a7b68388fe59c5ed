#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/timeline.hpp"

namespace docent::agent {

/// What a session's own tools did to one file, by its timeline.
struct WrittenFile {
    bool removed = false;  // by the session
    std::string sha256;    // of what it wrote last; "" when removed
    /// The hashes of all that the file held from where the session's unbroken writing began: what was there
    /// before ("" for nothing), then each content. When HEAD has one of them, the file holds no work of
    /// others that is not committed.
    std::set<std::string> contents;
    std::string origin;  // where the content was first, when it was moved here
};

/// By path. The events are the session's, oldest first; those that tell of no file are passed over. Pure.
std::map<std::string, WrittenFile> written_files(const std::vector<store::Event>& events);

/// The types of event that it looks at.
const std::vector<std::string>& writing_event_types();

}  // namespace docent::agent
