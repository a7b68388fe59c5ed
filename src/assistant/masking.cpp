#include "assistant/masking.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <set>
#include <vector>

#include "base/text.hpp"

namespace docent::assistant {
namespace {

/// A piece of the text and what is written in its place.
struct Span {
    std::size_t from = 0, to = 0;
    const char* label = "";
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }

/// The text, and what was found in it so far. Detectors come in order: what an earlier one took stays taken.
class Search {
public:
    explicit Search(std::string_view text) : text_(text) {}

    char before(std::size_t at) const { return at > 0 ? text_[at - 1] : ' '; }
    char after(std::size_t at) const { return at < text_.size() ? text_[at] : ' '; }
    std::string_view front(std::size_t at, std::size_t most) const {
        return text_.substr(at - std::min(at, most), std::min(at, most));
    }

    void take(std::size_t from, std::size_t to, const char* label) {
        const Span span = {from, to, label};
        const auto at = std::ranges::lower_bound(spans_, from, {}, &Span::from);
        if (at != spans_.end() && at->from < to) return;
        if (at != spans_.begin() && std::prev(at)->to > from) return;
        spans_.insert(at, span);
    }

    /// Calls `found(from, to)` for each match of the pattern's first group; `found` says whether to take it,
    /// and may take less of its end.
    template <class F>
    void each(const RE2& pattern, const char* label, F found) {
        re2::StringPiece groups[2];
        for (std::size_t at = 0; at <= text_.size();) {
            const re2::StringPiece all(text_.data(), text_.size());
            if (!pattern.Match(all, at, text_.size(), RE2::UNANCHORED, groups, 2)) return;
            const auto from = static_cast<std::size_t>(groups[1].data() - text_.data());
            auto to = from + groups[1].size();
            const bool fits = to > from && found(from, to);
            if (fits) take(from, to, label);
            // What does not fit may hold something that does, after its first word.
            at = fits ? to : from + 1;
            while (!fits && at < to && is_word(text_[at]) && is_word(text_[at - 1])) ++at;
            if (at <= from) at = from + 1;
        }
    }

    std::string masked() const {
        std::string out;
        std::size_t at = 0;
        for (const auto& span : spans_) {
            out += text_.substr(at, span.from - at);
            out += span.label;
            at = span.to;
        }
        return out += text_.substr(at);
    }

