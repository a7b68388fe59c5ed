#include "assistant/model_answer.hpp"

#include <boost/json/serialize.hpp>

#include "assistant/prompt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t quote_words = 8;  // so many words in a row of a page are a quotation of it

/// Streams a model's deltas into the answer.
class ModelSink final : public Sink<llm::Delta> {
public:
    explicit ModelSink(Conversation& c) : c_(c) {}

    Task<Status> put(llm::Delta delta) override {
        if (auto* text = std::get_if<llm::TextDelta>(&delta)) {
            std::string shown = filter_.feed(text->text);
            if (!shown.empty()) c_.say(std::move(shown));
        } else if (auto* reasoning = std::get_if<llm::ReasoningDelta>(&delta)) {
            c_.answer->append(Reasoning(std::move(reasoning->text)));
        }
        co_return Status();
    }

    void end() {
        std::string rest = filter_.end();
        if (!rest.empty()) c_.say(std::move(rest));
    }

private:
    Conversation& c_;
    SuggestionsFilter filter_;
};

std::vector<Passage> passages_of(const search::Index& index, const std::vector<search::Hit>& hits,
                                 const std::string& base_path) {
    std::vector<Passage> passages;
    for (const auto& hit : hits) {
        const auto page = index.page(hit.page);
        const auto chunk = index.chunk(hit.chunk);
        Passage passage;
        passage.url = page_url(page, base_path, chunk.anchor);
        passage.title = page.title;
        for (const auto heading : chunk.headings) passage.title += " > " + std::string(heading);
        passage.markdown = chunk.markdown;
        passages.push_back(std::move(passage));
    }
    return passages;
}

std::string one_space(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\t' || c == '*' || c == '`') {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c;
        }
    }
    return out;
}

/// True if so many words in a row of `text` stand in `document`.
bool quotes(const std::string& text, const std::string& document) {
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ') starts.push_back(i + 1);
    }
    for (std::size_t i = 0; i + quote_words < starts.size(); ++i) {
        const auto run = text.substr(starts[i], starts[i + quote_words] - starts[i] - 1);
        if (run.size() >= 24 && document.find(run) != document.npos) return true;
    }
    return false;
}

/// Only pages that the text links or quotes are its sources.
void cite_used(Conversation& c, const std::vector<search::Hit>& seen) {
    const std::string text = one_space(c.text);
    for (const auto& hit : seen) {
        const auto page = c.index->page(hit.page);
        const std::string url = page_url(page, c.question.base_path);
        bool used = false;
        for (std::size_t at = 0; !used && (at = c.text.find("](" + url, at)) != c.text.npos;) {
            at += url.size() + 2;
            used = at < c.text.size() &&
                   (c.text[at] == ')' || c.text[at] == '#' || c.text[at] == ' ' || c.text[at] == '?');
        }
        if (!used) used = quotes(text, one_space(c.index->chunk(hit.chunk).markdown));
        if (used) c.cite(url, std::string(page.title));
    }
}

Task<std::vector<search::Hit>> search_for(Conversation& c, Pools& pools, const std::string& query) {
    search::Query q;
    q.text = std::string(cut_utf8(query, 1000));
    q.limit = c.question.retrieval_page_size;
    q.filter = c.question.filter;
    search::Found found = co_await on(pools.search, [&] { return c.index->search(q); });
    if (found.sections.size() > q.limit) found.sections.resize(q.limit);
    co_return std::move(found.sections);
}

/// Runs the calls of a reply and adds them and their answers to the request.
Task<> run_tools(Conversation& c, Pools& pools, const llm::Reply& reply, llm::Request& request,
                 std::vector<search::Hit>& seen) {
    llm::Message said = reply.message;
    request.messages.push_back(std::move(said));
    for (const auto& call : reply.message.calls) {
        llm::Message result;
        result.role = llm::Message::Role::tool;
        result.call_id = call.id;
        const auto* query = call.args.if_contains("query");
        if (call.name == "search" && query && query->is_string()) {
            const std::string text(query->get_string());
            auto hits = co_await search_for(c, pools, text);
            boost::json::object input;
            input["query"] = text;
            c.call_tool("search", std::move(input), search_output(*c.index, hits, c.question.base_path));
            result.text = passages_text(passages_of(*c.index, hits, c.question.base_path));
            if (hits.empty()) result.text = "Nothing was found.";
            seen.insert(seen.end(), hits.begin(), hits.end());
        } else if (call.name == "markNotFound") {
            c.answered = false;
            boost::json::object acknowledged;
            acknowledged["acknowledged"] = true;
            result.text = boost::json::serialize(acknowledged);
            c.call_tool("markNotFound", boost::json::object(), std::move(acknowledged));
        } else {
            result.text = "There is no such tool.";
        }
        request.messages.push_back(std::move(result));
    }
}

}  // namespace

Task<bool> answer_with_model(Conversation& c, Pools& pools, llm::Provider& model, const Extract& found,
                             std::size_t max_steps) {
    std::vector<search::Hit> seen = found.hits;
    std::string instructions(c.index->file(".mintlify/Assistant.md"));
    llm::Request request;
    request.messages =
        make_prompt(std::string(c.index->site_name()), instructions, c.history, c.asked, c.question.context,
                    c.question.current_path, passages_of(*c.index, seen, c.question.base_path));
    for (std::size_t step = 1; step <= max_steps; ++step) {
        request.tools = step < max_steps ? assistant_tools() : boost::json::array();
        c.start_step();
        c.text.clear();
        ModelSink sink(c);
        auto reply = co_await model.complete(request, sink);
        sink.end();
        if (!reply) {
            log::warn("the model failed: " + reply.error().message + " " + reply.error().detail);
            co_return false;
        }
        if (!reply->message.calls.empty() && step < max_steps) {
            co_await run_tools(c, pools, *reply, request, seen);
            c.end_step("tool-calls", reply->usage);
            continue;
        }
        if (trim(c.text).empty()) {
            c.usage.input_tokens += reply->usage.input_tokens;
            c.usage.output_tokens += reply->usage.output_tokens;
            co_return false;
        }
        cite_used(c, seen);
        c.suggest(found.suggestions);
        c.reason = reply->finish_reason == "tool-calls" ? "stop" : reply->finish_reason;
        c.end_step(c.reason, reply->usage);
        co_return true;
    }
    co_return false;
}

}  // namespace docent::assistant
