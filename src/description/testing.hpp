/// @file For tests: apps of texts, and what is wrong with them.
#pragma once

#include "description/description.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace koine::description {

/// All mistakes, a line each: "a.yaml:1:2: …".
inline std::string told(Loaded const& loaded) {
    std::string text;
    for (auto const& mistake : loaded.mistakes) text += describe(mistake) + "\n";
    return text;
}

/// An app of one text that holds no mistake.
inline std::shared_ptr<App const> app_of(std::string const& text) {
    auto loaded = load_app_texts({{"a.yaml", text}});
    EXPECT_EQ(told(loaded), "");
    return loaded.app ? loaded.app : std::make_shared<App const>();
}

/// A text and all that is wrong with it.
struct Wrong {
    std::string text;
    std::string told;
};
inline void expect_told(std::vector<Wrong> const& table) {
    for (auto const& [text, wanted] : table) {
        SCOPED_TRACE(text);
        EXPECT_EQ(told(load_app_texts({{"a.yaml", text}})), wanted);
    }
}

}  // namespace koine::description
