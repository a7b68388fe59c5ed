#include "assistant/phrases.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::array<Phrases, 10> all{{
    {"en", "The documentation does not cover this.",
     "These pages come nearest:", "Hello! Ask me anything about this documentation.",
     "You're welcome! Ask again whenever you need to.", "Please ask a question about this documentation.",
     "See also:", "This answer took too long and stops here. Please ask again.",
     "The server is restarting, so this answer stops here. Please ask again in a moment.",
     "The model stopped here. The documentation says:", "For example:"},
    {"es", "La documentación no trata este tema.",
     "Estas páginas son las más cercanas:", "¡Hola! Pregúntame lo que quieras sobre esta documentación.",
     "¡De nada! Pregunta cuando lo necesites.", "Haz una pregunta sobre esta documentación.",
     "Véase también:", "Esta respuesta tardó demasiado y termina aquí. Vuelve a preguntar.",
     "El servidor se está reiniciando y la respuesta termina aquí. Vuelve a preguntar en un momento.",
     "El modelo se detuvo aquí. La documentación dice:", "Por ejemplo:"},
    {"fr", "La documentation ne traite pas ce sujet.",
     "Ces pages s'en approchent le plus :", "Bonjour ! Posez-moi vos questions sur cette documentation.",
     "Avec plaisir ! N'hésitez pas à revenir.", "Posez une question sur cette documentation.",
     "Voir aussi :", "Cette réponse a pris trop de temps et s'arrête ici. Posez la question à nouveau.",
     "Le serveur redémarre et la réponse s'arrête ici. Posez la question à nouveau dans un instant.",
     "Le modèle s'est arrêté ici. La documentation indique :", "Par exemple :"},
    {"de", "Die Dokumentation behandelt das nicht.",
     "Diese Seiten kommen dem am nächsten:", "Hallo! Fragen Sie mich etwas zu dieser Dokumentation.",
     "Gern geschehen! Fragen Sie jederzeit wieder.", "Bitte stellen Sie eine Frage zu dieser Dokumentation.",
     "Siehe auch:", "Diese Antwort hat zu lange gedauert und endet hier. Bitte fragen Sie noch einmal.",
     "Der Server startet neu, deshalb endet die Antwort hier. Bitte fragen Sie gleich noch einmal.",
     "Das Modell hat hier aufgehört. Die Dokumentation sagt:", "Zum Beispiel:"},
    {"zh", "文档没有涉及这个问题。", "最接近的页面：", "你好！请提出与本文档相关的问题。",
     "不客气！有问题随时再问。", "请提出一个与本文档相关的问题。", "另请参阅：",
     "回答用时过长，到此为止。请重新提问。", "服务器正在重启，回答到此为止。请稍后重新提问。",
     "模型在此中断。文档内容如下：", "例如："},
    {"ja", "このドキュメントには該当する説明がありません。", "最も近いページ：",
     "こんにちは。このドキュメントについて何でも質問してください。",
     "どういたしまして。いつでも質問してください。", "このドキュメントについて質問してください。",
     "関連ページ：", "時間がかかりすぎたため、回答はここまでです。もう一度質問してください。",
     "サーバーの再起動のため、回答はここまでです。しばらくしてからもう一度質問してください。",
     "モデルの回答はここで止まりました。ドキュメントの説明：", "例："},
    {"ko", "이 문서에는 해당 내용이 없습니다.", "가장 가까운 페이지:",
     "안녕하세요! 이 문서에 대해 무엇이든 물어보세요.", "천만에요! 언제든지 다시 질문하세요.",
     "이 문서에 대해 질문해 주세요.", "참고:", "답변이 너무 오래 걸려 여기서 끝납니다. 다시 질문해 주세요.",
     "서버가 다시 시작되어 답변이 여기서 끝납니다. 잠시 후 다시 질문해 주세요.",
     "모델이 여기서 멈췄습니다. 문서 내용:", "예:"},
    {"pt", "A documentação não aborda este assunto.",
     "Estas páginas são as mais próximas:", "Olá! Pergunte o que quiser sobre esta documentação.",
     "De nada! Pergunte sempre que precisar.", "Faça uma pergunta sobre esta documentação.",
     "Veja também:", "Esta resposta demorou demais e termina aqui. Pergunte novamente.",
     "O servidor está reiniciando e a resposta termina aqui. Pergunte novamente em instantes.",
     "O modelo parou aqui. A documentação diz:", "Por exemplo:"},
    {"it", "La documentazione non tratta questo argomento.",
     "Queste pagine sono le più vicine:", "Ciao! Chiedimi qualcosa su questa documentazione.",
     "Prego! Chiedi pure quando serve.", "Fai una domanda su questa documentazione.",
     "Vedi anche:", "Questa risposta ha richiesto troppo tempo e finisce qui. Riprova.",
     "Il server si sta riavviando e la risposta finisce qui. Riprova tra un momento.",
     "Il modello si è fermato qui. La documentazione dice:", "Per esempio:"},
    {"ru", "В документации об этом ничего нет.",
     "Ближайшие страницы:", "Здравствуйте! Задайте вопрос об этой документации.",
     "Пожалуйста! Обращайтесь ещё.", "Задайте вопрос об этой документации.",
     "См. также:", "Ответ занял слишком много времени и обрывается здесь. Задайте вопрос ещё раз.",
     "Сервер перезапускается, ответ обрывается здесь. Задайте вопрос чуть позже.",
     "Модель остановилась здесь. В документации сказано:", "Например:"},
}};

