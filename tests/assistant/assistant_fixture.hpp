#pragma once
#include <boost/asio/io_context.hpp>
#include <deque>

#include "assistant/assistant.hpp"
#include "assistant/fixture.hpp"
#include "llm/provider.hpp"
#include "net/http_client.hpp"
#include "store/projects.hpp"
#include "store/spending.hpp"
#include "support/run.hpp"

namespace docent::assistant {

using namespace std::chrono_literals;

/// A provider that keeps what it was asked, and fails first as often as it is told.
class RecordingProvider final : public llm::Provider {
public:
    explicit RecordingProvider(llm::Provider& inner) : inner_(inner) {}

    Task<Result<llm::Reply>> complete(const llm::Request& request, Sink<llm::Delta>& out) override {
        requests.push_back(request);
        if (!failures.empty()) {
            Error failure = failures.front();
            failures.pop_front();
            co_return failure;
        }
        auto reply = co_await inner_.complete(request, out);
        if (reply && request.report) {
            request.report->spent.add(reply->usage);
            request.report->spent.cost += cost;
            request.report->model = "scripted";
        }
        co_return reply;
    }
    std::int64_t context_tokens() const override { return window; }

    /// All that the last request said.
    std::string last_prompt() const {
        std::string text;
        for (const auto& m : requests.back().messages) text += m.text + "\n";
        return text;
    }

    std::vector<llm::Request> requests;
    std::deque<Error> failures;
    std::int64_t window = 0;
    std::int64_t cost = 0;  // of each call

private:
    llm::Provider& inner_;
};

class AssistantTest : public ::testing::Test {
protected:
    AssistantTest() : index_(kettle().index(dir_)) {
        auto store = store::Store::open(pools_, "sqlite:" + (dir_.path() / "docent.db").string());
        if (!store) throw std::runtime_error(store.error().detail);
        store_ = *std::move(store);
        threads_ = std::make_unique<store::Threads>(*store_);
        spending_ = std::make_unique<store::Spending>(*store_);
        store::Projects projects(*store_);
        for (const std::string id : {"p", "empty"}) {
            store::Project project;
            project.id = project.slug = id;
            auto added = test::run(loop_, projects.add(std::move(project)));
            if (!added) throw std::runtime_error(added.error().detail);
        }
    }
    void start(const std::string& script = "", Config config = Config()) {
        if (!script.empty()) {
            dir_.write("script.json", script);
            llm::ProviderConfig model;
            model.kind = "scripted";
            model.script = (dir_.path() / "script.json").string();
            auto made = llm::make_provider(model, http_);
            ASSERT_TRUE(made.ok()) << made.error().message;
            script_ = *std::move(made);
            model_ = std::make_unique<RecordingProvider>(*script_);
        }
        assistant_ = std::make_unique<Assistant>(
            loop_.get_executor(), pools_, clock_,
            [this](const std::string& id) { return id == "p" ? index_ : nullptr; }, *threads_, model_.get(),
            config, spending_.get());
    }
    void TearDown() override {
        if (assistant_) test::run_to_end(loop_, assistant_->stop(0ms));
    }

    static Question question(const std::string& text) {
        Question q;
        q.project_id = "p";
        q.key_id = "key";
        q.caller = "api";
        ChatMessage m;
        m.role = "user";
        m.text = text;
        q.messages.push_back(std::move(m));
        return q;
    }
    /// A question that follows on another, whose answer is in between.
    static Question conversation(const std::string& first, const std::string& second) {
        Question q = question(first);
        ChatMessage reply, next;
        reply.role = "assistant";
        reply.text = "…";
        next.role = "user";
        next.text = second;
        q.messages.push_back(std::move(reply));
        q.messages.push_back(std::move(next));
        return q;
    }
    Result<std::shared_ptr<Answer>> ask(Question q) {
        return test::run(loop_, assistant_->ask(std::move(q)));
    }
    std::shared_ptr<Answer> ended(Question q) {
        auto answer = ask(std::move(q));
        if (!answer) {
            throw std::runtime_error(answer.error().message + " " + answer.error().detail);
        }
        while (!(*answer)->ended()) loop_.run_one();
        return *answer;
    }
    std::vector<store::Turn> turns(const std::string& thread) {
        auto found = test::run(loop_, threads_->turns(thread, 100));
        EXPECT_TRUE(found.ok());
        return *found;
    }
    void until_text(const Answer& answer) {
        while (text(answer).empty()) loop_.run_one();
    }
    static std::string text(const Answer& answer) {
        std::string all;
        for (const auto& part : answer.parts()) {
            if (const auto* t = std::get_if<Text>(&part)) all += t->text;
        }
        return all;
    }
    static std::string order(const Answer& answer) {
        std::string all;
        for (const auto& part : answer.parts()) {
            char c = "scatrueFx"[part.index()];
            if (c == 't' && !all.empty() && all.back() == 't') continue;
            all += c;
        }
        return all;
    }
    static const Finished* finished(const Answer& answer) {
        return std::get_if<Finished>(&answer.parts().back());
    }

    test::TempDir dir_;
    boost::asio::io_context loop_;
    net::HttpClient http_{loop_.get_executor()};
    Pools pools_;
    FakeClock clock_;
    std::shared_ptr<const search::Index> index_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<store::Threads> threads_;
    std::unique_ptr<store::Spending> spending_;
    std::unique_ptr<llm::Provider> script_;
    std::unique_ptr<RecordingProvider> model_;
    std::unique_ptr<Assistant> assistant_;
};

}  // namespace docent::assistant
