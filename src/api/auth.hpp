#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/key_settings.hpp"
#include "base/clock.hpp"
#include "net/http.hpp"
#include "store/keys.hpp"

namespace docent::api {

/// Who asks.
struct Caller {
    std::optional<store::Key> key;  // nothing on open routes
    std::string ip;
    std::string project_id;  // routes of the sessions API: the workspace that is meant
    bool admin() const { return key && key->kind == "admin"; }
};

/// The secret of "Authorization: Bearer KEY", of "Authorization: KEY" or of "x-api-key"; "" when there is
/// none.
std::string_view secret_of(const net::Request& request);

/// Checks the key of a request: known, not revoked, not expired, kind and scope fit, address and origin
/// allowed. On the loop; keys are cached for a few seconds, so that another process's revocation counts soon.
class Auth {
public:
    Auth(store::Keys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

    /// unauthenticated: no key, unknown, expired, revoked. permission_denied: kind, scope, address, origin.
    Task<Result<store::Key>> check(const net::Request& request, KeyKind kind, bool write);

    /// For the sessions API: a sessions key whose scopes allow it (scopes_allow()), or an admin key that may
    /// read or write.
    Task<Result<store::Key>> check_resource(const net::Request& request, std::string_view resource,
                                            bool write);

    /// Forget what is cached: keys changed.
    void forget();

    /// Records when the keys that were used since the last call were used. Now and then, from a timer.
    Task<Status> flush();

    std::size_t cached() const { return cache_.size(); }

    static constexpr std::size_t max_cached = 1'000;
    static constexpr Millis cached_for = 5'000;

private:
    struct Known {
        store::Key key;
        std::vector<AddressRange> addresses;
        std::vector<std::string> origins;
        Millis until = 0;
    };
    Task<Result<Known>> find(std::string hash);
    Task<Result<Known>> known(const net::Request& request, std::string wanted);
    Result<store::Key> admit(const net::Request& request, const Known& found);

    store::Keys& keys_;
    const Clock& clock_;
    std::map<std::string, Known> cache_;  // by hash
    std::uint64_t changes_ = 0;           // what was read before the last forget() is not cached
    std::set<std::string> used_;          // ids since the last flush(); bounded
};

}  // namespace docent::api
