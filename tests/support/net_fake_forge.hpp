#pragma once
#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/net_test_server.hpp"
#include "support/temp_dir.hpp"

namespace docent::test {

/// What a forge's published API description says of the operations that we call: tests/forge/descriptions.
class ForgeDescription {
public:
    explicit ForgeDescription(const std::string& name);
    /// What does not fit: an unknown operation, query, field, type or value, or a missing field. "": nothing.
    /// `path` begins after the API's address.
    std::string complaint(const net::Request& request, const std::string& path) const;
    /// "" when the description has the answer's status.
    std::string complaint(const std::string& method, const std::string& path, int status) const;

private:
    const boost::json::object* find(const std::string& method, const std::string& path) const;
    boost::json::object all_;
};

/// GitHub (as GitHub Enterprise Server has its addresses) or Forgejo, with one repository, zoo/repo: a bare
/// git repository that it serves over HTTP to those who have the token, and its pull requests. What the
/// description does not allow is refused, and counted.
class FakeForge {
public:
    enum class Kind { github, forgejo };
    explicit FakeForge(Kind kind);

    static constexpr const char* token = "tok-0123456789abcdef";
    std::string api_url() const { return server_->url(api_); }
    std::string clone_url() const { return server_->url("/zoo/repo.git"); }
    std::string host_url() const { return server_->url(""); }
    std::filesystem::path git_dir() const { return folder_.path() / "zoo/repo.git"; }
    /// Runs git in the bare repository; what it prints, without the last line break.
    std::string git(const std::string& words) const;
    /// A commit of a person on a branch: one file.
    void commit(const std::string& branch, const std::string& file, const std::string& text);

    struct Pull {
        int number = 0;
        std::string title, body, head, base, state = "open", merge_sha, method;
        bool draft = false, merged = false;
    };
    struct Said {
        int pull = 0;
        std::string body;
    };
    std::vector<Pull> pulls() const;
    std::vector<Said> comments() const;
    std::vector<std::string> mistakes() const;
    /// How many calls of the API came, git not counted.
    std::size_t calls() const;

    /// As if a person did it on the forge's page: "open", "closed", "merged".
    void set_state(int number, const std::string& state);
    /// Calls of the API are answered with this from now on; 0: as it should be.
    void go_down(int status, net::Headers headers = {});
    /// The next `count` calls that change something are done, and their answers are lost.
    void lose_answers(int count);
    /// The repository has another name now, and the old one leads there.
    void rename();
    /// An App with this id; each call for a token makes another one, and only the newest is let in.
    void add_app(const std::string& id);
    void expire_tokens();
    /// What it says of the next tokens that it makes.
    void set_expiry(const std::string& time);
    int tokens_made() const;
    /// Every Authorization that came, of API and git.
    std::vector<std::string> credentials() const;

private:
    Task<Result<net::Response>> answer(net::Request& request);
    net::Response api(const net::Request& request, const std::string& path);
    net::Response pull_call(const net::Request& request, const std::vector<std::string>& parts);
    net::Response open(const boost::json::object& body);
    net::Response change(Pull& pull, const net::Request& request, const boost::json::object& body);
    net::Response merge(Pull& pull, const boost::json::object& body);
    net::Response comment(const net::Request& request, int number, const boost::json::object& body);
    net::Response graphql(const net::Request& request);
    net::Response make_token(const net::Request& request);
    net::Response serve_git(const net::Request& request);
    boost::json::object shown(const Pull& pull) const;
    net::Response refuse(int status, const std::string& why) const;
    bool let_in(const net::Request& request) const;
    std::string head_of(const Pull& pull) const;

    const Kind kind_;
    const std::string api_;
    ForgeDescription description_;
    TempDir folder_;
    mutable std::recursive_mutex mutex_;
    std::vector<Pull> pulls_;
    std::vector<Said> comments_;
    std::vector<std::string> mistakes_, credentials_;
    std::string token_ = token, app_, expires_ = "2099-01-01T00:00:00Z";
    std::size_t calls_ = 0;
    int down_ = 0, lost_ = 0, made_ = 0;
    net::Headers down_headers_;
    bool renamed_ = false;
    std::unique_ptr<TestServer> server_;
};

}  // namespace docent::test
