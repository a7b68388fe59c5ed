#pragma once
#include <map>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/repositories.hpp"

namespace docent::net {
class HttpClient;
}

namespace docent::forge {

/// The tokens of code providers: what a person gave, or what a GitHub App gets from GitHub with its private
/// key, which is kept until shortly before it expires. On the event loop.
class Credentials {
public:
    /// `http` null: GitHub Apps get no token.
    Credentials(const Clock& clock, store::CodeProviders& providers, net::HttpClient* http)
        : clock_(clock), providers_(providers), http_(http) {}

    /// In clear; "" when it has none. Errors of CodeProviders::secret(); upstream_failed "forge_refused":
    /// GitHub gives the App no token; invalid_argument: the private key is none.
    Task<Result<std::string>> token(const store::CodeProvider& provider);
    /// Another one than `refused`, where one can be had: else the same. not_found.
    Task<Result<std::string>> renew(std::string provider_id, std::string refused);

private:
    struct Kept {
        std::string token;
        Millis expires = 0;
    };
    Task<Result<std::string>> ask(store::CodeProvider provider);

    const Clock& clock_;
    store::CodeProviders& providers_;
    net::HttpClient* http_;
    std::map<std::string, Kept> kept_;  // by provider
};

/// True if the provider is a GitHub App, by its metadata.
bool is_github_app(const store::CodeProvider& provider);

/// The JSON Web Token with which a GitHub App says who it is: signed with RS256 (RFC 7518 3.3), from a minute
/// before `now` until nine after. `key`: PEM. invalid_argument: it is no RSA key.
/// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
Result<std::string> app_token(const std::string& app_id, const std::string& key, Millis now);

}  // namespace docent::forge
