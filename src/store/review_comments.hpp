#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// What a person says of a merge request: of the whole, of a file, or of a line of it.
struct ReviewComment {
    std::string id;  // UUID v7
    std::string merge_request_id;
    std::string author;
    std::string body;       // Markdown
    std::string path;       // "": of the whole
    std::string side;       // of a line: "before" or "after"; else ""
    std::int64_t line = 0;  // from 1; 0: of the file
    std::string quote;      // that line, as it was
    std::string head_sha;   // what was looked at
    std::string client_id;  // the caller's name for it; "": none
    std::string event_id;   // the message that tells the agent; "": not sent
    Millis created = 0;
};

class ReviewComments {
public:
    explicit ReviewComments(Store& store) : store_(store) {}

    /// The one that is there already when its client_id was used for the same words. conflict
    /// "client_id_conflict" when it was used for others; not_found: the merge request.
    Task<Result<ReviewComment>> add(ReviewComment comment);
    /// Oldest first; `page.after` is the last one seen.
    Task<Result<std::vector<ReviewComment>>> list(std::string merge_request_id, Page page);
    /// The agent was told, by this event. not_found.
    Task<Result<ReviewComment>> sent(std::string id, std::string event_id);

private:
    Store& store_;
};

}  // namespace docent::store
