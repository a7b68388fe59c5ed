#include <boost/json/parse.hpp>
#include <set>

#include "agent/transcript.hpp"
#include "api/wire/encoder.hpp"
#include "api/wire/job_stream.hpp"
#include "api/wire/job_watch.hpp"
#include "api/wire/timeline_body.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;
using namespace assistant;

constexpr std::size_t most_shown_result = 16 << 10;  // bytes of a tool's result

EncoderOptions options_of_job(const std::string& job) {
    EncoderOptions out;
    out.message_id = job;
    return out;
}

class JobChat final : public TimelineBody {
public:
    JobChat(Coding& coding, const std::string& job, std::string reviews)
        : TimelineBody(coding, job, 0),
          watch_(coding, job, std::move(reviews)),
          encoder_(ai_sdk_v4(options_of_job(job))) {}

    void start(std::function<void()> wake) override {
        TimelineBody::start(wake);
        watch_.start(std::move(wake));
    }
    std::string_view keep_alive() const override { return encoder_->keep_alive(); }

private:
    void begin(std::string& out) override { encoder_->encode(StepStart(), out); }

    void put(const store::Event& event, std::string& out) override {
        watch_.touch();
        if (event.type == "agent_message")
            message(event, out);
        else if (event.type.starts_with("agent_"))
            action(event, out);
    }
    void put(store::Session session, std::string&) override {
        watch_.touch();
        asks_ = session.agent_status == "waiting_for_user";
    }
    void put_delta(const std::string& event_id, const std::string& text, std::string& out) override {
        // The rest of a message whose beginning was missed would be no message.
        if (!unbroken() && event_id != open_) return;
        say(event_id, text, out);
    }
    void put_progress(const std::string&, const json::object&, std::string&) override {}

    Next rest(bool ended, std::string& out) override {
        if (ended || watch_.failed()) {
            finish(Failed("The connection ends here; the job goes on. Ask for it by its id."), out);
            return Next::end;
        }
        const auto* shown = watch_.job();
        watch_.take_news();
        if (!shown) return Next::wait;
        const auto& job = shown->job;
        const bool waits_for_forge = job.phase == "ending" && job.next_try > 0;
        if (job.active() && job.phase != "open" && !waits_for_forge && !asks_) return Next::wait;
        if (!job.active() && !job.error_code.empty()) {
            finish(Failed(job.error), out);
            return Next::end;
        }
        if (!job.message.empty() && trim(job.message) != trim(sent_)) say(job.id, job.message, out);
        if (!job.error.empty()) say("trouble", job.error, out);
        if (!shown->pull_request.empty()) say("pull request", "Pull request: " + shown->pull_request, out);
        finish(Finished("stop", usage_, true), out);
        return Next::end;
    }

    void finish(AnswerPart part, std::string& out) { encoder_->encode(part, out); }

    /// A new step begins where the agent goes on after the results of its calls.
    void next_step(std::string& out) {
        if (!acted_) return;
        acted_ = false;
        encoder_->encode(StepEnd("tool-calls", llm::Usage()), out);
        encoder_->encode(StepStart(), out);
    }

    /// More text of a message; a blank line stands between two messages.
    void say(const std::string& id, const std::string& text, std::string& out) {
        if (text.empty()) return;
        if (id != open_) {
            next_step(out);
            if (!open_.empty()) encoder_->encode(Text("\n\n"), out);
            open_ = id;
            sent_.clear();
        }
        sent_ += text;
        encoder_->encode(Text(text), out);
    }

    void message(const store::Event& event, std::string& out) {
        count(event);
        const auto text = agent::text_field(agent::payload_of(event), "message");
        if (event.id != open_)
            say(event.id, text, out);
        else if (text.starts_with(sent_))
            say(event.id, text.substr(sent_.size()), out);
    }

    void action(const store::Event& event, std::string& out) {
        if (answered_.contains(event.id)) return;
        const auto note = agent::EngineNote::read(event);
        auto payload = agent::payload_of(event);
        if (called_.insert(event.id).second) {
            count(event);
            auto input = note.call.args;
            if (note.call.id.empty())
                for (const char* name : {"path", "source_path", "destination_path", "query"})
                    if (const auto* value = payload.if_contains(name)) input[name] = *value;
            const auto name = note.call.name.empty() ? event.type.substr(6) : note.call.name;
            encoder_->encode(ToolCalled(event.id, name, std::move(input)), out);
        }
        if (event.status == "processing" || event.status == "queued") return;
        answered_.insert(event.id);
        acted_ = true;
        json::value result(note.result);
        if (note.result.empty()) result = std::move(payload);
        if (note.result.size() > most_shown_result)
            result = std::string(cut_utf8(note.result, most_shown_result)) + "\n...";
        encoder_->encode(ToolAnswered(event.id, note.call.name, std::move(result)), out);
    }

    void count(const store::Event& event) {
        if (!counted_.insert(event.id).second) return;
        usage_.add(agent::EngineNote::read(event).usage);
    }

    JobWatch watch_;
    const std::unique_ptr<Encoder> encoder_;
    std::string open_, sent_;  // the message that is being said, and what was said of it
    std::set<std::string> called_, answered_, counted_;
    llm::Usage usage_;
    bool acted_ = false, asks_ = false;
};

}  // namespace

std::unique_ptr<net::BodySource> job_chat(Coding& coding, const std::string& job, std::string reviews) {
    return std::make_unique<JobChat>(coding, job, std::move(reviews));
}

}  // namespace docent::api
