#pragma once
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json_fields.hpp"
#include "forge/forge.hpp"
#include "net/http_client.hpp"

// How the REST APIs of forges are called; not included from outside forge/.
namespace docent::forge {

/// What differs between the forges in a call.
struct Dialect {
    const char* name;  // for people
    const char* noun;  // "pull request" or "merge request"
    /// The headers of a call, the token among them: it stands nowhere else.
    net::Headers (*headers)(const std::string& token);
};

/// What a call is for; it decides what a refusal means.
enum class Purpose { work, merge };

/// Calls one kind of forge. A token that is refused is renewed once, where it can be. A moved repository is
/// followed on the same server only, with the method kept. After "too many requests" nothing is asked of that
/// server until the time that it named. A body may be lost on the way: what must not happen twice is looked
/// for before it is asked for again.
class Rest {
public:
    Rest(const Dialect& dialect, const Clock& clock, net::HttpClient* http)
        : dialect_(dialect), clock_(clock), http_(http) {}

    /// `path` begins after the API's address. The answer; null where there is none.
    Task<Result<boost::json::value>> call(const Place& place, std::string method, std::string path,
                                          boost::json::object words, Purpose purpose = Purpose::work);
    /// The same with an address of its own, on the same server.
    Task<Result<boost::json::value>> call_url(const Place& place, std::string method, std::string url,
                                              boost::json::object words, Purpose purpose);
    /// Posts `text` to the comments at `path`, once for a `key` ("": always): not when the list at `earlier`
    /// has one with that key, which goes along unseen.
    Task<Status> comment_once(const Place& place, std::string path, std::string earlier, std::string text,
                              std::string key);

private:
    Task<Result<net::Reply>> fetch(std::string method, std::string url, std::string token, std::string body);
    Error refusal(const net::Reply& reply, const std::string& api, Purpose purpose);

    const Dialect& dialect_;
    const Clock& clock_;
    net::HttpClient* http_;
    std::map<std::string, Millis> not_before_;  // by API
};

/// Without the slashes at its end.
std::string api_of(const Place& place);
/// "/repos/OWNER/NAME", where GitHub and Forgejo have a repository.
std::string repository_path(const Place& place);

}  // namespace docent::forge
