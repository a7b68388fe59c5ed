#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// What a reader, or a program that reads, says of a page or of an answer.
struct Feedback {
    std::string id;  // ULID; add() makes one when it is ""
    std::string project_id;
    std::string source;           // "code_snippet", "contextual", "agent", "thumbs_only"
    std::string status;           // "pending" (add() takes "" for it), "in_progress", "resolved", "dismissed"
    std::string path;             // of the page; "" for an answer that was asked on none
    std::optional<bool> helpful;  // thumb up or down; nothing: no thumb
    std::string comment;          // "": none; so too the next four
    std::string contact;
    std::string code, filename, lang;  // code_snippet
    std::string thread_id, turn_id;    // of an answer; "" for a page
    std::string fp;                    // who: the client's word; "" or "anonymous" is nobody
    std::string user_agent;
    Millis created = 0;  // add() takes the machine's clock for 0
    Millis updated = 0;
};

/// True for the words above.
bool is_feedback_source(std::string_view word);
bool is_feedback_status(std::string_view word);

/// What of a project's feedback. Times in milliseconds, `to` exclusive; 0: no bound.
struct FeedbackQuery {
    std::string project_id;
    Millis from = 0, to = 0;
    std::vector<std::string> sources, statuses;  // empty: all
    std::string after;                           // the id of the last one seen; "": from the newest
    std::int64_t limit = 50;
};

struct FeedbackOfPage {
    std::string path;
    std::int64_t thumbs_up = 0, thumbs_down = 0, code = 0, total = 0;
};

class FeedbackItems {
public:
    explicit FeedbackItems(Store& store) : store_(store) {}

    /// What the same reader said of the same answer before is taken over by it: a thumb and its comment may
    /// come apart. not_found: no such project. Comes back as stored.
    Task<Result<Feedback>> add(Feedback feedback);
    /// not_found when there is none in this project.
    Task<Result<Feedback>> set_status(std::string project_id, std::string id, std::string status, Millis now);
    /// Newest first.
    Task<Result<std::vector<Feedback>>> list(FeedbackQuery query);
    /// The pages with most of it first; without what names no page.
    Task<Result<std::vector<FeedbackOfPage>>> by_page(FeedbackQuery query);
    /// Returns how many.
    Task<Result<std::int64_t>> remove_before(std::string project_id, Millis time);

private:
    Store& store_;
};

}  // namespace docent::store