    std::string_view text() const { return text_; }

private:
    const std::string_view text_;
    std::vector<Span> spans_;  // in order, apart from each other
};

std::string digits_of(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (is_digit(c)) out += c;
    return out;
}

// --- secrets ---

/// Random enough to be one: placeholders such as "xxxxxxxx" and "your-api-key" are not.
bool looks_secret(std::string_view value) {
    if (value.size() < 12) return false;
    if (lower_ascii(value).find("example") != std::string::npos) return false;
    const std::set<char> distinct(value.begin(), value.end());
    const bool digit = std::ranges::any_of(value, is_digit);
    const bool letter = std::ranges::any_of(value, is_letter);
    return distinct.size() >= 8 && digit && letter;
}

void find_secrets(Search& search) {
    static const RE2 block(
        "(-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\\s:,\\-]|\\\\n)*-----END [A-Z ]*PRIVATE "
        "KEY-----)");
    static const RE2 known(
        "((?:sk|pk|rk|whsec)[-_][A-Za-z0-9_\\-]{12,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|"
        "glpat-[A-Za-z0-9_\\-]{16,}|xox[abeoprs]-[A-Za-z0-9\\-]{12,}|A[KS]IA[A-Z0-9]{16}|AIza[A-Za-z0-9_\\-]{"
        "30,}|"
        "npm_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|mint_[A-Za-z0-9_]{20,}|agen_[A-Za-z0-9]{20,}|"
        "SG\\.[A-Za-z0-9_\\-]{16,}\\.[A-Za-z0-9_\\-]{16,}|eyJ[A-Za-z0-9_\\-]{8,}\\.[A-Za-z0-9_\\-]{8,}\\.[A-"
        "Za-z0-9_\\-]{8,})");
    static const RE2 assigned(
        "(?i)(?:password|passwd|pwd|secret|api[_\\-]?key|access[_\\-]?key|token|authorization)[\"']?"
        "\\s*(?:=|:)\\s*(?:bearer\\s+|basic\\s+)?[\"']?([^\\s\"'<>{}\\[\\]$,;()]{8,})");
    static const RE2 bearer("(?i)\\bbearer\\s+([A-Za-z0-9_\\-.=+/]{16,})");
    static const RE2 userinfo("[a-zA-Z][a-zA-Z0-9+.\\-]*://[^\\s/:@]+:([^\\s/@]{3,})@");
    const auto always = [](std::size_t, std::size_t) { return true; };
    const auto random = [&](std::size_t from, std::size_t to) {
        return looks_secret(search.text().substr(from, to - from));
    };
    // Names of columns and variables have a prefix and a digit at most: "pk_order_items_2".
    const auto long_and_random = [&](std::size_t from, std::size_t to) {
        return to - from >= 20 &&
               std::ranges::count_if(search.text().substr(from, to - from), is_digit) >= 3 &&
               random(from, to);
    };
    search.each(block, "[secret]", always);
    search.each(known, "[secret]", [&](std::size_t from, std::size_t to) {
        return !is_word(search.before(from)) && long_and_random(from, to);
    });
    search.each(assigned, "[secret]", [&](std::size_t from, std::size_t to) {
        return std::ranges::count_if(search.text().substr(from, to - from), is_digit) >= 2 &&
               random(from, to);
    });
    search.each(bearer, "[secret]", random);
    search.each(userinfo, "[secret]", [&](std::size_t from, std::size_t to) {
        const auto word = lower_ascii(search.text().substr(from, to - from));
        return word != "password" && word != "pass" && word != "secret" && word[0] != '<' && word[0] != '$' &&
               word[0] != '{' && word[0] != '*' && word.find("pass") == word.npos;
    });
}

// --- e-mail ---

void find_emails(Search& search) {
    static const RE2 pattern(
        "([A-Za-z0-9._%+\\-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,62})\\.)+[A-Za-z]{2,24})");
    search.each(pattern, "[email]", [&](std::size_t from, std::size_t to) {
        const auto found = lower_ascii(search.text().substr(from, to - from));
        const auto at = found.find('@');
        const auto local = found.substr(0, at), domain = found.substr(at + 1);
        if (is_word(search.after(to)) || search.after(to) == '@') return false;
        if (local == "git" || local == "noreply" || local == "no-reply")
            return false;  // "git@github.com:..."
        for (const char* reserved : {"example.com", "example.org", "example.net", ".example", ".test",
                                     ".invalid", ".local", ".localhost"}) {
            if (domain.ends_with(reserved)) return false;
        }
        // "logo@2x.png": a file.
        const auto end = domain.substr(domain.rfind('.') + 1);
        for (const char* file : {"png", "jpg", "jpeg", "gif", "svg", "webp", "js", "ts", "css", "json"}) {
            if (end == file) return false;
        }
        return true;
    });
}

// --- IBAN ---

bool is_iban(std::string_view text) {
    std::string plain;
    for (const char c : text)
        if (c != ' ') plain += c;
    if (plain.size() < 15 || plain.size() > 34) return false;
    int rest = 0;  // ISO 7064, mod 97-10: the first four characters last, letters as 10 to 35
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const char c = plain[(i + 4) % plain.size()];
        if (is_digit(c)) {
            rest = (rest * 10 + (c - '0')) % 97;
        } else if (c >= 'A' && c <= 'Z') {
            rest = (rest * 100 + (c - 'A' + 10)) % 97;
        } else {
            return false;
        }
    }
    return rest == 1;
}

void find_ibans(Search& search) {
    static const RE2 pattern("([A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)");
    search.each(pattern, "[iban]", [&](std::size_t from, std::size_t to) {
        return !is_word(search.before(from)) && !is_word(search.after(to)) &&
               is_iban(search.text().substr(from, to - from));
    });
    // The same with a word after it, which the pattern takes for its last group.
    static const RE2 close("([A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}?(?: [0-9]{1,3})?)(?:[^A-Za-z0-9]|$)");
    search.each(close, "[iban]", [&](std::size_t from, std::size_t to) {
        return !is_word(search.before(from)) && is_iban(search.text().substr(from, to - from));
    });
}

// --- payment cards ---

bool passes_luhn(std::string_view digits) {
    int sum = 0;
    bool twice = false;
    for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
        int digit = *it - '0';
        if (twice && (digit *= 2) > 9) digit -= 9;
        sum += digit;
    }
    return sum % 10 == 0;
}

