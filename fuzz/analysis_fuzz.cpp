// Every token is a piece of the text, in order, and analysing it never fails, whatever the bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "search/analysis.hpp"
#include "search/spelling.hpp"

using namespace docent::search;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const LanguageId language = detect_language(text);
    Tokenizer tokens(text);
    const char* last = text.data();
    for (Token token; tokens.next(token);) {
        if (token.raw.empty() || token.raw.data() < last ||
            token.raw.data() + token.raw.size() > text.data() + size)
            std::abort();
        last = token.raw.data();
        term_of(token, language);
        for (const auto part : identifier_parts(token.raw)) {
            if (part.empty()) std::abort();
        }
        plain_word(token.raw);
    }
    return 0;
}
