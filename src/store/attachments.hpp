#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A large or binary companion of an event: a screenshot, a whole output. The bytes are a file below
/// DATA/attachments, in a folder of the session's id.
struct Attachment {
    std::string id;  // UUID v7
    std::string session_id, event_id;
    std::string name;  // for people: "screenshot.png"
    std::string media_type;
    std::int64_t size = 0;  // bytes
    std::string file;       // below DATA/attachments: "SESSION/ID"
    Millis created = 0;
};

class Attachments {
public:
    explicit Attachments(Store& store) : store_(store) {}

    /// After its file is there. not_found: no such session.
    Task<Result<Attachment>> add(Attachment attachment);
    Task<Result<std::vector<Attachment>>> list(std::string session_id, Page page);
    /// not_found, also for one of another session.
    Task<Result<Attachment>> find(std::string session_id, std::string id);
    /// Bytes of all attachments of a session.
    Task<Result<std::int64_t>> size_of(std::string session_id);

private:
    Store& store_;
};

}  // namespace docent::store
