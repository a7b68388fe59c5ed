#include "net/sse.hpp"

#include <gtest/gtest.h>

namespace docent::net {
namespace {

using namespace std::string_literals;

std::vector<SseEvent> decode(std::string_view bytes, std::size_t step = 1 << 20) {
    SseDecoder decoder;
    std::vector<SseEvent> out;
    for (std::size_t i = 0; i < bytes.size(); i += step) decoder.feed(bytes.substr(i, step), out);
    return out;
}

TEST(Sse, ReadsFieldsCommentsAndJoinedLines) {
    const auto events = decode(": hi\nevent: add\nid: 7\ndata: one\ndata:two\n\ndata\n\nevent: none\n\n");
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].event, "add");
    EXPECT_EQ(events[0].id, "7");
    EXPECT_EQ(events[0].data, "one\ntwo");
    EXPECT_EQ(events[1].data, "");
    EXPECT_EQ(events[1].id, "");
}

TEST(Sse, AllThreeLineEndsAreTheSameWhereverBytesAreCut) {
    for (const std::string& end : {"\n"s, "\r\n"s, "\r"s}) {
        for (std::size_t step = 1; step < 5; ++step) {
            const auto events = decode(
                "\xEF\xBB\xBF"
                "data: a" +
                    end + "data: b" + end + end + "data: c" + end + end,
                step);
            ASSERT_EQ(events.size(), 2u) << step;
            EXPECT_EQ(events[0].data, "a\nb");
            EXPECT_EQ(events[1].data, "c");
        }
    }
}

TEST(Sse, AnUnfinishedEventIsNotOne) { EXPECT_TRUE(decode("data: a\n").empty()); }

TEST(Sse, AnEventOverTheLimitIsDroppedAndTheNextOneRead) {
    SseDecoder decoder(100);
    std::vector<SseEvent> out;
    for (int i = 0; i < 50; ++i) decoder.feed("data: 0123456789", out);
    decoder.feed("\n\ndata: b\n\n", out);
    for (int i = 0; i < 50; ++i) decoder.feed("data: 0123456789\n", out);
    decoder.feed("\ndata: c\n\n", out);
    EXPECT_TRUE(decoder.overflowed());
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].data, "b");
    EXPECT_EQ(out[1].data, "c");
}

}  // namespace
}  // namespace docent::net
