#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "search/index.hpp"
#include "support/temp_dir.hpp"

namespace docent::assistant {

/// A small site written down as pages of sections, and its index.
class SiteMaker {
public:
    struct Section {
        std::string heading, anchor, markdown;
    };
    SiteMaker& page(const std::string& path, const std::string& title, std::vector<Section> sections,
                    const std::string& language = "en") {
        docs::Page page;
        page.path = path;
        page.file = path + ".md";
        page.title = title;
        page.language = language;
        for (auto& s : sections) {
            docs::Chunk chunk;
            chunk.page = static_cast<std::uint32_t>(site_.pages.size());
            chunk.anchor = s.anchor;
            if (!s.heading.empty()) chunk.headings = {s.heading};
            chunk.text = chunk.markdown = s.markdown;
            page.markdown += s.markdown + "\n\n";
            site_.chunks.push_back(std::move(chunk));
        }
        site_.pages.push_back(std::move(page));
        return *this;
    }
    docs::Page& last_page() { return site_.pages.back(); }
    SiteMaker& file(const std::string& name, const std::string& text) {
        site_.files[name] = text;
        return *this;
    }
    std::shared_ptr<const search::Index> index(const test::TempDir& dir) {
        site_.name = "Kettle";
        const auto file = dir.path() / "site.index";
        const auto written = search::write_index(site_, file);
        EXPECT_TRUE(written.ok());
        auto index = search::Index::open(file);
        EXPECT_TRUE(index.ok());
        return *index;
    }

private:
    docs::Site site_;
};

/// Documentation of a kettle that boils over HTTP.
inline SiteMaker kettle() {
    SiteMaker site;
    site.page("index", "Kettle",
              {{"", "", "Kettle is a small server that boils water over HTTP. It runs on Linux."}});
    site.page("install", "Install",
              {{"", "", "Get Kettle on your machine in a minute."},
               {"Linux", "linux",
                "To install Kettle on Linux:\n\n1. Add the repository.\n2. Install the package:\n\n   "
                "```bash\n   apt install kettle\n   ```\n\n3. Start it with `kettle serve`.\n"},
               {"Windows", "windows",
                "On Windows, download the installer from [the releases](../releases) and run "
                "it.\n\n![Shot](/img/a.png)\n"}});
    site.page("settings", "Settings",
              {{"Temperature", "temperature",
                "The `temperature` setting says how hot the water gets, in degrees. The default is 96. Lower "
                "it for green tea.\n\n```toml\ntemperature = 80\n```\n"},
               {"Descaling", "descaling",
                "Descale the kettle every month. Kettle refuses to boil when the scale sensor reports more "
                "than 2 mm. Use vinegar or citric acid."},
               {"Limits", "limits",
                "| Setting | Default | What it is |\n|---|---|---|\n| `max_boils` | 12 | Boils an hour |\n| "
                "`queue` | 3 | Requests that wait |\n"}});
    site.page("faq", "Questions",
              {{"Can I boil milk?", "milk", "No. Milk burns onto the heater and voids the warranty."},
               {"How do I reset the kettle?", "reset",
                "Hold the button for ten seconds until the light blinks twice.\n\nAll settings are lost."}});
    site.page("es/install", "Instalación",
              {{"Linux", "linux",
                "Para instalar Kettle en Linux, añade el repositorio y ejecuta `apt install kettle`."}},
              "es");
    return site;
}

}  // namespace docent::assistant
