#pragma once
#include <functional>
#include <mutex>
#include <string>

#include "support/net_test_server.hpp"

namespace docent::test {

/// The merge requests of one GitLab project, as https://docs.gitlab.com/api/merge_requests/ describes them.
/// What that page does not allow (an unknown field, a missing one, no token) is answered as GitLab does, and
/// counted.
class FakeGitlab {
public:
    FakeGitlab();

    std::string api_url() const { return imposter_.url("/api/v4"); }
    static constexpr const char* token = "glpat-right";

    struct Request {
        int iid = 0;
        std::string title, description, source_branch, target_branch, state = "opened", sha, merge_sha;
    };
    /// The newest; iid 0 when there is none.
    Request newest() const;
    std::size_t made() const;
    /// As if a person did it on GitLab's page.
    void set_state(const std::string& state);
    void set_head(const std::string& sha);
    /// Merging is answered with this from now on: 405, 422; 0: it is done.
    void refuse_merge(int status);
    /// Every call is answered with this; 0: as it should be.
    void go_down(int status);
    /// The newest pipeline of each merge request, and its jobs. "": there is none.
    void set_pipeline(const std::string& status, std::vector<std::string> jobs = {});
    /// How often pipelines were asked for.
    std::size_t pipelines_asked() const;
    /// Called after one was made, before that is answered.
    void when_made(std::function<void()> call) { when_made_ = std::move(call); }
    std::vector<std::string> mistakes() const;

private:
    net::Response answer(const net::Request& request);
    net::Response open(const net::Request& request);
    net::Response list(const net::Request& request);
    net::Response change(const net::Request& request);
    net::Response merge(const net::Request& request);
    net::Response pipelines(const net::Request& request);
    net::Response refuse(int status, const std::string& why);
    net::Response shown(const Request& request) const;

    mutable std::mutex mutex_;
    std::vector<Request> all_;
    std::vector<std::string> mistakes_;
    std::string head_;
    std::function<void()> when_made_;
    int refuse_merge_ = 0, down_ = 0;
    std::string pipeline_;
    std::vector<std::string> jobs_;
    std::size_t pipelines_asked_ = 0;
    Imposter imposter_;
};

}  // namespace docent::test
