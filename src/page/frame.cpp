#include "page/frame.hpp"

#include "page/assets.hpp"
#include "page/html.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::page {

void begin_document(std::string& out, std::string_view title, std::initializer_list<std::string_view> styles) {
    fmt::format_to(
        std::back_inserter(out),
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<link rel=\"icon\" "
        "type=\"image/svg+xml\" "
        "href=\"{}\">\n",
        escaped(title),
        asset_path("icon.svg")
    );
    for (auto const style : styles) fmt::format_to(std::back_inserter(out), "<link rel=\"stylesheet\" href=\"{}\">\n", asset_path(style));
    out += "</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n";
}

void append_mark(std::string& out) {
    fmt::format_to(
        std::back_inserter(out),
        "<span class=\"mark\"><img src=\"{}\" alt=\"\" width=\"28\" height=\"28\"> Koine</span>\n",
        asset_path("icon.svg")
    );
}

void begin_without_viewer(std::string& out, std::string_view viewer) {
    fmt::format_to(
        std::back_inserter(out),
        "<main id=\"content\" class=\"page\">\n<h2>The viewer is not part of this build</h2>\n<p>{} could not be fetched when this program "
        "was built. With a connection to a Python package index, run <code>./dev build</code> again (it runs <code>web/fetch.sh</code>), "
        "and "
        "start the server anew.</p>\n",
        viewer
    );
}

void end_document(std::string& out, std::initializer_list<std::string_view> scripts) {
    for (auto const script : scripts) fmt::format_to(std::back_inserter(out), "<script src=\"{}\" defer></script>\n", asset_path(script));
    out += "</body>\n</html>\n";
}

}  // namespace koine::page
