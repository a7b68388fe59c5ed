#include "assistant/question.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <set>

#include "assistant/phrases.hpp"
#include "base/text.hpp"
#include "search/analysis.hpp"

namespace docent::assistant {
namespace {

constexpr double weak_factor = 0.3;  // of words that say little about what is asked
constexpr double borrowed_factor = 0.4;
constexpr double most_idf = 6.0;  // a word nobody wrote is not worth more than a very rare one

/// Verbs and nouns that stand in any question. As written; compared after stemming.
constexpr std::string_view weak_words =
    "use using make get want need way work works possible help please know tell thing something like try "
    "able happen "
    "happens mean best good go put keep let take give add set create change run write see show there "
    "actually exactly often many much long higher lower bigger smaller larger hold "
    "cómo cuándo cuál cuáles qué dónde quién combien quand où puis wann wo warum como onde quando "
    "usar hacer necesito quiero manera forma poner ver tener configurar configuro "
    "utiliser faire besoin veux moyen mettre voir avoir configurer "
    "benutzen verwenden machen brauche will weg sehen bekommen "
    "usar fazer preciso quero maneira colocar";

/// The weak words as terms of a language. Made once for all of them.
const std::set<std::string>& weak_terms(search::LanguageId language) {
    static const std::vector<std::set<std::string>> all = [] {
        std::vector<std::set<std::string>> of(search::language_count() + 1);
        for (std::size_t i = 0; i < of.size(); ++i) {
            search::Tokenizer tokens(weak_words);
            search::Token token;
            while (tokens.next(token))
                of[i].insert(search::term_of(token, static_cast<search::LanguageId>(i)));
        }
        return of;
    }();
    return all[language < all.size() ? language : 0];
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> openings) {
    return std::any_of(openings.begin(), openings.end(),
                       [&](auto one) { return text.substr(0, one.size()) == one; });
}
bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](auto one) { return text.find(one) != text.npos; });
}

/// Letters of the beginning, lower case, without what stands before the first word.
std::string opening(std::string_view question) {
    auto text = trim(question);
    while (!text.empty() && (text[0] == '"' || text[0] == '-' || text[0] == '*')) text.remove_prefix(1);
    if (text.substr(0, 2) == "¿") text.remove_prefix(2);
    return lower_ascii(text.substr(0, 200));
}

}  // namespace

QuestionKind question_kind(std::string_view question) {
    const std::string text = opening(question);
    if (has_any(text, {"error", "fails", "failed", "failing", "doesn't work", "does not work", "not working",
                       "cannot find", "can't find", "exception", "times out", "timeout", "falla", "erreur",
                       "fehler", "报错", "错误", "エラー"})) {
        return QuestionKind::error;
    }
    if (starts_with_any(text, {"how do", "how can", "how to", "how should", "how would", "cómo ", "como ",
                               "comment ", "wie "}) ||
        has_any(text, {"如何", "怎么", "怎样", "方法", "어떻게"})) {
        return QuestionKind::how;
    }
    if (starts_with_any(text, {"what is", "what are", "what's", "what does", "what counts", "qué es",
                               "qué son", "qu'est-ce", "was ist", "o que é", "什么是"}) ||
        has_any(text, {"是什么", "とは"})) {
        return QuestionKind::what;
    }
    if (starts_with_any(
            text, {"can ",  "does ",   "do ",   "is ",       "are ",     "should ", "will ",   "must ",
                   "may ",  "puedo ",  "debo ", "necesito ", "debería ", "est-ce",  "puis-je", "dois-je",
                   "ai-je", "peut-on", "kann ", "muss ",     "soll ",    "ist ",    "posso ",  "devo "}) ||
        has_any(text, {"是否", "吗", "能否", "可以"})) {
        return QuestionKind::yes_no;
    }
    return QuestionKind::other;
}

bool is_follow_up(std::string_view question) {
    const std::string text = opening(question);
    return starts_with_any(text, {"and ", "what about", "how about", "but ", "also ", "or ", "then ",
                                  "so ",  "why?",       "why not",   "y ",   "¿y ",   "et ", "und ",
                                  "e ",   "那",         "还有",      "では", "それ",  "그럼"}) ||
           has_any(" " + text + " ", {" it ", " it?", " that ", " that?", " them", " those ", " the same "});
}

bool points_at_page(std::string_view question) {
    const std::string text = " " + opening(question) + " ";
    return has_any(text,
                   {" this ", " this?", " here", "selected", "selection", " above", " esto", " aquí", " ceci",
                    " ici", " cette page", " dies", " hier", "这个", "这里", "这段", "これ", "ここ", "이것"});
}

QuestionTerms::QuestionTerms(const search::Index& index, const std::string& question,
                             const std::string& borrowed, const search::Filter& filter) {
    search::Query query;
    query.text = question;
    query.filter = filter;
    if (query.filter.language.empty()) query.filter.language = detect_language(question);
    const auto own = index.terms(query);
    language_ = own.language;
    note_straddling(question);
    add(own, 1, false);
    join_neighbours(index, query);
    query.text = borrowed + joined_;
    // "ToolInvocation" is written "tool invocation" elsewhere.
    search::Tokenizer tokens(question);
    search::Token token;
    while (tokens.next(token)) {
        for (const auto part : search::identifier_parts(token.raw)) query.text += " " + std::string(part);
    }
    if (!query.text.empty()) add(index.terms(query), borrowed_factor, true);
}

