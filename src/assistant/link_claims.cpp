#include "assistant/link_claims.hpp"

#include <algorithm>
#include <cctype>

#include "assistant/quotation.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t longest_wait = 400;  // bytes behind a link that begins a sentence
constexpr std::size_t own_words = 4;       // a claim that stands before its link
constexpr std::size_t longest_sentence = 2000;

}  // namespace

void LinkClaims::pass(std::string_view text) {
    if (text.empty()) return;
    before_ = text.back();
    if (queue_.empty() || queue_.back().piece.link) queue_.emplace_back();
    queue_.back().piece.text += text;
}

void LinkClaims::pass_words(std::string_view shown, std::string_view words) {
    pass(shown);
    read(words);
}

void LinkClaims::pass_link(WrittenLink link, std::string_view raw) {
    if (dot_space_) end_sentence();
    Queued one;
    one.piece.text = raw;
    before_ = raw.back();
    one.waits = count_words(own_words_) < own_words;
    link.claim = sentence_;
    sentence_ += link.kind == WrittenLink::Kind::address ? link.target : link.label;
    one.piece.link = std::move(link);
    queue_.push_back(std::move(one));
}

void LinkClaims::pass_code(std::string code) {
    if (!code.empty()) previous_ = std::move(code);
}

void LinkClaims::read(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (dot_space_ && c != ' ' && c != '*' && c != '_' && c != '(') {
            const bool goes_on = std::islower(static_cast<unsigned char>(c)) != 0;
            dot_space_ = false;
            if (!goes_on) end_sentence();
        }
        if (sentence_.size() < longest_sentence) {
            sentence_ += c;
            own_words_ += c;
        }
        if (c == '.' || c == '!' || c == '?') {
            dot_ = true;
        } else if (c == ' ' && dot_) {
            dot_ = false;
            dot_space_ = true;
        } else if (c != '*' && c != '_' && c != ')' && c != '"') {
            dot_ = false;
        }
        const auto last =
            std::string_view(sentence_).substr(sentence_.size() - std::min<std::size_t>(3, sentence_.size()));
        if (last == "。" || last == "！" || last == "？") end_sentence();
    }
}

void LinkClaims::end_sentence() {
    const bool says = count_words(own_words_) > 1;
    for (auto& one : queue_) {
        if (!one.waits) continue;
        one.waits = false;
        one.piece.link->claim = says || previous_.empty() ? sentence_ : previous_;
    }
    if (says) previous_ = sentence_;
    sentence_.clear();
    own_words_.clear();
    dot_ = dot_space_ = false;
}

std::vector<LinkPiece> LinkClaims::ready() {
    std::size_t waiting = 0;
    bool waits = false;
    for (const auto& one : queue_) {
        waits = waits || one.waits;
        if (waits) waiting += one.piece.text.size();
    }
    if (waiting > longest_wait) end_sentence();
    std::vector<LinkPiece> out;
    while (!queue_.empty() && !queue_.front().waits) {
        out.push_back(std::move(queue_.front().piece));
        queue_.pop_front();
    }
    return out;
}

}  // namespace docent::assistant
