#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "api/job_json.hpp"

namespace docent::api {

/// Looks at a job now and then, for a stream that shows it. Another process may work on it, so what tells is
/// its row. The looking may outlive the stream: then nobody is woken, and it ends.
class JobWatch {
public:
    /// `reviews`: see show_job().
    JobWatch(Coding& coding, std::string job_id, std::string reviews);
    ~JobWatch();
    JobWatch(const JobWatch&) = delete;
    JobWatch& operator=(const JobWatch&) = delete;

    /// False when the server stops.
    bool start(std::function<void()> wake);

    /// What is shown of it has changed in its session: plan, title, branch.
    void touch();
    /// The job as JSON when it changed since the last call.
    std::optional<std::string> take_news();
    /// As it was seen last; null before that.
    const ShownJob* job() const;
    /// It is gone, or cannot be read.
    bool failed() const;

private:
    struct State;
    static Task<> look(std::shared_ptr<State> state);
    const std::shared_ptr<State> state_;
};

}  // namespace docent::api
