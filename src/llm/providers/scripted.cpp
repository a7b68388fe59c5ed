// Plays replies from a JSON file (scripted.hpp has its fields). For tests, benchmarks and demos, where no
// key and no network is to be had. It is a provider like any other.
#include "llm/providers/scripted.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "llm/provider.hpp"

namespace docent::llm {
namespace {

namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Waits that end within a few milliseconds of each other end together: a thousand streams then cost one
/// wake of the loop a tick instead of a thousand. Shorter waits than two ticks are kept exact.
constexpr std::chrono::milliseconds tick{4};

SteadyTime on_tick(SteadyTime time, std::chrono::milliseconds delay) {
    if (delay < 2 * tick) return time;
    const auto since = time.time_since_epoch();
    const auto rest = since % std::chrono::steady_clock::duration(tick);
    if (rest == rest.zero()) return time;
    return time + (std::chrono::steady_clock::duration(tick) - rest);
}

/// Puts deltas at the turn's pace.
class Player {
public:
    Player(asio::any_io_executor loop, const ScriptTurn& turn, Sink<Delta>& out)
        : timer_(std::move(loop)),
          turn_(turn),
          out_(out),
          next_(std::chrono::steady_clock::now() + turn.first_delay) {}

    Task<Status> play(std::string_view text, bool reasoning) {
        for (const auto piece : script_chunks(text, turn_.chunk)) {
            co_await pause();
            Delta delta = TextDelta(std::string());
            if (reasoning) {
                delta = ReasoningDelta(std::string(piece));
            } else {
                delta = TextDelta(std::string(piece));
            }
            CO_TRY_VOID(co_await out_.put(std::move(delta)));
        }
        co_return Status();
    }

    /// Until the next delta is due. Now and then also lets others run when nothing is to be waited for.
    Task<> pause() {
        const auto due = on_tick(next_, sent_ == 0 ? turn_.first_delay : turn_.delay);
        next_ += turn_.delay;
        ++sent_;
        if (due > std::chrono::steady_clock::now()) {
            timer_.expires_at(due);
            co_await timer_.async_wait(asio::use_awaitable);
        } else if (sent_ % 64 == 0) {
            co_await asio::post(timer_.get_executor(), asio::use_awaitable);
        }
    }

private:
    asio::steady_timer timer_;
    const ScriptTurn& turn_;
    Sink<Delta>& out_;
    SteadyTime next_;
    std::size_t sent_ = 0;
};

class Scripted final : public Provider {
public:
    Scripted(std::vector<ScriptTurn> turns, std::int64_t context)
        : turns_(std::move(turns)), context_(context) {}

    std::int64_t context_tokens() const override { return context_; }

    Task<Result<Reply>> complete(const Request& request, Sink<Delta>& out) override {
        const ScriptTurn* turn = choose(request);
        if (!turn) co_return Error(ErrorCode::upstream_failed, "the model's script has ended");
        const auto call_number = ++calls_;
        const std::string last = request.messages.empty() ? std::string() : request.messages.back().text;
        if (last.find(turn->expect) == last.npos) {
            co_return Error(ErrorCode::upstream_failed, "the model's script expected another message", last);
        }
        const auto loop = co_await asio::this_coro::executor;
        Player player(loop, *turn, out);
        CO_TRY_VOID(co_await player.play(turn->reasoning, true));
        CO_TRY_VOID(co_await player.play(turn->text, false));
        if (turn->text.empty() && turn->reasoning.empty()) co_await player.pause();
        if (turn->error) co_return *turn->error;

        Reply reply;
        reply.message.role = Message::Role::assistant;
        reply.message.text = turn->text;
        for (ToolCall call : turn->calls) {
            call.id =
                "call_" + std::to_string(call_number) + "_" + std::to_string(reply.message.calls.size() + 1);
            reply.message.calls.push_back(call);
            Delta delta = std::move(call);
            CO_TRY_VOID(co_await out.put(std::move(delta)));
        }
        reply.usage = turn->usage;
        if (reply.usage.input_tokens == 0) {
            for (const auto& m : request.messages) {
                reply.usage.input_tokens += static_cast<std::int64_t>(script_chunks(m.text, 0).size());
            }
        }
        reply.finish_reason = turn->finish_reason;
        co_return reply;
    }

private:
    /// Turns with a fitting `match` answer a question's calls in their order (the last of them any further
    /// one); so conversations that run at once do not disturb each other. Then the others, in order.
    const ScriptTurn* choose(const Request& request) {
        std::string question;
        std::size_t step = 0;
        for (const auto& m : request.messages) {
            if (m.role == Message::Role::user) {
                question = lower_ascii(m.text);
                step = 0;
            }
            if (m.role == Message::Role::assistant) ++step;
        }
        const ScriptTurn* found = nullptr;
        for (const auto& turn : turns_) {
            if (turn.match.empty() || question.find(turn.match) == question.npos) continue;
            if (found && turn.match != found->match) continue;
            found = &turn;
            if (step-- == 0) break;
        }
        if (found) return found;
        while (next_ < turns_.size() && !turns_[next_].match.empty()) ++next_;
        if (next_ == turns_.size()) return nullptr;
        const ScriptTurn& turn = turns_[next_];
        if (!turn.repeat) ++next_;
        return &turn;
    }

    const std::vector<ScriptTurn> turns_;
    const std::int64_t context_;
    std::size_t next_ = 0;
    std::size_t calls_ = 0;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_scripted(const ProviderConfig& config, net::HttpClient&) {
    if (config.script.empty())
        return invalid("model.script must name the JSON file that the scripted model plays");
    std::ifstream in(config.script, std::ios::binary);
    if (!in)
        return Error(ErrorCode::invalid_argument, "model.script names a file that cannot be read",
                     config.script);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    TRY(auto turns, parse_script(text));
    return std::unique_ptr<Provider>(std::make_unique<Scripted>(std::move(turns), config.context_tokens));
}

}  // namespace docent::llm
