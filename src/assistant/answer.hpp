#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "llm/types.hpp"
#include "search/index.hpp"
#include "store/spending.hpp"

namespace docent::assistant {

/// One message of the conversation as the client sent it, reduced to its text.
struct ChatMessage {
    std::string role;  // "user", "assistant"; others are not kept
    std::string text;
};

/// Context that the reader's page adds to the question.
struct Context {
    std::string type;  // "code", "textSelection"
    std::string value, path, element_id;
};

/// What became of a link that a model wrote.
struct CheckedLink {
    enum class Outcome {
        kept,         // the page says what the sentence says
        pointer,      // kept; the sentence claims nothing: "See the guide"
        unchecked,    // kept; the page is in another language than the sentence
        unsupported,  // the page was read and does not say it: dropped
        unknown,      // no page that was retrieved or read: dropped
        image,        // dropped: images can carry data out
    };
    Outcome outcome = Outcome::unknown;
    std::string claim, url, why;
    double support = 0;
};

/// A reader's question, checked and complete.
struct Question {
    std::string project_id;
    std::string base_path;              // put before page paths in links: "" or "/docs"
    std::vector<ChatMessage> messages;  // oldest first; the last is the user's question
    std::string fp = "anonymous";
    std::size_t retrieval_page_size = 5;
    search::Filter filter;
    std::vector<Context> context;
    std::string current_path;
    std::string thread_id, thread_key;  // as the caller sent them; "" for a new thread
    std::string chat_id;                // body.id: names the running answer for resume; "" for none
    std::string caller;                 // "web", "api", "other"
    std::string key_id;                 // which API key asked
    bool suggestions = true;
    std::vector<std::string> models;  // the project's, in the order they are asked; empty: the server's
    store::Caps caps;                 // on what models may cost
    bool mask_stored = false;         // personal data is masked in what is stored
};

/// The parts of an answer, in the order in which they are streamed. Constructors, because GCC 12 must not
/// see aggregates in an await (docs/internals/decisions/0004).
struct StepStart {};
struct ToolCalled {
    ToolCalled(std::string i, std::string n, boost::json::object in)
        : id(std::move(i)), name(std::move(n)), input(std::move(in)) {}
    std::string id, name;
    boost::json::object input;
};
struct ToolAnswered {
    ToolAnswered(std::string i, std::string n, boost::json::value out)
        : id(std::move(i)), name(std::move(n)), output(std::move(out)) {}
    std::string id, name;
    boost::json::value output;  // search: an array of {path, url, metadata{title,...}, content}
};
struct Text {
    explicit Text(std::string t) : text(std::move(t)) {}
    std::string text;
};
struct Reasoning {
    explicit Reasoning(std::string t) : text(std::move(t)) {}
    std::string text;
};
struct Source {
    Source(std::string i, std::string u, std::string t)
        : id(std::move(i)), url(std::move(u)), title(std::move(t)) {}
    std::string id, url, title;
};
struct StepEnd {
    StepEnd(std::string r, llm::Usage u) : reason(std::move(r)), usage(u) {}
    std::string reason;  // "tool-calls", "stop", "length"
    llm::Usage usage;
};
/// The last part of every answer that did not fail.
struct Finished {
    Finished(std::string r, llm::Usage u, bool a) : reason(std::move(r)), usage(u), answered(a) {}
    std::string reason;  // "stop", "length", "error", "other" (stopped)
    llm::Usage usage;    // of all steps
    bool answered;       // false: the documentation does not cover the question
};
/// The last part of an answer that failed: a sentence for the reader.
struct Failed {
    explicit Failed(std::string m) : message(std::move(m)) {}
    std::string message;
};
using AnswerPart =
    std::variant<StepStart, ToolCalled, ToolAnswered, Text, Reasoning, Source, StepEnd, Finished, Failed>;

/// An answer as it grows: a log of parts that is appended to by the one who answers and followed by any
/// number of readers, each from the first part. It outlives its readers; a lost connection costs nothing.
/// On the event loop.
class Answer {
public:
    Answer(std::string message, std::string thread, std::string thread_key_if_new)
        : message_id(std::move(message)),
          thread_id(std::move(thread)),
          new_thread_key(std::move(thread_key_if_new)) {}

    const std::string message_id;  // no message of the conversation has it
    const std::string thread_id;
    const std::string new_thread_key;         // "" when the thread existed
    std::string key_id, chat_id, project_id;  // who may resume it

    std::vector<CheckedLink> checks;  // the links that a model wrote, and what became of them

    const std::vector<AnswerPart>& parts() const { return parts_; }
    bool ended() const { return ended_; }
    /// True once text was cut: no more of it is taken.
    bool full() const { return cut_; }

    /// Wakes the followers. Text is bounded (max_text): what exceeds it is cut and the answer ends with
    /// "length". Nothing can be appended after Finished or Failed.
    void append(AnswerPart part);
    static constexpr std::size_t max_text = 1 << 20;

    /// `wake` is called after each append, until the handle is destroyed.
    using Handle = std::shared_ptr<void>;
    Handle follow(std::function<void()> wake);

private:
    /// Kept apart, so that a handle may outlive the answer, and be dropped by a wake.
    struct Follower {
        std::function<void()> wake;
        bool left = false;  // during a wake, its own perhaps: it is removed when all are woken
    };
    struct Followers {
        std::list<Follower> list;
        bool waking = false;
    };

    std::vector<AnswerPart> parts_;
    std::size_t text_bytes_ = 0;
    bool cut_ = false;
    bool ended_ = false;
    std::shared_ptr<Followers> followers_ = std::make_shared<Followers>();
};

}  // namespace docent::assistant