/// Of "有什么区别" the pair 什么 is a stop word, and what overlaps it ("有什", "么区") is no word at all.
void QuestionTerms::note_straddling(std::string_view question) {
    search::Tokenizer tokens(question);
    search::Token token;
    std::string before;     // the pair before, when it is a term
    std::string_view last;  // as written, of a pair
    bool last_is_stop = false;
    while (tokens.next(token)) {
        const bool pair = token.kind == search::Token::Kind::bigram;
        const bool overlaps = pair && !last.empty() && token.raw.data() < last.data() + last.size();
        const auto term = search::term_of(token, language_);
        const bool is_stop = term.empty();
        if (overlaps && is_stop && !before.empty()) straddling_.insert(before);
        if (overlaps && last_is_stop && !is_stop) straddling_.insert(term);
        before = pair ? term : std::string();
        last = pair ? token.raw : std::string_view();
        last_is_stop = pair && is_stop;
    }
}

/// "It times out", "how do I log in": the noun is written as one word, "timeout", "login".
void QuestionTerms::join_neighbours(const search::Index& index, search::Query query) {
    constexpr std::size_t most_words = 40;
    static const std::set<std::string_view> particles{"in", "out", "up", "on", "off", "down", "back", "over"};
    search::Tokenizer tokens(query.text);
    search::Token token;
    std::string before, candidates;
    std::size_t words = 0;
    while (tokens.next(token) && ++words < most_words) {
        const auto word = lower_ascii(token.raw);
        const bool verb = !search::term_of(token, language_).empty();
        if (!before.empty() && particles.count(word) > 0) candidates += " " + before + word;
        before = verb && token.kind == search::Token::Kind::word ? search::stem(language_, word) : "";
    }
    query.text = candidates;
    if (candidates.empty()) return;
    const auto known = index.terms(query);
    search::Tokenizer joined(candidates);
    while (joined.next(token)) {
        const auto term = search::term_of(token, language_);
        const bool written = std::any_of(known.terms.begin(), known.terms.end(), [&](const auto& one) {
            return one.term == term && one.frequency > 0;
        });
        if (written) joined_.append(" ").append(token.raw);
    }
}

void QuestionTerms::add(const search::Terms& found, double factor, bool borrowed) {
    const auto& weak = weak_terms(language_);
    for (const auto& one : found.terms) {
        if (terms_.size() == 64) return;
        const bool known =
            std::any_of(terms_.begin(), terms_.end(), [&](const Term& t) { return t.term == one.term; });
        if (known) continue;
        Term term;
        term.term = one.term;
        term.weak = weak.count(one.term) > 0 || straddling_.count(one.term) > 0;
        term.borrowed = borrowed;
        // A pair of characters is half a word at most: names in Latin letters say more.
        const bool pair = !one.term.empty() && static_cast<unsigned char>(one.term[0]) >= 0xE3;
        term.weight = std::min(one.idf, most_idf) * factor * (term.weak ? weak_factor : 1) * (pair ? 0.5 : 1);
        if (one.frequency == 0 && !borrowed && !term.weak) unknown_ |= Mask{1} << terms_.size();
        total_ += term.weight;
        terms_.push_back(std::move(term));
    }
}

QuestionTerms::Mask QuestionTerms::mask_of(const std::string& term) const {
    if (term.empty()) return 0;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        if (terms_[i].term == term) return Mask{1} << i;
    }
    return 0;
}

const QuestionTerms::Role& QuestionTerms::role(const search::Token& token) const {
    if (const auto known = roles_.find(token.raw); known != roles_.end()) return known->second;
    Role& role = roles_[std::string(token.raw)];
    const auto term = search::term_of(token, language_);
    role.content = !term.empty();
    role.own = role.with_parts = mask_of(term);
    if (token.kind == search::Token::Kind::word) {
        for (const auto part : search::identifier_parts(token.raw)) {
            search::Token piece;
            piece.raw = part;
            role.with_parts |= mask_of(search::term_of(piece, language_));
        }
    }
    return role;
}

QuestionTerms::Mask QuestionTerms::match(std::string_view text) const {
    Mask mask = 0;
    search::Tokenizer tokens(text);
    search::Token token;
    while (tokens.next(token)) mask |= role(token).with_parts;
    return mask;
}

double QuestionTerms::share(Mask mask) const {
    if (total_ <= 0) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        if (mask >> i & 1) sum += terms_[i].weight;
    }
    return sum / total_;
}

double QuestionTerms::own_share(Mask mask) const {
    double sum = 0, all = 0;
    bool in_context = false;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        const bool there = mask >> i & 1;
        if (terms_[i].borrowed) {
            in_context = in_context || there;
            continue;
        }
        all += terms_[i].weight;
        if (there) sum += terms_[i].weight;
    }
    return in_context && all > 0 ? sum / all : 0;
}

double QuestionTerms::precision(std::string_view text) const {
    std::size_t all = 0, hits = 0;
    search::Tokenizer tokens(text);
    search::Token token;
    while (tokens.next(token)) {
        const Role& found = role(token);
        if (!found.content) continue;
        ++all;
        hits += found.own != 0;
    }
    return all == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(all);
}

QuestionTerms::Mask QuestionTerms::rarest() const {
    std::size_t best = terms_.size();
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        if (terms_[i].weak || terms_[i].borrowed) continue;
        if (unknown_ >> i & 1) return Mask{1} << i;
        if (best == terms_.size() || terms_[i].weight > terms_[best].weight) best = i;
    }
    return best == terms_.size() ? 0 : Mask{1} << best;
}

}  // namespace docent::assistant
