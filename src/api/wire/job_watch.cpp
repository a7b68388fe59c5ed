#include "api/wire/job_watch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/wire/json_text.hpp"

namespace docent::api {
namespace {

constexpr std::chrono::milliseconds look_every{250};

}  // namespace

struct JobWatch::State {
    Coding& coding;
    const std::string id, reviews;
    std::optional<ShownJob> shown{};
    std::optional<std::string> news{};
    std::string last{};  // what was told
    bool touched = true, failed = false, over = false;
    std::function<void()> wake{};
};

JobWatch::JobWatch(Coding& coding, std::string job_id, std::string reviews)
    : state_(new State{coding, std::move(job_id), std::move(reviews)}) {}

JobWatch::~JobWatch() {
    state_->over = true;
    state_->wake = nullptr;
}

bool JobWatch::start(std::function<void()> wake) {
    state_->wake = std::move(wake);
    return state_->coding.readers.spawn("job watch", look(state_)) != 0;
}

void JobWatch::touch() { state_->touched = true; }
const ShownJob* JobWatch::job() const { return state_->shown ? &*state_->shown : nullptr; }
bool JobWatch::failed() const { return state_->failed; }

std::optional<std::string> JobWatch::take_news() {
    auto out = std::move(state_->news);
    state_->news.reset();
    return out;
}

Task<> JobWatch::look(std::shared_ptr<State> state) {
    auto& s = *state;
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor);
    Millis seen = -1;
    while (!s.over) {
        auto job = co_await s.coding.stored_jobs.find("", s.id);
        s.failed = !job;
        if (job && (s.touched || job->updated != seen)) {
            s.touched = false;
            seen = job->updated;
            auto shown = co_await show_job(*std::move(job), s.reviews, s.coding);
            s.failed = !shown;
            if (shown) {
                std::string text;
                append_json(text, to_json(*shown));
                s.shown = *std::move(shown);
                if (text != s.last) s.news = s.last = std::move(text);
            }
        }
        if (s.wake && (s.failed || s.news)) s.wake();
        if (s.failed) break;
        timer.expires_after(look_every);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace docent::api
