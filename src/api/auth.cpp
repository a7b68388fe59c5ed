#include "api/auth.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

std::string_view header(const net::Request& request, const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string article(std::string_view kind) {
    return (kind == "admin" || kind == "assistant" ? "an " : "a ") + std::string(kind);
}

bool has_scope(const store::Key& key, bool write) {
    if (key.kind == "sessions") return scopes_allow(key.scopes, "sessions", write);
    if (trim(key.scopes).empty()) return true;
    for (const auto& scope : split(key.scopes, ' '))
        if (scope == "write" || (scope == "read" && !write)) return true;
    return false;
}

Error no_key(std::string message, const char* reason) {
    return Error(ErrorCode::unauthenticated, std::move(message)).because(reason);
}
Error denied(std::string message, const char* reason) {
    return Error(ErrorCode::permission_denied, std::move(message)).because(reason);
}

}  // namespace

std::string_view secret_of(const net::Request& request) {
    auto value = trim(header(request, "authorization"));
    if (!value.empty()) {
        const auto space = value.find(' ');
        if (space == value.npos) return lower_ascii(value) == "bearer" ? std::string_view() : value;
        if (lower_ascii(value.substr(0, space)) == "bearer") return trim(value.substr(space + 1));
        return value;  // "Basic ...": not a key of ours, and refused as such
    }
    return trim(header(request, "x-api-key"));
}

/// The key that a request shows, if it is in force.
Task<Result<Auth::Known>> Auth::known(const net::Request& request, std::string wanted) {
    const auto secret = secret_of(request);
    if (secret.empty())
        co_return no_key("send " + article(wanted) + " key in the header Authorization: Bearer KEY" +
                             (wanted == "sessions" ? " or x-api-key: KEY" : ""),
                         "missing_api_key");
    const auto given = kind_of_secret(secret);
    if (!given) co_return no_key("the API key is not valid", "invalid_api_key");

    std::string hash = hash_hex(secret);
    auto found = co_await find(std::move(hash));
    if (!found) {
        if (found.error().code != ErrorCode::not_found) co_return std::move(found).error();
        co_return no_key("the API key is not valid", "invalid_api_key");
    }
    const auto& key = found->key;
    const auto now = clock_.now();
    if (key.revoked != 0) co_return no_key("the API key was revoked; create a new one", "revoked_api_key");
    if (key.expires != 0 && key.expires <= now)
        co_return no_key("the API key has expired; create a new one", "expired_api_key");
    co_return found;
}

/// Whether the key may be used from where the request comes.
Result<store::Key> Auth::admit(const net::Request& request, const Known& found) {
    if (!found.addresses.empty()) {
        const auto fits = [&](const AddressRange& range) { return range.contains(request.client); };
        if (std::ranges::none_of(found.addresses, fits))
            return denied("the API key may not be used from this address", "address_not_allowed");
    }
    const auto origin = header(request, "origin");
    if (!found.origins.empty() && !origin.empty()) {
        const auto fits = [&](const std::string& pattern) { return origin_matches(pattern, origin); };
        if (std::ranges::none_of(found.origins, fits))
            return denied("the API key may not be used from this origin", "origin_not_allowed");
    }
    if (used_.size() < max_cached) used_.insert(found.key.id);
    return found.key;
}

Task<Result<store::Key>> Auth::check(const net::Request& request, KeyKind kind, bool write) {
    const auto wanted = key_kind_name(kind);
    auto found = co_await known(request, wanted);
    if (!found) co_return std::move(found).error();
    const auto& key = found->key;
    if (key.kind != wanted)
        co_return denied(
            "this route needs " + article(wanted) + " key; the one given is " + article(key.kind) + " key",
            "wrong_key_kind");
    if (!has_scope(key, write))
        co_return denied("the API key has no " + std::string(write ? "write" : "read") + " scope",
                         "missing_scope");
    co_return admit(request, *found);
}

Task<Result<store::Key>> Auth::check_resource(const net::Request& request, std::string_view resource,
                                              bool write) {
    auto found = co_await known(request, key_kind_name(KeyKind::sessions));
    if (!found) co_return std::move(found).error();
    const auto& key = found->key;
    if (key.kind == "assistant")
        co_return denied("this route needs a sessions key; the one given is an assistant key",
                         "wrong_key_kind");
    const bool may = key.kind == "admin" ? has_scope(key, write) : scopes_allow(key.scopes, resource, write);
    if (!may)
        co_return denied(
            "the API key needs the scope " + std::string(resource) + (write ? ":write" : ":read"),
            "missing_scope");
    co_return admit(request, *found);
}

Task<Result<Auth::Known>> Auth::find(std::string hash) {
    const auto now = clock_.now();
    if (const auto cached = cache_.find(hash); cached != cache_.end()) {
        if (cached->second.until > now) co_return cached->second;
        cache_.erase(cached);
    }
    const auto changes = changes_;
    auto key = co_await keys_.find_by_hash(hash);
    if (!key) co_return std::move(key).error();
    Known known;
    known.until = now + cached_for;
    for (const auto& text : from_json_list(key->allow_ips)) {
        auto range = AddressRange::parse(text);
        // A list that cannot be read must not open the key to everybody.
        if (!range) co_return internal("key " + key->id + " has an unreadable address list");
        known.addresses.push_back(*std::move(range));
    }
    known.origins = from_json_list(key->origins);
    known.key = *std::move(key);
    if (changes == changes_) {
        if (cache_.size() >= max_cached) cache_.clear();
        cache_.insert_or_assign(std::move(hash), known);
    }
    co_return known;
}

void Auth::forget() {
    cache_.clear();
    ++changes_;
}

Task<Status> Auth::flush() {
    auto used = std::move(used_);
    used_.clear();
    const auto now = clock_.now();
    for (const auto& id : used) {
        auto written = co_await keys_.set_last_used(id, now);
        if (!written && written.error().code != ErrorCode::not_found) co_return std::move(written).error();
    }
    co_return Status();
}

}  // namespace docent::api
