#include "api/gate.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t most_proof = 300;  // bytes of the header

Error refused(std::string why, const char* reason) {
    return Error(ErrorCode::permission_denied,
                 std::move(why) + "; get one from GET .../challenge, solve it and send it in the header " +
                     Gate::header)
        .because(reason);
}

std::string signature(const std::string& secret, const std::string& project_id, std::string_view what) {
    return hmac_sha256_hex(secret, project_id + ":" + std::string(what)).substr(0, 40);
}

template <class T>
bool number(std::string_view text, T& out) {
    const auto end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, out);
    return failed == std::errc() && stop == end && !text.empty() && out >= 0;
}

}  // namespace

int leading_zero_bits(std::string_view text) {
    int out = 0;
    for (const char c : sha256_hex(text)) {
        const unsigned nibble =
            c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>(c - 'a' + 10);
        if (nibble != 0) return out + std::countl_zero(nibble << 28);
        out += 4;
    }
    return out;
}

Task<Result<std::string>> Gate::secret() {
    if (!secret_.empty()) co_return secret_;
    std::string name = "challenge", fresh = random_hex(32);
    auto kept = co_await challenges_.secret(std::move(name), std::move(fresh));
    if (!kept) co_return std::move(kept).error();
    secret_ = *kept;
    co_return *std::move(kept);
}

Task<Result<Gate::Challenge>> Gate::challenge(std::string project_id, std::int64_t bits) {
    auto key = co_await secret();
    if (!key) co_return std::move(key).error();
    Challenge out;
    out.bits = static_cast<int>(std::clamp<std::int64_t>(bits, 8, 24));
    out.expires = clock_.now() + good_for;
    out.text = std::to_string(out.expires) + "." + std::to_string(out.bits) + "." + random_token(22);
    out.text += "." + signature(*key, project_id, out.text);
    co_return out;
}

Task<Status> Gate::check(std::string project_id, std::string proof) {
    if (proof.empty()) co_return refused("this needs a solved challenge", "challenge_required");
    const auto failed = refused("the proof is not a solved challenge of this server", "challenge_failed");
    const auto colon = proof.find(':');
    if (proof.size() > most_proof || colon == proof.npos) co_return failed;
    const auto challenge = std::string_view(proof).substr(0, colon);
    const auto parts = split(challenge, '.');
    Millis expires = 0;
    int bits = 0;
    std::uint64_t solution = 0;
    if (parts.size() != 4 || !number(parts[0], expires) || !number(parts[1], bits) ||
        !number(std::string_view(proof).substr(colon + 1), solution))
        co_return failed;
    auto key = co_await secret();
    if (!key) co_return std::move(key).error();
    const auto signed_part = challenge.substr(0, challenge.rfind('.'));
    if (!equal_constant_time(signature(*key, project_id, signed_part), parts[3])) co_return failed;
    if (expires <= clock_.now()) co_return refused("the challenge has expired", "challenge_expired");
    if (leading_zero_bits(proof) < bits) co_return failed;
    std::string id = parts[2];
    auto first = co_await challenges_.use(std::move(id), expires);
    if (!first) co_return std::move(first).error();
    if (!*first) co_return refused("the challenge was used already", "challenge_used");
    co_return Status();
}

}  // namespace docent::api