/// Bytes of a text that tell its language. A question may be a megabyte, and is looked at on the loop.
constexpr std::size_t most_read = 4'000;

/// Words that are common in one of the languages and rare in the others.
struct CommonWords {
    std::string_view language;
    std::string_view words;  // between spaces
};
constexpr std::array<CommonWords, 6> common{{
    {"en",
     " the is are how what why which when where who can could should does did with and of in to for my you "
     "your it this that from not an do i use using "},
    {"es",
     " el los las del que qué cómo cuál cuáles dónde puedo una un para con por mi es son está se lo y debo "
     "hay cuando necesito usar la de en hacer "},
    {"fr",
     " le les des du est que qu'est quel quelle quels comment pourquoi où puis puis-je une un pour avec dans "
     "mon ma mes il je la et sur dois ai-je l'on faire au aux en de "},
    {"de",
     " der die das den dem ist sind wie was warum wo wann kann ich ein eine einen für mit und nicht von zu "
     "im auf mein meine werden man "},
    {"pt",
     " o os as do da dos das que como qual onde posso uma um para com por meu minha é são está não em no na "
     "se e eu fazer você "},
    {"it",
     " il lo gli della dei che come qual quale dove posso una un per con mio mia è sono non di nel si perché "
     "cosa e fare "},
}};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const std::string lower = lower_ascii(cut_utf8(text, most_read));
    for (const char c : lower + " ") {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || std::isalnum(byte) || c == '\'' || c == '-') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    return words;
}

struct Scripts {
    std::size_t letters = 0, han = 0, kana = 0, hangul = 0, cyrillic = 0;
};

Scripts count_scripts(std::string_view text) {
    Scripts n;
    const auto size = static_cast<std::int32_t>(std::min(text.size(), most_read));
    for (std::int32_t i = 0; i < size;) {
        UChar32 c = 0;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), i, size, c);
        if (c < 0 || !u_isalpha(c)) continue;
        ++n.letters;
        n.han += (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF);
        n.kana += c >= 0x3040 && c <= 0x30FF;
        n.hangul += c >= 0xAC00 && c <= 0xD7A3;
        n.cyrillic += c >= 0x0400 && c <= 0x04FF;
    }
    return n;
}

}  // namespace

const Phrases& phrases(std::string_view language) {
    const auto base = language.substr(0, language.find_first_of("-_"));
    for (const auto& one : all) {
        if (one.language == base) return one;
    }
    return all[0];
}

std::string detect_language(std::string_view text) {
    const Scripts n = count_scripts(text);
    if (n.kana * 10 >= n.letters && n.kana > 0) return "ja";
    if (n.hangul * 5 >= n.letters && n.hangul > 0) return "ko";
    if (n.han * 5 >= n.letters && n.han > 0) return "zh";
    if (n.cyrillic * 2 >= n.letters && n.cyrillic > 0) return "ru";

    const auto words = words_of(text);
    std::string best;
    std::size_t most = 0;
    for (const auto& [language, list] : common) {
        std::size_t hits = 0;
        for (const auto& word : words) {
            std::string padded = " ";
            padded.append(word).append(" ");
            hits += list.find(padded) != list.npos;
            // Elided articles: "l'acheminement", "d'aide", "qu'est-ce".
            const auto quote = word.find('\'');
            hits += language == "fr" && quote != word.npos && quote <= 2 && quote + 2 < word.size();
        }
        if (hits > most) {
            most = hits;
            best = language;
        }
    }
    if (text.find("¿") != text.npos || text.find("¡") != text.npos) return "es";
    return best;
}

SmallTalk small_talk(std::string_view text) {
    static constexpr std::string_view greetings =
        " hi hello hey hola bonjour salut hallo guten tag moin ola olá ciao привет здравствуйте good morning "
        "evening "
        "there buenas buenos días tardes 你好 您好 こんにちは 안녕하세요 안녕 ";
    static constexpr std::string_view thanks =
        " thanks thank you thx ty much so very merci beaucoup gracias muchas danke schön vielen dank "
        "obrigado obrigada "
        "grazie mille спасибо great cool ok okay perfect got it 谢谢 谢谢你 多谢 ありがとう "
        "ありがとうございます 감사합니다 고마워요 ";
    if (count_scripts(text).letters == 0) {
        return std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); })
                   ? SmallTalk::empty
                   : SmallTalk::none;
    }
    // Ideographic punctuation ends a word too.
    std::string plain(text);
    for (const std::string_view mark : {"！", "。", "，", "？", "、"}) {
        for (std::size_t at = 0; (at = plain.find(mark, at)) != plain.npos;)
            plain.replace(at, mark.size(), " ");
    }
    const auto words = words_of(plain);
    if (words.empty() || words.size() > 5) return SmallTalk::none;
    const auto all_in = [&](std::string_view list) {
        return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
            std::string padded = " ";
            padded.append(word).append(" ");
            return list.find(padded) != list.npos;
        });
    };
    if (all_in(greetings)) return SmallTalk::greeting;
    if (all_in(thanks)) return SmallTalk::thanks;
    return SmallTalk::none;
}

}  // namespace docent::assistant
