#include "forge/rest.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/text.hpp"
#include "forge/credentials.hpp"

namespace docent::forge {
namespace json = boost::json;
namespace {

constexpr Millis longest_patience = 3'600'000, shortest_patience = 1'000, usual_patience = 60'000;

/// The reason where GitHub, Forgejo and GitLab put it: "message" (a text, a list, or an object of lists),
/// with "errors" beside it, or "error".
std::string said_by(const std::string& body) {
    boost::system::error_code failed;
    const auto value = json::parse(body, failed);
    if (failed || !value.is_object()) return "";
    const auto& object = value.get_object();
    auto out = text_of(object, "message");
    if (const auto* message = object.if_contains("message"); message && out.empty() && !message->is_null())
        out = json::serialize(*message);
    if (out.empty()) out = text_of(object, "error");
    if (const auto* errors = object.if_contains("errors"); errors && errors->is_array()) {
        for (const auto& one : errors->get_array()) {
            const auto why = one.is_object()   ? text_of(one.get_object(), "message")
                             : one.is_string() ? std::string(one.get_string())
                                               : std::string();
            if (!why.empty()) out += (out.empty() ? "" : "; ") + why;
        }
    }
    return std::string(cut_utf8(out, 500));
}

std::string header_of(const net::Reply& reply, const char* name) {
    const auto found = reply.headers.find(name);
    return found == reply.headers.end() ? std::string() : found->second;
}

std::optional<std::int64_t> seconds_of(const std::string& text) {
    std::int64_t out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc() || end != text.data() + text.size() || out < 0) return std::nullopt;
    return out;
}

/// How long the forge wants to be left alone; nothing when it says no such thing. GitHub says so with 403,
/// too.
std::optional<Millis> patience_of(const net::Reply& reply, Millis now) {
    const auto after = seconds_of(header_of(reply, "retry-after"));
    const bool spent = header_of(reply, "x-ratelimit-remaining") == "0";
    const bool limited =
        reply.status == 429 || (reply.status == 403 && (after || spent)) || (reply.status == 503 && after);
    if (!limited) return std::nullopt;
    Millis wait = usual_patience;
    if (after)
        wait = *after * 1'000;
    else if (const auto reset = seconds_of(header_of(reply, "x-ratelimit-reset")); spent && reset)
        wait = *reset * 1'000 - now;
    return std::clamp(wait, shortest_patience, longest_patience);
}

/// "https://host:port", of an address.
std::string origin_part(const std::string& url) {
    const auto begin = url.find("://");
    if (begin == url.npos) return "";
    return url.substr(0, std::min(url.find('/', begin + 3), url.size()));
}

/// True if one of a list of comments has the mark in its "body".
bool has_comment(const json::value& list, const std::string& mark) {
    if (!list.is_array()) return false;
    return std::ranges::any_of(list.get_array(), [&](const json::value& one) {
        return one.is_object() && text_of(one.get_object(), "body").find(mark) != std::string::npos;
    });
}

}  // namespace

std::string api_of(const Place& place) {
    auto out = place.api_url;
    while (out.ends_with('/')) out.pop_back();
    return out;
}

std::string repository_path(const Place& place) {
    const auto& name = place.repository.full_name;
    const auto slash = name.find('/');
    return "/repos/" + percent_encode(name.substr(0, slash)) + "/" +
           percent_encode(slash == name.npos ? place.repository.name : name.substr(slash + 1));
}

