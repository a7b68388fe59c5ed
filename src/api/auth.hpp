#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "net/http.hpp"
#include "store/keys.hpp"

namespace docent::api {

enum class KeyKind { admin, assistant, sessions };

/// A new secret: "mint_...", "mint_dsc_..." or "agen_...".
std::string new_secret(KeyKind kind);
std::string key_kind_name(KeyKind kind);                          // "admin", ...
std::optional<KeyKind> parse_key_kind(std::string_view name);
/// By prefix, the longest first. Nothing for text that cannot be a key of ours.
std::optional<KeyKind> kind_of_secret(std::string_view secret);

/// Who asks.
struct Caller {
    std::optional<store::Key> key;   // nothing on open routes
    std::string ip;
    bool admin() const { return key && key->kind == "admin"; }
};

/// Reads "Authorization: Bearer KEY" (or a bare KEY), "x-api-key", and checks the key: known, not expired,
/// not revoked, kind and scope fit, address and origin allowed. On the loop; keys are cached briefly.
class Auth {
public:
    Auth(store::Keys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

    /// unauthenticated: no key, unknown, expired, revoked. permission_denied: kind, scope, address, origin.
    Task<Result<store::Key>> check(const net::Request& request, KeyKind kind, bool write);

    /// Forget what is cached: keys changed.
    void forget() { cache_.clear(); }

private:
    struct Cached { store::Key key; Millis until; };
    store::Keys& keys_;
    const Clock& clock_;
    std::map<std::string, Cached> cache_;  // by hash; bounded
};

}  // namespace docent::api