/// The issuers' number ranges (ISO/IEC 7812) with their lengths.
bool is_card(std::string_view digits) {
    const auto n = digits.size();
    const auto front = [&](std::size_t count) { return std::stoi(std::string(digits.substr(0, count))); };
    if (n < 13 || n > 19) return false;
    const int two = front(2), three = front(3), four = front(4);
    const bool known =
        (digits[0] == '4' && (n == 13 || n == 16 || n == 19)) ||                       // Visa
        (n == 16 && ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))) ||   // Mastercard
        (n == 15 && (two == 34 || two == 37)) ||                                       // Amex
        (n == 16 && (four == 6011 || two == 65 || (three >= 644 && three <= 649))) ||  // Discover
        (n == 16 && four >= 3528 && four <= 3589) ||                                   // JCB
        (n == 14 && ((three >= 300 && three <= 305) || two == 36 || two == 38)) ||     // Diners
        (n >= 16 && two == 62);                                                        // UnionPay
    if (!known || !passes_luhn(digits)) return false;
    static constexpr std::array<std::string_view, 9> test_numbers = {
        "4242424242424242", "4111111111111111", "4012888888881881", "5555555555554444", "5105105105105100",
        "378282246310005",  "371449635398431",  "6011111111111117", "4000000000000002"};
    return std::ranges::find(test_numbers, digits) == test_numbers.end();
}

void find_cards(Search& search) {
    static const RE2 plain("([0-9]{13,19})");
    static const RE2 grouped(
        "([0-9]{4}(?:[ \\-][0-9]{4}){2,3}(?:[ \\-][0-9]{1,3})?|[0-9]{4}[ \\-][0-9]{6}[ \\-][0-9]{4,5})");
    const auto fits = [&](std::size_t from, std::size_t to) {
        const char before = search.before(from), after = search.after(to);
        if (is_word(before) || before == '.' || is_word(after)) return false;
        return is_card(digits_of(search.text().substr(from, to - from)));
    };
    search.each(plain, "[card]", fits);
    search.each(grouped, "[card]", fits);
}

// --- addresses of machines ---

bool is_personal(const boost::asio::ip::address& address) {
    if (address.is_v6()) {
        const auto bytes = address.to_v6().to_bytes();
        const bool global = (bytes[0] & 0xE0) == 0x20;  // 2000::/3
        const bool documentation =
            bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8;
        const bool resolver = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x48 && bytes[3] == 0x60;
        return global && !documentation && !resolver;
    }
    const auto b = address.to_v4().to_bytes();
    const bool reserved =
        b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 || (b[0] == 100 && (b[1] & 0xC0) == 64) ||
        (b[0] == 169 && b[1] == 254) || (b[0] == 172 && (b[1] & 0xF0) == 16) ||
        (b[0] == 192 && b[1] == 168) || (b[0] == 192 && b[1] == 0) || (b[0] == 198 && (b[1] & 0xFE) == 18) ||
        (b[0] == 198 && b[1] == 51 && b[2] == 100) || (b[0] == 203 && b[1] == 0 && b[2] == 113);
    // Resolvers that everybody writes down, and what rather is a version: "4.0.0.0", "1.2.3.4".
    const bool known = (b[0] == b[1] && b[1] == b[2] && b[2] == b[3]) || (b[0] == 8 && b[1] == 8) ||
                       (b[2] == 0 && b[3] == 0) || (b[0] < 10 && b[1] < 10 && b[2] < 10 && b[3] < 10);
    return !reserved && !known;
}