Error Rest::refusal(const net::Reply& reply, const std::string& api, Purpose purpose) {
    const std::string name = dialect_.name, noun = dialect_.noun;
    const auto why = said_by(reply.body);
    const auto because = why.empty() ? "" : ": " + why;
    const auto detail = name + " answered " + std::to_string(reply.status) + because;
    if (const auto wait = patience_of(reply, clock_.now())) {
        not_before_[api] = clock_.now() + *wait;
        return Error(
            ErrorCode::rate_limited,
            name + " asks for patience; try again in " + std::to_string((*wait + 999) / 1'000) + " s",
            detail);
    }
    switch (reply.status) {
        case 401:
            return Error(ErrorCode::upstream_failed,
                         name + " does not accept the code provider's token: it is wrong, or has expired",
                         detail)
                .because("forge_refused");
        case 403:
            return Error(ErrorCode::upstream_failed, name + " does not let this token do that" + because,
                         detail)
                .because("forge_refused");
        case 404:
        case 410:
            return not_found(name + " has no such " + noun + " or repository, or hides it from this token");
        case 400:
        case 405:
        case 406:
        case 409:
        case 422:
        case 423:
            break;
        default:
            return Error(ErrorCode::upstream_failed, name + " failed", detail);
    }
    if (purpose == Purpose::work) return invalid(name + " refuses the " + noun + because);
    if (reply.status == 409)
        return conflict("the branch has other commits than were proposed: propose it again")
            .because("head_changed");
    return conflict(name + " does not merge it" + because).because("not_mergeable");
}

Task<Result<net::Reply>> Rest::fetch(std::string method, std::string url, std::string token,
                                     std::string body) {
    net::Call call;
    call.method = std::move(method);
    call.url = std::move(url);
    call.headers = dialect_.headers(token);
    call.headers.emplace_back("User-Agent", "docent");
    if (call.method != "GET") {
        call.headers.emplace_back("Content-Type", "application/json");
        call.body = std::move(body);
    }
    call.max_redirects = 0;  // the token goes to nobody else
    co_return co_await http_->fetch(std::move(call));
}

Task<Result<json::value>> Rest::call(const Place& place, std::string method, std::string path,
                                     json::object words, Purpose purpose) {
    co_return co_await call_url(place, std::move(method), api_of(place) + path, std::move(words), purpose);
}

Task<Result<json::value>> Rest::call_url(const Place& place, std::string method, std::string url,
                                         json::object words, Purpose purpose) {
    if (!http_) co_return Error(ErrorCode::unavailable, "this process does not call forges");
    const auto api = api_of(place);
    if (const auto until = not_before_.find(api); until != not_before_.end()) {
        if (clock_.now() < until->second)
            co_return Error(ErrorCode::rate_limited,
                            std::string(dialect_.name) + " asked for patience; try again later");
        not_before_.erase(until);
    }
    const auto body = json::serialize(words);
    auto token = place.token;
    auto reply = co_await fetch(method, url, token, body);
    if (reply && reply->status == 401 && place.credentials) {
        auto renewed = co_await place.credentials->renew(place.repository.code_provider_id, token);
        if (!renewed) co_return std::move(renewed).error();
        if (*renewed != token) {
            token = *std::move(renewed);
            reply = co_await fetch(method, url, token, body);
        }
    }
    // A repository that was renamed or moved.
    for (int i = 0; reply && i < 3; ++i) {
        const bool moved =
            reply->status == 301 || reply->status == 302 || reply->status == 307 || reply->status == 308;
        auto there = header_of(*reply, "location");
        if (there.starts_with('/') && !there.starts_with("//")) there = origin_part(url) + there;
        if (!moved || origin_part(there) != origin_part(url)) break;
        reply = co_await fetch(method, std::move(there), token, body);
    }
    if (!reply) co_return std::move(reply).error();
    if (reply->status >= 300) co_return refusal(*reply, api, purpose);
    if (reply->body.empty()) co_return json::value();
    boost::system::error_code failed;
    auto answer = json::parse(reply->body, failed);
    if (failed)
        co_return Error(ErrorCode::upstream_failed, std::string(dialect_.name) + "'s answer is no JSON");
    co_return answer;
}

Task<Status> Rest::comment_once(const Place& place, std::string path, std::string earlier, std::string text,
                                std::string key) {
    if (!key.empty()) {
        const auto mark = "<!-- docent:" + key + " -->";
        json::object none;
        auto said = co_await call(place, "GET", std::move(earlier), std::move(none));
        if (!said) co_return said.error();
        if (has_comment(*said, mark)) co_return Status();
        text += "\n\n" + mark;
    }
    json::object words{{"body", text}};
    auto done = co_await call(place, "POST", std::move(path), std::move(words));
    if (!done) co_return done.error();
    co_return Status();
}

}  // namespace docent::forge
