#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// An API key. The secret itself is shown once and never stored.
struct Key {
    std::string id;          // ULID
    std::string project_id;  // "" (admin keys only): all projects
    std::string kind;        // "admin", "assistant", "sessions"
    std::string name;        // for people
    std::string hint;        // the secret's prefix and last four characters: "mint_dsc_…x7Qf"
    std::string hash;        // base/crypto.hpp hash_hex(secret)
    std::string scopes;      // separated by spaces; "" is all that the kind may do
    std::string user;        // sessions keys: who; default "owner"
    std::string allow_ips;   // JSON array of addresses and CIDR ranges; "[]" is any
    std::string origins;     // JSON array of origins; "[]" is any
    Millis created = 0;
    Millis expires = 0;  // 0: never
    Millis revoked = 0;  // 0: in force
    Millis last_used = 0;
};

class Keys {
public:
    explicit Keys(Store& store) : store_(store) {}

    Task<Result<Key>> add(Key key);
    /// Also expired and revoked ones: the caller tells why a key is refused. not_found.
    Task<Result<Key>> find_by_hash(std::string hash);
    /// "" lists the keys of all projects.
    Task<Result<std::vector<Key>>> list(std::string project_id);
    /// By id or by hint. not_found; conflict when a hint fits several.
    Task<Status> revoke(std::string id_or_hint, Millis now);
    Task<Status> set_last_used(std::string id, Millis now);

private:
    Store& store_;
};

}  // namespace docent::store
