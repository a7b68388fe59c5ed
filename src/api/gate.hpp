#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "store/challenges.hpp"

namespace docent::api {

/// The proof-of-work challenge that a project can ask of those who use its public key: a little work for a
/// reader's browser, a lot for who sends thousands of messages. No third party, nothing to click.
///
/// A challenge is "EXPIRES.BITS.NONCE.SIGNATURE". It is solved by a whole number N for which the SHA-256 of
/// "CHALLENGE:N" begins with BITS zero bits; the header x-docent-proof then says "CHALLENGE:N". Signed by
/// this installation for one project, good for five minutes, taken once. On the loop.
class Gate {
public:
    Gate(store::Challenges& challenges, const Clock& clock) : challenges_(challenges), clock_(clock) {}

    struct Challenge {
        std::string text;
        int bits = 0;
        Millis expires = 0;
    };
    /// `bits` is brought to 8 to 24.
    Task<Result<Challenge>> challenge(std::string project_id, std::int64_t bits);

    /// permission_denied with the reason challenge_required (no proof), challenge_failed (not ours, or not
    /// solved), challenge_expired or challenge_used; each says what to do.
    Task<Status> check(std::string project_id, std::string proof);

    static constexpr Millis good_for = 300'000;
    static constexpr const char* header = "x-docent-proof";

private:
    Task<Result<std::string>> secret();

    store::Challenges& challenges_;
    const Clock& clock_;
    std::string secret_;
};

/// How many zero bits the SHA-256 of the text begins with.
int leading_zero_bits(std::string_view text);

}  // namespace docent::api