bool is_version_before(std::string_view front) {
    const auto text = lower_ascii(front);
    if (text.ends_with("//") || text.ends_with("://")) return false;
    static const RE2 version("(?:\\bv|version[:= ]*|release[:= ]*|build[:= ]*|==|[@/^~<>_\\-])$");
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), version);
}

void find_addresses(Search& search) {
    static const RE2 four("([0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3})");
    static const RE2 six("([0-9a-fA-F:]{7,39})");
    const auto parsed = [&](std::size_t from, std::size_t to) {
        boost::system::error_code failed;
        const auto text = std::string(search.text().substr(from, to - from));
        const auto address = boost::asio::ip::make_address(text, failed);
        return !failed && is_personal(address);
    };
    search.each(four, "[ip address]", [&](std::size_t from, std::size_t to) {
        const char before = search.before(from), after = search.after(to);
        if (is_word(before) || before == '.' || is_word(after) || after == '-') return false;
        if (after == '.' && is_word(search.after(to + 1))) return false;
        return !is_version_before(search.front(from, 12)) && parsed(from, to);
    });
    search.each(six, "[ip address]", [&](std::size_t from, std::size_t to) {
        const auto text = search.text().substr(from, to - from);
        if (is_word(search.before(from)) || is_word(search.after(to))) return false;
        return std::ranges::count(text, ':') >= 2 && std::ranges::any_of(text, is_digit) && parsed(from, to);
    });
}

// --- telephone numbers ---

void find_phones(Search& search) {
    static const RE2 international("(\\+[1-9][0-9]{0,2}(?:[ .\\-/]?\\(?[0-9]{1,5}\\)?){2,6})");
    static const RE2 american("(\\(?[2-9][0-9]{2}\\)?[ .\\-][2-9][0-9]{2}[ .\\-][0-9]{4})");
    static const RE2 named(
        "(?i)(?:phone|tel|telephone|telefon|mobile|handy|cell|whatsapp|fax|call me(?: at)?|t[eé]l[eé]fono?)"
        "(?: number)?\\.?\\s*(?:is|:|=|at|ist)?\\s*(\\(?0?[0-9][0-9 ()./\\-]{5,18}[0-9])");
    const auto apart = [&](std::size_t from, std::size_t to) {
        const char before = search.before(from), after = search.after(to);
        return !is_word(before) && before != '.' && before != '-' && before != '/' && before != '#' &&
               !is_word(after) && after != '-' && !(after == '.' && is_digit(search.after(to + 1)));
    };
    const auto digits = [&](std::size_t from, std::size_t to) {
        return digits_of(search.text().substr(from, to - from)).size();
    };
    search.each(international, "[phone]", [&](std::size_t from, std::size_t& to) {
        // What follows the number may look like more of it: "+49 170 1234567 12.3.4".
        for (auto end = to; digits(from, end) >= 8;) {
            if (digits(from, end) <= 15 && apart(from, end)) {
                to = end;
                return true;
            }
            const auto before = search.text().substr(0, end).find_last_of(" .-/(");
            if (before == std::string_view::npos || before <= from) break;
            end = before;
            while (end > from && !is_digit(search.text()[end - 1])) --end;
        }
        return false;
    });
    search.each(american, "[phone]", apart);
    search.each(named, "[phone]", [&](std::size_t from, std::size_t to) {
        const auto n = digits(from, to);
        return !is_word(search.after(to)) && n >= 7 && n <= 15;
    });
}

}  // namespace

std::string mask_personal_data(std::string_view text) {
    Search search(text);
    find_secrets(search);
    find_emails(search);
    find_ibans(search);
    find_cards(search);
    find_addresses(search);
    find_phones(search);
    return search.masked();
}

}  // namespace docent::assistant
