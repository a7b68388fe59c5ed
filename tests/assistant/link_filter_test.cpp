#include "assistant/link_filter.hpp"

#include <gtest/gtest.h>

namespace docent::assistant {
namespace {

std::string shown(const LinkFilter::Piece& piece) {
    if (!piece.link) return piece.text;
    const char* kind = piece.link->kind == WrittenLink::Kind::link    ? "link"
                       : piece.link->kind == WrittenLink::Kind::image ? "image"
                                                                      : "address";
    return std::string("{") + kind + " " + piece.link->label + " -> " + piece.link->target + "}";
}

std::string filtered(const std::string& text, std::size_t bytes = 1'000'000) {
    LinkFilter filter;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += bytes) {
        for (const auto& piece : filter.feed(text.substr(i, bytes))) out += shown(piece);
    }
    for (const auto& piece : filter.end()) out += shown(piece);
    return out;
}

std::vector<std::string> claims(const std::string& text) {
    LinkFilter filter;
    std::vector<std::string> out;
    auto pieces = filter.feed(text);
    for (auto& piece : filter.end()) pieces.push_back(std::move(piece));
    for (const auto& piece : pieces) {
        if (piece.link) out.push_back(piece.link->claim);
    }
    return out;
}

TEST(LinkFilter, FindsLinksImagesAndAddresses) {
    EXPECT_EQ(filtered("See [the *guide*](/guide#a \"title\")."), "See {link the *guide* -> /guide#a}.");
    EXPECT_EQ(filtered("![alt](https://x.example/p.png)"), "{image alt -> https://x.example/p.png}");
    EXPECT_EQ(filtered("<https://x.example/a>"), "{address  -> https://x.example/a}");
    EXPECT_EQ(filtered("Open https://x.example/a, now."), "Open {address  -> https://x.example/a}, now.");
    EXPECT_EQ(filtered("(www.x.example/a(b))"), "({address  -> www.x.example/a(b)})");
    EXPECT_EQ(filtered("[a](<b c>) [d](e f)"), "{link a -> b c} {link d -> e f}");
    EXPECT_EQ(filtered("[![x](http://i.example/a)](/b)"), "{link x -> /b}");
    EXPECT_EQ(filtered("[text][ref] and [1][2]"), "{link text -> } and {link 1 -> }");
    EXPECT_EQ(filtered("[a](/b_(c))"), "{link a -> /b_(c)}");
}

TEST(LinkFilter, CodePassesAsItIs) {
    for (const std::string& text :
         {std::string("`[a](/b)` and ``x ` [c](d)``"),
          std::string("```md\n[a](/b) <div> https://x.example\n```\nend"),
          std::string("- step\n\n  ```\n  ![a](b)\n  ```\n- next"), std::string("~~~\n[a](b)\n~~~\n"),
          std::string("> ```\n> [a](b)\n> ```\n")})
        EXPECT_EQ(filtered(text), text);
}

TEST(LinkFilter, WhatARendererCouldReadAsALinkAllTheSameIsBroken) {
    // A code span that never ends, or ends in another block, is none.
    EXPECT_EQ(filtered("`[a](/b)\n"), "\\`{link a -> /b}\n");
    EXPECT_EQ(filtered("- `x\n- [a](/b) `y"), "- \\`x\n- {link a -> /b} \\`y");
    EXPECT_EQ(filtered("[a <https://x]y> b](/c)"), "[a {address  -> https://x]y} b\\](/c)");
    // A block that its container ends.
    EXPECT_EQ(filtered("> ```\n> x\n\n[a](/b)"), "> ```\n> x\n\n{link a -> /b}");
    EXPECT_EQ(filtered("- ```\n  x\n\nout [a](/b)"), "- ```\n  x\n\nout {link a -> /b}");
    // An indented fence is code to some and text to others.
    EXPECT_EQ(filtered("    ```\n\n[a](https://x.example)").find("](http"), std::string::npos);
    EXPECT_EQ(filtered("| `a | [b](https://x.example) | c` |").find("](http"), std::string::npos);
    EXPECT_EQ(filtered("[ref]: https://x.example \"t\"\n\n![ref]").substr(0, 5), "\\[ref");
    EXPECT_EQ(filtered("![ref]"), "!\\[ref]");
    EXPECT_EQ(filtered("[a](/b\n\nc)"), "[a\\](/b\n\nc)");
    EXPECT_EQ(filtered("<img src=\"https://x.example/?q=1\">"), "`<img src=\"https://x.example/?q=1\">`");
    EXPECT_EQ(filtered("a <script>b"), "a `<script>`b");
    EXPECT_EQ(filtered("a <br> b < c"), "a <br> b < c");
    EXPECT_EQ(filtered("<a\nhref=x>"), "&lt;a\nhref=x>");
    EXPECT_EQ(filtered("\\[a](/b)"), "\\[a\\](/b)");
}

TEST(LinkFilter, TheSameComesOutHoweverTheStreamIsCut) {
    const std::string text =
        "# Title\n\nThe default is 96 ([Settings](/settings#t)). [Install](/install) says `a` and ``b ` "
        "c``.\n\n"
        "1. One ![x](y \"z\") https://x.example/a?b=c.\n2. <https://y.example> <b>bold</b>\n\n```js\nlet a = "
        "[1](2);\n```\n"
        "> quote [a][b] \\[no](x)\n\n| a | b |\n|---|---|\n| `x` | [k](/k) |\n\n[d]: "
        "/e\n默认是96度（[设置](/s)）。见[安装](/i)。\n"
        "open `tick and [broken](link";
    const auto whole = filtered(text);
    for (std::size_t bytes = 1; bytes < 40; ++bytes) EXPECT_EQ(filtered(text, bytes), whole) << bytes;
}

TEST(LinkFilter, ATargetThatGoesOnInTheNextLineIsTheSameHoweverItIsCut) {
    for (const std::string text :
         {"[](\n)", "[a](/b\n) c", "[a](/b\n\"title\") c", "[a](\n/b) c", "[a](</b>\n) c",
          "[a](/b \"two\nlines\") c", "[a](</b\n) c", "[a](b\nc) d"}) {
        const auto whole = filtered(text);
        for (std::size_t bytes = 1; bytes < text.size(); ++bytes)
            EXPECT_EQ(filtered(text, bytes), whole) << text << " by " << bytes;
    }
}

TEST(LinkFilter, HoldsBackNothingButAnUnfinishedLink) {
    LinkFilter filter;
    const auto feed = [&](std::string_view text) {
        std::string out;
        for (const auto& piece : filter.feed(text)) out += shown(piece);
        return out;
    };
    EXPECT_EQ(feed("The water is hot"), "The water is hot");
    EXPECT_EQ(feed(" at 96 degrees ["), " at 96 degrees ");
    EXPECT_EQ(feed("Settings](/set"), "");
    EXPECT_EQ(feed("tings) and"), "{link Settings -> /settings} and");
    // A link that begins a sentence waits for it.
    EXPECT_EQ(feed(" so on. [Install](/install)"), " so on. ");
    EXPECT_EQ(feed(" says that it"), "");
    EXPECT_EQ(feed(" runs.\n"), "{link Install -> /install} says that it runs.\n");
}

TEST(LinkFilter, ALinkSupportsItsSentenceOrTheOneBefore) {
    EXPECT_EQ(claims("It is hot. The default is 96 degrees [S](/s)."),
              (std::vector<std::string>{"The default is 96 degrees "}));
    EXPECT_EQ(claims("[Settings](/s) say the default is 96. More."),
              (std::vector<std::string>{"Settings say the default is 96. "}));
    EXPECT_EQ(claims("The default is 96 degrees. [Settings](/s)\n"),
              (std::vector<std::string>{"The default is 96 degrees. "}));
    EXPECT_EQ(claims("Use `--port`:\n\n```\nkettle --port 1\n```\n\nSource: [Install](/i)\n"),
              (std::vector<std::string>{"kettle --port 1\n"}));
    EXPECT_EQ(claims("默认温度是九十六度。[设置](/s)\n"), (std::vector<std::string>{"默认温度是九十六度。"}));
}

TEST(LinkFilter, NothingIsHeldForEver) {
    for (const std::string& open : {std::string("["), std::string("[a]("), std::string("`"),
                                    std::string("<a"), std::string("https://"), std::string("![")}) {
        LinkFilter filter;
        std::size_t out = 0;
        for (const auto& piece : filter.feed(open)) out += piece.text.size();
        for (int i = 0; i < 100; ++i) {
            for (const auto& piece : filter.feed(std::string(100, 'x'))) out += piece.text.size();
        }
        EXPECT_GT(out, 5000u) << open;
    }
}

}  // namespace
}  // namespace docent::assistant
