#pragma once
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "search/index.hpp"
#include "search/weights.hpp"
#include "support/temp_dir.hpp"

namespace docent::search::test_sites {

struct PageText {
    std::string path, title, text;
    std::string language = "en";
    std::vector<std::string> groups = {};
    std::string version = {}, tag = {};
    double boost = 1;
    std::string code = {};
};

/// A site with one section a page.
inline docs::Site site_of(const std::vector<PageText>& pages) {
    docs::Site site;
    site.name = "Test";
    for (const auto& text : pages) {
        docs::Page page;
        page.path = text.path;
        page.file = text.path + ".mdx";
        page.title = text.title;
        page.language = text.language;
        page.groups = text.groups;
        page.version = text.version;
        page.tag = text.tag;
        page.boost = text.boost;
        page.markdown = text.text + "\n";
        docs::Chunk chunk;
        chunk.page = static_cast<std::uint32_t>(site.pages.size());
        chunk.text = text.text;
        chunk.code = text.code;
        chunk.markdown = text.text;
        site.pages.push_back(std::move(page));
        site.chunks.push_back(std::move(chunk));
    }
    return site;
}

/// The index of a site, and its file for as long as it lives.
struct Built {
    explicit Built(const docs::Site& site) {
        file = dir.path() / "docs.index";
        const auto written = write_index(site, file);
        EXPECT_TRUE(written.ok()) << (written.ok() ? "" : written.error().detail);
        auto opened = Index::open(file);
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
        if (opened) index = *opened;
    }
    /// The paths of the pages found, best first.
    std::vector<std::string> paths(const std::string& text, const Filter& filter = {}) const {
        Query query;
        query.text = text;
        query.filter = filter;
        std::vector<std::string> out;
        for (const auto& hit : index->search(query).pages) out.emplace_back(index->page(hit.page).path);
        return out;
    }
    std::string first(const std::string& text, const Filter& filter = {}) const {
        const auto found = paths(text, filter);
        return found.empty() ? "" : found[0];
    }

    test::TempDir dir;
    std::filesystem::path file;
    std::shared_ptr<const Index> index;
};

}  // namespace docent::search::test_sites
