#include "search/postings.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "search/spelling.hpp"

namespace docent::search {

std::size_t PostingsBuilder::Hash::operator()(std::string_view text) const {
    return XXH3_64bits(text.data(), text.size());
}

std::uint32_t PostingsBuilder::term_id(std::string term) {
    if (term.empty()) return none;
    const auto [it, is_new] = ids_.try_emplace(std::move(term), static_cast<std::uint32_t>(ids_.size()));
    if (is_new) slots_.push_back(none);
    return it->second;
}

const PostingsBuilder::Analysed& PostingsBuilder::analyse(const Token& token, LanguageId language) {
    if (analysed_.size() <= language) analysed_.resize(language + 1u);
    const auto [it, is_new] = analysed_[language].try_emplace(token.raw);
    Analysed& out = it->second;
    ++out.uses;
    if (!is_new) return out;
    out.term = term_id(term_of(token, language));
    out.first_part = static_cast<std::uint32_t>(parts_.size());
    if (token.kind == Token::Kind::word) {
        for (const auto part : identifier_parts(token.raw)) {
            const auto id = term_id(term_of({part, Token::Kind::word}, language));
            if (id != none) parts_.push_back(id);
        }
    }
    out.part_count = static_cast<std::uint32_t>(parts_.size()) - out.first_part;
    return out;
}

void PostingsBuilder::count(std::uint32_t term, Field field) {
    auto& slot = slots_[term];
    if (slot == none || slot < chunk_start_) {
        slot = static_cast<std::uint32_t>(postings_.size());
        postings_.push_back({term, chunk_, {}});
    }
    auto& tf = postings_[slot].tf[field];
    if (tf < 255) ++tf;
}

std::uint32_t PostingsBuilder::add_field(std::string_view text, Field field, LanguageId language) {
    Tokenizer tokens(text);
    Token token;
    std::uint32_t length = 0;
    while (tokens.next(token)) {
        const Analysed& found = analyse(token, language);
        if (found.term != none) {
            count(found.term, field);
            ++length;
        }
        for (std::uint32_t i = 0; i < found.part_count; ++i) count(parts_[found.first_part + i], parts);
    }
    return length;
}

void PostingsBuilder::add(const ChunkText& chunk) {
    chunk_start_ = postings_.size();
    add_field(chunk.title, title, chunk.language);
    for (const auto text : chunk.headings) add_field(text, heading, chunk.language);
    body_lengths_.push_back(add_field(chunk.body, body, chunk.language));
    add_field(chunk.code, code, chunk.language);
    for (const auto text : chunk.keywords) add_field(text, keywords, chunk.language);
    if (weights_.description > 0) add_field(chunk.description, description, chunk.language);
    languages_.push_back(chunk.language);
    ++chunk_;
}

float PostingsBuilder::saturated(const Posting& posting) const {
    const auto& tf = posting.tf;
    const double relative = body_lengths_[posting.chunk] / average_length_[languages_[posting.chunk]];
    const double w = weights_.title * tf[title] + weights_.heading * tf[heading] +
                     weights_.body * tf[body] / (1 - weights_.b + weights_.b * relative) +
                     weights_.code * tf[code] + weights_.parts * tf[parts] +
                     weights_.keywords * tf[keywords] + weights_.description * tf[description];
    return static_cast<float>(w / (weights_.k1 + w));
}

PostingsBuilder::Built PostingsBuilder::finish() {
    // A word of Chinese is no word of English: lengths compare within a language.
    average_length_.assign(max_languages, 0);
    std::vector<double> chunks(max_languages, 0);
    for (std::size_t i = 0; i < body_lengths_.size(); ++i) {
        average_length_[languages_[i]] += body_lengths_[i];
        ++chunks[languages_[i]];
    }
    for (std::size_t i = 0; i < max_languages; ++i) {
        average_length_[i] = std::max(1.0, chunks[i] > 0 ? average_length_[i] / chunks[i] : 0);
    }

    Built out;
    write_terms(out);
    write_words(out);
    return out;
}

void PostingsBuilder::write_terms(Built& out) const {
    std::vector<std::string_view> names(ids_.size());
    for (const auto& [name, id] : ids_) names[id] = name;
    std::vector<std::uint32_t> order(ids_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return names[a] < names[b]; });

    // The postings of each term together, chunks in order: a counting sort.
    std::vector<std::uint32_t> starts(ids_.size() + 1, 0);
    for (const auto& posting : postings_) ++starts[posting.term + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> by_term(postings_.size()), next(starts.begin(), starts.end() - 1);
    for (std::uint32_t i = 0; i < postings_.size(); ++i) by_term[next[postings_[i].term]++] = i;

    std::string_view before;
    std::string encoded;
    for (const std::uint32_t id : order) {
        const std::uint32_t frequency = starts[id + 1] - starts[id];
        if (frequency == 0) continue;
        if (out.term_count % terms_per_block == 0) {
            out.blocks.push_back({static_cast<std::uint32_t>(out.terms.size()),
                                  static_cast<std::uint32_t>(out.postings.size())});
            before = {};
        }
        encoded.clear();
        std::uint32_t last = 0;
        for (std::uint32_t i = starts[id]; i < starts[id + 1]; ++i) {
            const Posting& posting = postings_[by_term[i]];
            put_varint(encoded, posting.chunk - last);
            last = posting.chunk;
            const long impact = std::lround(255 * saturated(posting));
            encoded += static_cast<char>(std::clamp(impact, 1L, 255L));
        }
        const std::string_view name = names[id];
        const auto [mine, theirs] = std::mismatch(name.begin(), name.end(), before.begin(), before.end());
        const auto shared = static_cast<std::size_t>(mine - name.begin());
        put_varint(out.terms, static_cast<std::uint32_t>(shared));
        put_varint(out.terms, static_cast<std::uint32_t>(name.size() - shared));
        out.terms += name.substr(shared);
        put_varint(out.terms, frequency);
        put_varint(out.terms, static_cast<std::uint32_t>(encoded.size()));
        out.postings += encoded;
        before = name;
        ++out.term_count;
    }
}

void PostingsBuilder::write_words(Built& out) const {
    std::map<std::string, std::uint32_t> uses;
    for (const auto& spellings : analysed_) {
        for (const auto& [raw, found] : spellings) {
            if (auto word = plain_word(raw); !word.empty()) uses[std::move(word)] += found.uses;
        }
    }
    std::string_view before;
    std::uint32_t n = 0;
    for (const auto& [word, count] : uses) {
        if (count < 2) continue;  // more often a slip than a word
        if (n++ % words_per_block == 0) {
            out.word_blocks.push_back(static_cast<std::uint32_t>(out.words.size()));
            before = {};
        }
        const std::string_view name = word;
        const auto mine = std::mismatch(name.begin(), name.end(), before.begin(), before.end()).first;
        const auto shared = static_cast<std::size_t>(mine - name.begin());
        put_varint(out.words, static_cast<std::uint32_t>(shared));
        put_varint(out.words, static_cast<std::uint32_t>(name.size() - shared));
        out.words += name.substr(shared);
        put_varint(out.words, count);
        before = name;
    }
}

}  // namespace docent::search
