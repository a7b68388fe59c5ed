#include "assistant/claim_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "base/text.hpp"
#include "search/analysis.hpp"

namespace docent::assistant {
namespace {

using Kind = ClaimWord::Kind;

constexpr std::size_t reach_after = 4, reach_before = 3;  // words that a negation negates

/// Words that turn a sentence round.
constexpr std::string_view negations =
    " not no never cannot without neither nor none nothing nunca jamás sin ni ningún ninguna ningun nada "
    "tampoco "
    "pas jamais sans aucun aucune ni nicht kein keine keinen keiner keines keinem nie niemals ohne weder "
    "nichts "
    "não nunca sem nenhum nenhuma non mai senza nessun nessuna не нет без никогда ";
/// "no" is the Spanish and Italian "not", too; "ne" alone is half of a French one.
constexpr std::string_view before_not =
    " don doesn didn isn aren wasn weren won wouldn couldn shouldn can hasn haven hadn mustn ";
constexpr std::string_view clause_words = " but pero mais aber sondern sino however while whereas although ";

struct Opposite {
    std::string_view language, word, of;
};
constexpr std::array<Opposite, 58> opposites{{
    {"en", "disable", "enable"},
    {"en", "disabled", "enabled"},
    {"en", "disables", "enables"},
    {"en", "optional", "required"},
    {"en", "false", "true"},
    {"en", "deny", "allow"},
    {"en", "denied", "allowed"},
    {"en", "forbid", "allow"},
    {"en", "forbidden", "allowed"},
    {"en", "prohibited", "allowed"},
    {"en", "refuses", "accepts"},
    {"en", "rejects", "accepts"},
    {"en", "reject", "accept"},
    {"en", "rejected", "accepted"},
    {"en", "private", "public"},
    {"en", "exclude", "include"},
    {"en", "excluded", "included"},
    {"en", "hide", "show"},
    {"en", "hidden", "visible"},
    {"en", "hides", "shows"},
    {"en", "minimum", "maximum"},
    {"en", "decrease", "increase"},
    {"en", "lower", "higher"},
    {"en", "unsupported", "supported"},
    {"en", "impossible", "possible"},
    {"en", "invalid", "valid"},
    {"en", "remove", "add"},
    {"en", "removes", "adds"},
    {"en", "after", "before"},
    {"en", "unavailable", "available"},
    {"en", "slower", "faster"},
    {"en", "least", "most"},
    {"en", "both", "either"},
    {"es", "deshabilitar", "habilitar"},
    {"es", "desactivar", "activar"},
    {"es", "desactiva", "activa"},
    {"es", "desactivado", "activado"},
    {"es", "opcional", "obligatorio"},
    {"es", "falso", "verdadero"},
    {"es", "mínimo", "máximo"},
    {"es", "ocultar", "mostrar"},
    {"es", "privado", "público"},
    {"fr", "désactiver", "activer"},
    {"fr", "désactivé", "activé"},
    {"fr", "facultatif", "obligatoire"},
    {"fr", "minimum", "maximum"},
    {"fr", "masquer", "afficher"},
    {"fr", "privé", "public"},
    {"de", "deaktivieren", "aktivieren"},
    {"de", "deaktiviert", "aktiviert"},
    {"de", "optional", "erforderlich"},
    {"de", "minimal", "maximal"},
    {"zh", "禁用", "启用"},
    {"zh", "可选", "必填"},
    {"zh", "可选", "必需"},
    {"zh", "最小", "最大"},
    {"zh", "隐藏", "显示"},
    {"zh", "关闭", "开启"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 44> number_words{{
    {"two", "2"},     {"three", "3"},     {"four", "4"},        {"five", "5"},    {"six", "6"},
    {"seven", "7"},   {"eight", "8"},     {"nine", "9"},        {"ten", "10"},    {"eleven", "11"},
    {"twelve", "12"}, {"twice", "2"},     {"dos", "2"},         {"tres", "3"},    {"cuatro", "4"},
    {"cinco", "5"},   {"seis", "6"},      {"siete", "7"},       {"ocho", "8"},    {"nueve", "9"},
    {"diez", "10"},   {"deux", "2"},      {"trois", "3"},       {"quatre", "4"},  {"cinq", "5"},
    {"huit", "8"},    {"neuf", "9"},      {"dix", "10"},        {"zwei", "2"},    {"drei", "3"},
    {"vier", "4"},    {"fünf", "5"},      {"sechs", "6"},       {"sieben", "7"},  {"acht", "8"},
    {"neun", "9"},    {"zehn", "10"},     {"zwölf", "12"},      {"zweimal", "2"}, {"dreimal", "3"},
    {"double", "2"},  {"hundred", "100"}, {"thousand", "1000"}, {"dozen", "12"},
}};

bool in_list(std::string_view list, std::string_view word) {
    std::string padded = " ";
    padded.append(word).append(" ");
    return !word.empty() && list.find(padded) != list.npos;
}

search::Token token_of(std::string_view raw) {
    search::Token token;
    token.raw = raw;
    return token;
}

/// Terms whose opposite is another term, by language.
const std::string* opposite_of(search::LanguageId language, const std::string& term) {
    static const std::map<std::pair<search::LanguageId, std::string>, std::string> table = [] {
        std::map<std::pair<search::LanguageId, std::string>, std::string> out;
        for (const auto& one : opposites) {
            const auto id = search::language_of(one.language);
            auto key = search::term_of(token_of(one.word), id);
            auto of = search::term_of(token_of(one.of), id);
            // "after" and "before" are stop words.
            if (key.empty()) key = one.word;
            if (of.empty()) of = one.of;
            out.emplace(std::pair(id, std::move(key)), std::move(of));
        }
        return out;
    }();
    const auto it = table.find({language, term});
    return it == table.end() ? nullptr : &it->second;
}

/// Stop words whose opposite matters.
bool is_kept_stop_word(std::string_view folded) {
    return folded == "after" || folded == "before" || folded == "both" || folded == "either";
}

/// Words that only lead to a page.
constexpr std::string_view pointing =
    " see guide guides docs documentation page section more details information learn read refer reference "
    "source sources link here siehe seite mehr ver véase consulta página guía voir consultez guide plus "
    "参见 详见 请参阅 参阅 更多 ";

bool has_opposite(search::LanguageId language, const std::string& term);

bool has_opposite(search::LanguageId language, const std::string& term) {
    static const std::set<std::pair<search::LanguageId, std::string>> table = [] {
        std::set<std::pair<search::LanguageId, std::string>> out;
        for (const auto& one : opposites) {
            const auto id = search::language_of(one.language);
            auto of = search::term_of(token_of(one.of), id);
            out.emplace(id, of.empty() ? std::string(one.of) : std::move(of));
        }
        return out;
    }();
    return table.count({language, term}) > 0;
}

/// "1,000" and "1 000" are 1000, "96.0" is 96.
std::string number_value(std::string_view raw) {
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const bool thousands = raw[i] == ',' && i + 3 < raw.size() + 0 && raw.size() - i >= 4 &&
                               std::isdigit(static_cast<unsigned char>(raw[i + 1]));
        if (thousands && (raw.size() - i) % 4 == 0) continue;
        out += raw[i] == ',' ? '.' : raw[i];
    }
    if (out.find('.') != out.npos && std::count(out.begin(), out.end(), '.') == 1) {
        while (out.back() == '0') out.pop_back();
        if (out.back() == '.') out.pop_back();
    }
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Links become their labels, emphasis goes; code stays between its ticks.
std::string plain(std::string_view markdown) {
    std::string out;
    for (std::size_t i = 0; i < markdown.size(); ++i) {
        const char c = markdown[i];
        if (c == ']' && i + 1 < markdown.size() && markdown[i + 1] == '(') {
            const auto close = markdown.find(')', i);
            if (close == markdown.npos) break;
            out += ' ';
            i = close;
        } else if (c == '*' || c == '[' || c == '\\') {
            out += ' ';
        } else {
            out += c;
        }
    }
    return out;
}

/// What turns a clause of Chinese, Japanese or Korean round.
constexpr std::array<std::string_view, 15> cjk_negators{"不",   "没有", "无法",   "无需", "并非",
                                                        "未",   "勿",   "ません", "ない", "なく",
                                                        "ずに", "なし", "않",     "없",   "못"};

class Reader {
public:
    Reader(std::string_view markdown, search::LanguageId language)
        : text_(plain(markdown)), language_(language) {}

    std::vector<ClaimWord> run() {
        search::Tokenizer tokens(text_);
        search::Token token;
        std::size_t end = 0;
        while (tokens.next(token)) {
            const auto at = static_cast<std::size_t>(token.raw.data() - text_.data());
            if (at > end) between(std::string_view(text_).substr(end, at - end));
            end = std::max(end, at + token.raw.size());
            add(token, at);
        }
        negate();
        std::vector<ClaimWord> out;
        for (auto& one : words_) {
            if (one.word.term.empty()) continue;
            if (one.word.kind == Kind::word || one.word.kind == Kind::pair) {
                if (const auto* of = opposite_of(language_, one.word.term)) {
                    one.word.term = *of;
                    one.word.negated = !one.word.negated;
                }
                one.word.has_opposite = has_opposite(language_, one.word.term);
            }
            out.push_back(std::move(one.word));
        }
        return out;
    }

private:
    struct Placed {
        ClaimWord word;
        std::size_t clause = 0, at = 0;
        bool negates = false;
    };

    void between(std::string_view gap) {
        for (const char c : gap) {
            if (c == '`') in_code_ = !in_code_;
        }
        if (gap.find_first_of(",;:.()!?\n|") != gap.npos || gap.find("—") != gap.npos ||
            gap.find("，") != gap.npos || gap.find("。") != gap.npos || gap.find("；") != gap.npos ||
            gap.find("、") != gap.npos)
            ++clause_;
    }

    void add(const search::Token& token, std::size_t at) {
        Placed one;
        one.clause = clause_;
        one.at = at;
        const std::string_view raw = token.raw;
        if (token.kind != search::Token::Kind::word) {
            one.word.kind = Kind::pair;
            one.word.term = search::term_of(token, language_);
            words_.push_back(std::move(one));
            return;
        }
        const std::string folded = search::fold(raw);
        const auto after = std::string_view(text_).substr(at + raw.size(), 4);
        const bool contracted =
            in_list(before_not, folded) && (after.substr(0, 2) == "'t" || after.substr(0, 4) == "’t");
        const bool contracted_whole =
            folded.size() > 3 && (folded.ends_with("n't") || folded.ends_with("n’t"));
        if (!in_code_ && (contracted || contracted_whole || in_list(negations, folded))) {
            one.negates = true;
            words_.push_back(std::move(one));
            return;
        }
        if (!in_code_ && in_list(clause_words, folded)) ++clause_;
        const bool digits =
            std::all_of(raw.begin(), raw.end(), [](char c) { return is_digit(c) || c == '.' || c == ','; });
        const bool starts_with_digit = is_digit(raw[0]);
        const auto letters = raw.find_first_not_of("0123456789.,");
        const bool with_unit = starts_with_digit && letters != raw.npos && letters > 0 &&
                               raw.size() - letters <= 3 &&
                               std::all_of(raw.begin() + static_cast<std::ptrdiff_t>(letters), raw.end(),
                                           [](unsigned char c) { return std::isalpha(c) || c >= 0x80; });
        if (starts_with_digit && (digits || with_unit)) {
            one.word.kind = Kind::number;
            one.word.term = number_value(digits ? raw : raw.substr(0, letters));
            words_.push_back(std::move(one));
            return;
        }
        for (const auto& [word, value] : number_words) {
            if (folded == word) {
                one.word.kind = Kind::number;
                one.word.term = value;
                words_.push_back(std::move(one));
                return;
            }
        }
        const bool flag = at >= 2 && text_[at - 1] == '-' && text_[at - 2] == '-';
        const bool looks_like_code = raw.find('_') != raw.npos || raw.find("::") != raw.npos ||
                                     (raw.find('.') != raw.npos && raw.size() > 4 && !digits);
        const bool has_digit = std::any_of(raw.begin(), raw.end(), is_digit);
        if (in_code_ || flag || looks_like_code || (has_digit && raw.size() > 1)) {
            one.word.kind = Kind::identifier;
            one.word.term = folded;
            if (folded.size() < 2) one.word.term.clear();
            words_.push_back(std::move(one));
            return;
        }
        one.word.term = search::term_of(token, language_);
        if (in_list(pointing, folded)) one.word.term.clear();
        if (one.word.term.empty() && is_kept_stop_word(folded)) one.word.term = folded;
        if (one.word.term.size() < 2) one.word.term.clear();
        words_.push_back(std::move(one));
    }

    void negate() {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (!words_[i].negates) continue;
            std::size_t reached = 0;
            for (std::size_t j = i + 1; j < words_.size() && words_[j].clause == words_[i].clause; ++j) {
                if (words_[j].word.term.empty()) continue;
                if (++reached > reach_after) break;
                words_[j].word.negated = true;
            }
            reached = 0;
            for (std::size_t j = i; j-- > 0 && words_[j].clause == words_[i].clause;) {
                if (words_[j].word.term.empty()) continue;
                if (++reached > reach_before) break;
                words_[j].word.negated = true;
            }
        }
        for (const auto& negator : cjk_negators) {
            for (std::size_t at = 0; (at = text_.find(negator, at)) != text_.npos; at += negator.size()) {
                // The whole clause: what is negated may stand before or after.
                std::size_t clause = 0;
                for (const auto& one : words_) {
                    if (one.at <= at) clause = one.clause;
                }
                for (auto& one : words_) {
                    if (one.clause == clause && one.word.kind == Kind::pair) one.word.negated = true;
                }
            }
        }
    }

    const std::string text_;
    const search::LanguageId language_;
    std::vector<Placed> words_;
    std::size_t clause_ = 0;
    bool in_code_ = false;
};

}  // namespace

std::vector<ClaimWord> claim_words(std::string_view markdown, search::LanguageId language) {
    return Reader(markdown, language).run();
}

}  // namespace docent::assistant
