#include "api/wire/job_stream.hpp"
#include "api/wire/job_watch.hpp"
#include "api/wire/session_stream.hpp"

namespace docent::api {
namespace {

class JobEvents final : public net::BodySource {
public:
    JobEvents(Coding& coding, const std::string& job, std::int64_t after, std::string reviews)
        : watch_(coding, job, std::move(reviews)), session_(session_stream(coding, job, after)) {}

    void start(std::function<void()> wake) override {
        session_->start(wake);
        watch_.start(std::move(wake));
    }

    // What the session has to tell comes first: who sees a job end has seen all of its work.
    Next read(std::string& out, std::size_t limit) override {
        const auto before = out.size();
        const auto next = session_->read(out, limit);
        if (out.size() > before) watch_.touch();
        if (next != Next::wait) return next;
        if (const auto news = watch_.take_news()) out += "event: job\ndata: " + *news + "\n\n";
        return watch_.failed() ? Next::end : Next::wait;
    }

    std::string_view keep_alive() const override { return session_->keep_alive(); }

private:
    JobWatch watch_;
    const std::unique_ptr<net::BodySource> session_;
};

}  // namespace

std::unique_ptr<net::BodySource> job_events(Coding& coding, const std::string& job, std::int64_t after,
                                            std::string reviews) {
    return std::make_unique<JobEvents>(coding, job, after, std::move(reviews));
}

}  // namespace docent::api
