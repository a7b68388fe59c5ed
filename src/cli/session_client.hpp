#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "cli/installation.hpp"
#include "net/http_client.hpp"
#include "net/sse.hpp"

namespace docent::cli {

/// Which server a command of `docent session` or `docent job` talks to, and as whom.
struct SessionServer {
    std::string url;      // --server; "": the one that serves the data directory
    std::string key;      // --key; "": DOCENT_API_KEY, else one of this machine (see connect())
    std::string project;  // of that key
    bool admin = false;   // the key is an admin key
};

/// The sessions API and the jobs API of a running server.
class SessionClient {
public:
    /// Without a key, the owner of the data directory is trusted: a sessions key is made once for each
    /// project and kept in DATA/session-key-PROJECT (mode 0600), an admin key in DATA/admin-key-PROJECT.
    /// unavailable: no server runs; invalid_argument: a foreign server without a key.
    static Result<std::unique_ptr<SessionClient>> connect(const Globals& globals,
                                                          const SessionServer& server);

    /// `path` is below /api/v1/, unless it begins with "/". An error of the server comes back as an Error
    /// with its sentence and code.
    Result<boost::json::value> call(const std::string& method, const std::string& path,
                                    const boost::json::object* body = nullptr);
    /// As text: a patch.
    Result<std::string> text(const std::string& path, const std::string& accept);

    /// What stands for the project in an address: its slug.
    const std::string& project() const { return project_; }

    /// The newest session's id when `id` is "" or "last".
    Result<std::string> session(const std::string& id);
    /// The id of the repository that `name` means: an id, a name, a full name, a clone address, or a folder
    /// of this machine, which is connected when it is not and the data directory is at hand. "" is "".
    Result<std::string> repository(const std::string& name);

    /// Reads a stream from after `change` on until `on_event` returns false, and takes it up again when it
    /// breaks off. Error: the server refuses it, or cannot be reached for long.
    Status follow(const std::string& session, std::int64_t change,
                  const std::function<bool(const net::SseEvent&)>& on_event);
    /// The same for any such stream. `what` it is of: "session".
    Status follow_stream(const std::string& path, const std::string& what, std::int64_t change,
                         const std::function<bool(const net::SseEvent&)>& on_event);

private:
    explicit SessionClient(std::unique_ptr<Installation> installation);
    net::Call request(const std::string& method, const std::string& path) const;
    Result<net::Reply> fetch(net::Call call);
    Result<std::string> local_key(const store::Project& project, bool admin);
    Result<std::string> connect_folder(const std::filesystem::path& folder);

    std::unique_ptr<Installation> installation_;  // null: another machine's server
    boost::asio::io_context loop_{1};
    std::unique_ptr<net::HttpClient> http_;
    std::string origin_, key_, project_;
    bool admin_ = false;
};

}  // namespace docent::cli
