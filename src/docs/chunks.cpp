#include "docs/chunks.hpp"

#include "base/text.hpp"
#include "docs/blocks.hpp"
#include "docs/mdx.hpp"
#include "docs/plain_text.hpp"
#include "docs/slug.hpp"

namespace docent::docs {

namespace {

struct Heading {
    int level = 0;
    std::string title;
    std::string anchor;
};

class Chunker {
public:
    Chunker(std::string_view title, std::size_t words)
        : title_(lower_ascii(title)), words_(std::max<std::size_t>(words, 20)) {}

    ChunkedPage run(std::string_view marked) {
        const auto blocks = split_blocks(marked);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const auto& block = blocks[i];
            switch (block.kind) {
                case Block::Kind::begin:
                    flush();
                    base_.push_back(path_.size());
                    opening_ = true;
                    break;
                case Block::Kind::end:
                    if (base_.empty()) break;
                    flush();
                    if (heading_alone_) emit();
                    path_.resize(std::min(path_.size(), base_.back()));
                    base_.pop_back();
                    opening_ = heading_alone_ = false;
                    break;
                case Block::Kind::heading:
                    take_heading(block, i == 0);
                    break;
                default:
                    take(block);
                    break;
            }
        }
        flush();
        if (heading_alone_) emit();
        return std::move(out_);
    }

private:
    void take_heading(const Block& block, bool first) {
        flush();
        Heading heading{block.level, plain_line(block.title), ""};
        const bool titles_page = first && block.level == 1;
        const std::size_t floor =
            base_.empty() ? 0 : std::min(base_.back() + (opening_ ? 0 : 1), path_.size());
        auto keep = path_.size();
        if (!opening_)
            while (keep > floor && path_[keep - 1].level >= block.level) --keep;
        if (heading_alone_ && keep < path_.size()) emit();
        path_.resize(keep);
        opening_ = false;
        heading.anchor = anchors_.add(block.id.empty() ? slugify(heading.title) : std::string(block.id));
        out_.anchors.push_back(heading.anchor);
        if (titles_page) {
            out_.title = heading.title;
            if (lower_ascii(heading.title) == title_) {
                heading_alone_ = false;
                return;
            }
        } else {
            if (!out_.markdown.empty()) out_.markdown += '\n';
            out_.markdown += std::string(static_cast<std::size_t>(block.level), '#') + " ";
            out_.markdown += block.title;
            out_.markdown += '\n';
        }
        path_.push_back(std::move(heading));
        heading_alone_ = true;
    }

    void take(const Block& whole) {
        // Sections inside a list item are no sections of the page: their marks go.
        Block block = whole;
        std::string clean;
        if (block.source.find(section_begin[0]) != std::string_view::npos) {
            for (const auto& line : split(block.source, '\n'))
                if (trim(line) != section_begin && trim(line) != section_end) clean += line + "\n";
            clean.pop_back();
            std::erase(clean, section_begin[0]);
            block.source = clean;
        }
        heading_alone_ = false;
        if (!block.joined && !out_.markdown.empty()) out_.markdown += '\n';
        out_.markdown += block.source;
        const auto words = count_words(block.source);
        if (pending_words_ > 0 && pending_words_ + words > words_) {
            flush();
            // The rest of a table keeps its head.
            if (block.kind == Block::Kind::row && block.joined && !table_head_.empty())
                pending_ = table_head_;
        }
        if (block.kind == Block::Kind::row) {
            if (!block.joined || head_lines_ == 0) {
                table_head_ = block.source;
                head_lines_ = 1;
            } else if (head_lines_ == 1) {
                table_head_ += block.source;
                head_lines_ = 2;
            }
        } else {
            head_lines_ = 0;
            table_head_.clear();
        }
        if (!block.joined && !pending_.empty()) pending_ += '\n';
        pending_ += block.source;
        pending_words_ += words;
        if (block.kind == Block::Kind::paragraph && pending_words_ > 2 * words_) cut_long();
    }

    /// A paragraph of thousands of words: cut at the ends of sentences, or of words.
    void cut_long() {
        const std::string text = std::move(pending_);
        pending_.clear();
        std::string_view rest = text;
        const std::size_t bytes = words_ * 8;
        while (rest.size() > 2 * bytes) {
            auto piece = cut_utf8(rest, bytes);
            const auto stop = piece.rfind(". ");
            const auto blank =
                stop != std::string_view::npos && stop > bytes / 2 ? stop + 1 : piece.find_last_of(" \n");
            if (blank != std::string_view::npos && blank > bytes / 2) piece = piece.substr(0, blank);
            pending_ = std::string(piece);
            flush();
            rest.remove_prefix(piece.size());
        }
        pending_ = std::string(rest);
        pending_words_ = count_words(rest);
    }

    void flush() {
        if (trim(pending_).empty()) {
            pending_.clear();
            pending_words_ = 0;
            return;
        }
        emit();
    }

    void emit() {
        Chunk chunk;
        for (const auto& heading : path_) chunk.headings.push_back(heading.title);
        chunk.anchor = path_.empty() ? "" : path_.back().anchor;
        while (!pending_.empty() && (pending_.back() == '\n' || pending_.back() == ' ')) pending_.pop_back();
        chunk.markdown = std::move(pending_);
        plain_text(chunk.markdown, chunk.text, chunk.code);
        pending_.clear();
        pending_words_ = 0;
        heading_alone_ = false;
        out_.chunks.push_back(std::move(chunk));
    }

    std::string title_;
    std::size_t words_;
    ChunkedPage out_;
    Anchors anchors_;
    std::vector<Heading> path_;
    std::vector<std::size_t> base_;  // path sizes below the open sections
    bool opening_ = false;           // the next heading is the title of a section
    bool heading_alone_ = false;     // nothing stands under the last heading yet
    std::string pending_;
    std::size_t pending_words_ = 0;
    std::string table_head_;
    int head_lines_ = 0;
};

}  // namespace

ChunkedPage chunk_page(std::string_view marked, std::string_view title, std::size_t words) {
    return Chunker(title, words).run(marked);
}

}  // namespace docent::docs
