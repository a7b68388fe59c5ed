#include "search/analysis.hpp"

#include <gtest/gtest.h>

namespace docent::search {
namespace {

std::vector<std::string> tokens_of(std::string_view text) {
    std::vector<std::string> out;
    Tokenizer tokens(text);
    for (Token token; tokens.next(token);) out.emplace_back(token.raw);
    return out;
}

std::vector<std::string> terms_of(std::string_view text, const char* language) {
    std::vector<std::string> out;
    Tokenizer tokens(text);
    for (Token token; tokens.next(token);) {
        if (auto term = term_of(token, language_of(language)); !term.empty()) out.push_back(term);
    }
    return out;
}

using Words = std::vector<std::string>;

TEST(Tokenizer, KeepsIdentifiersWholeAndCutsPathsAndHyphens) {
    EXPECT_EQ(tokens_of("cy.mount() and snake_case, v3.5."),
              (Words{"cy.mount", "and", "snake_case", "v3.5"}));
    EXPECT_EQ(tokens_of("@ai-sdk/react"), (Words{"ai", "sdk", "react"}));
    EXPECT_EQ(tokens_of("C++ or C#?"), (Words{"C++", "or", "C#"}));
    EXPECT_EQ(tokens_of("__dirname _ __"), (Words{"dirname"}));
    EXPECT_EQ(tokens_of("don\xE2\x80\x99t"), (Words{"don\xE2\x80\x99t"}));
}

TEST(Tokenizer, PairsChineseJapaneseAndKorean) {
    EXPECT_EQ(tokens_of("自定义导航"), (Words{"自定", "定义", "义导", "导航"}));
    EXPECT_EQ(tokens_of("用 GHES 吗"), (Words{"用", "GHES", "吗"}));
    EXPECT_EQ(tokens_of("検索API検索"), (Words{"検索", "API", "検索"}));
    EXPECT_EQ(tokens_of("검색"), (Words{"검색"}));
}

TEST(Tokenizer, CutsThaiByTheDictionary) { EXPECT_EQ(tokens_of("สวัสดีครับ"), (Words{"สวัสดี", "ครับ"})); }

TEST(Tokenizer, TakesIllFormedBytesAsSpaces) {
    EXPECT_EQ(tokens_of(std::string("a\xFF") + "b\xC3"), (Words{"a", "b"}));
    EXPECT_TRUE(tokens_of("").empty());
    EXPECT_EQ(tokens_of(std::string_view("x\0y", 3)), (Words{"x", "y"}));
}

TEST(Analysis, StemsAndDropsStopWordsByLanguage) {
    EXPECT_EQ(terms_of("How do I deploy the deployments?", "en"), (Words{"deploy", "deploy"}));
    EXPECT_EQ(terms_of("¿Cómo se configuran las páginas?", "es"), terms_of("configurar pagina", "es"));
    EXPECT_EQ(terms_of("l'utilisateur et les utilisateurs", "fr"), (Words{"utilis", "utilis"}));
    EXPECT_EQ(terms_of("die Häuser", "de"), (Words{"haus"}));
    EXPECT_EQ(terms_of("настройки страниц", "ru"), terms_of("настройка страницы", "ru"));
    EXPECT_EQ(terms_of("什么是导航", "zh"), (Words{"么是", "是导", "导航"}));
    EXPECT_EQ(terms_of("the user's isn't", "en"), (Words{"user"}));
}

TEST(Analysis, FoldsCaseWidthAndAccents) {
    EXPECT_EQ(terms_of("MENÜ Menu", "en"), (Words{"menu", "menu"}));
    EXPECT_EQ(terms_of("Ｆｕｌｌ", "en"), (Words{"full"}));
    EXPECT_EQ(fold("Straße"), "strasse");
    EXPECT_EQ(fold_accents("łódź"), "lodz");
    EXPECT_EQ(fold_accents("\xD0\xB9"), "\xD0\xB9");  // й is a letter of its own
}

TEST(Analysis, FindsThePartsOfIdentifiers) {
    const auto parts = [](std::string_view word) {
        Words out;
        for (const auto part : identifier_parts(word)) out.emplace_back(part);
        return out;
    };
    EXPECT_EQ(parts("useChatStore"), (Words{"use", "Chat", "Store"}));
    EXPECT_EQ(parts("HTTPServer"), (Words{"HTTP", "Server"}));
    EXPECT_EQ(parts("cy.mount"), (Words{"cy", "mount"}));
    EXPECT_EQ(parts("snake_case"), (Words{"snake", "case"}));
    EXPECT_TRUE(parts("plain").empty());
}

TEST(Languages, AreFoundByStopWordsAndScript) {
    const auto detected = [](std::string_view text) { return language_code(detect_language(text)); };
    EXPECT_EQ(detected("How do I deploy the site?"), "en");
    EXPECT_EQ(detected("¿Cómo puedo personalizar la estructura de navegación?"), "es");
    EXPECT_EQ(detected("Quel est le processus pour une petite équipe ?"), "fr");
    EXPECT_EQ(detected("Wie kann ich die Seite ändern?"), "de");
    EXPECT_EQ(detected("我可以自定义导航结构吗？"), "zh");
    EXPECT_EQ(detected("ナビゲーションを変更できますか"), "ja");
    EXPECT_EQ(detected("탐색을 변경할 수 있나요"), "ko");
    EXPECT_EQ(detected("kubernetes webhook"), "");
    EXPECT_EQ(language_code(language_of("pt-BR")), "pt");
    EXPECT_EQ(language_code(language_of("cn")), "zh");
    EXPECT_EQ(language_of("xx"), no_language);
    EXPECT_EQ(detect_language("kubernetes webhook", language_of("fr")), language_of("fr"));
    std::string product = "Errors of the AI SDK:";
    for (int i = 0; i < 60; ++i) product += " AI_Error" + std::to_string(i) + " ai";
    EXPECT_EQ(detect_language(product, language_of("en")), language_of("en"));
}

}  // namespace
}  // namespace docent::search
