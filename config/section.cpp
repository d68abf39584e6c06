#include "config/section.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "config/text.hpp"

namespace sgw::config {
namespace {

std::string name_of(TreeNode::Kind kind) {
    switch (kind) {
        case TreeNode::Kind::null:
            return "nothing";
        case TreeNode::Kind::scalar:
            return "a single value";
        case TreeNode::Kind::sequence:
            return "a list";
        case TreeNode::Kind::mapping:
            return "a mapping";
    }
    return "something else";
}

std::string bounds(const std::string& least, const std::string& most) {
    return "must be from " + least + " to " + most;
}

}  // namespace

Section::Section(Loading& loading, const TreeNode* mapping, std::string path)
    : loading_(loading), mapping_(mapping), path_(std::move(path)) {}

const TreeNode* Section::find(std::string_view key) const {
    if (mapping_ == nullptr) return nullptr;
    for (std::size_t i = 0; i < mapping_->keys.size(); ++i) {
        if (mapping_->keys[i].text == key) return &mapping_->items[i];
    }
    return nullptr;
}

std::string Section::path_of(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

void Section::problem(int line, std::string path, std::string message, std::string suggestion) {
    loading_.problems.push_back(
        {loading_.file, line, std::move(path), std::move(message), std::move(suggestion)});
}

const TreeNode* Section::expect(const std::string& key,
                                TreeNode::Kind kind,
                                const std::string& expected) {
    known_.push_back(key);
    const auto* node = find(key);
    if (node == nullptr) return nullptr;
    loading_.lines[path_of(key)] = node->line;
    if (node->kind == kind) return node;
    if (node->kind == TreeNode::Kind::null) {
        problem(node->line, path_of(key), "has no value; give it one or leave the key out");
    } else {
        problem(
            node->line, path_of(key), "expected " + expected + ", found " + name_of(node->kind));
    }
    return nullptr;
}

std::optional<std::string> Section::expand(const TreeNode& node, const std::string& path) {
    auto value = interpolate(node.text, loading_.environment);
    if (value && !has_control(value.value())) return std::move(value).value();
    problem(node.line, path, value ? "holds a control character" : value.error().message);
    return std::nullopt;
}

std::optional<Section::Scalar> Section::scalar(const std::string& key,
                                               const std::string& type,
                                               const std::string& default_text,
                                               Shown shown) {
    loading_.known.push_back({path_of(key), type, default_text});
    const auto* node = expect(key, TreeNode::Kind::scalar, "a " + type);
    if (node == nullptr) return std::nullopt;
    auto value = expand(*node, path_of(key));
    if (!value) return std::nullopt;
    if (shown == Shown::no) return Scalar{"the value", std::move(*value)};
    auto written = in_quotes(node->text);
    loading_.written[path_of(key)] = written;
    return Scalar{std::move(written), std::move(*value)};
}

void Section::text(const std::string& key, std::string& value, Shown shown) {
    take_text(key, value, value.empty() ? "none" : value, shown);
}

void Section::required_text(const std::string& key, std::string& value, Shown shown) {
    require(key);
    take_text(key, value, "required", shown);
}

void Section::take_text(const std::string& key,
                        std::string& value,
                        const std::string& default_text,
                        Shown shown) {
    auto given = scalar(key, "text", default_text, shown);
    if (!given) return;
    if (given->value.empty()) return refuse(key, "must not be empty");
    value = std::move(given->value);
}

void Section::flag(const std::string& key, bool& value) {
    const auto given = scalar(key, "flag", value ? "true" : "false");
    if (!given) return;
    if (given->value != "true" && given->value != "false") {
        return refuse(key, given->written + " is neither true nor false");
    }
    value = given->value == "true";
}

void Section::whole_number(const std::string& key,
                           std::int64_t& value,
                           std::int64_t least,
                           std::int64_t most) {
    const auto given = scalar(key, "number", std::to_string(value));
    if (!given) return;
    std::int64_t number = 0;
    const auto* end = given->value.data() + given->value.size();
    const auto [rest, error] = std::from_chars(given->value.data(), end, number);
    if (rest != end || (error != std::errc{} && error != std::errc::result_out_of_range)) {
        return refuse(key, given->written + " is not a whole number");
    }
    if (error != std::errc{} || number < least || number > most) {
        return refuse(key,
                      given->written + " is out of range: " +
                          bounds(std::to_string(least), std::to_string(most)));
    }
    value = number;
}

void Section::duration(const std::string& key,
                       milliseconds& value,
                       milliseconds least,
                       milliseconds most) {
    const auto given = scalar(key, "duration", to_text(value));
    if (!given) return;
    const auto parsed = parse_duration(given->value);
    if (!parsed) return refuse(key, given->written + ": " + parsed.error().message);
    if (parsed.value() < least || parsed.value() > most) {
        return refuse(
            key, given->written + " is out of range: " + bounds(to_text(least), to_text(most)));
    }
    value = parsed.value();
}

void Section::size(const std::string& key,
                   std::size_t& value,
                   std::size_t least,
                   std::size_t most) {
    const auto given = scalar(key, "size", size_text(value));
    if (!given) return;
    const auto parsed = parse_size(given->value);
    if (!parsed) return refuse(key, given->written + ": " + parsed.error().message);
    if (parsed.value() < least || parsed.value() > most) {
        return refuse(
            key, given->written + " is out of range: " + bounds(size_text(least), size_text(most)));
    }
    value = parsed.value();
}

void Section::endpoint(const std::string& key, Endpoint& value) {
    const auto given = scalar(key, "address:port", to_text(value));
    if (!given) return;
    auto parsed = parse_endpoint(given->value);
    if (!parsed) return refuse(key, given->written + ": " + parsed.error().message);
    value = std::move(parsed).value();
}

void Section::urls(const std::string& key, std::vector<Url>& value) {
    loading_.known.push_back({path_of(key), "list of URLs", "required"});
    const auto* node = expect(key, TreeNode::Kind::sequence, "a list of URLs");
    if (node == nullptr) return;
    if (node->items.empty()) return refuse(key, "needs at least one URL");
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const auto& item = node->items[i];
        const auto path = path_of(key) + "[" + std::to_string(i) + "]";
        loading_.lines[path] = item.line;
        if (item.kind != TreeNode::Kind::scalar) {
            problem(item.line, path, "expected a URL, found " + name_of(item.kind));
            continue;
        }
        const auto text = expand(item, path);
        if (!text) continue;
        auto url = parse_url(*text);
        if (url) {
            value.push_back(std::move(url).value());
        } else {
            problem(item.line, path, url.error().message);
        }
    }
}

std::optional<std::size_t> Section::choose(const std::string& key,
                                           std::span<const std::string> names,
                                           const std::string& default_text) {
    std::string type;
    for (const auto& name : names) type += (type.empty() ? "" : " or ") + name;
    const auto given = scalar(key, type, default_text);
    if (!given) return std::nullopt;
    const auto found = std::find(names.begin(), names.end(), given->value);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    refuse(key, given->written + " is not one of " + joined(names), nearest(given->value, names));
    return std::nullopt;
}

void Section::section(const std::string& key, const std::function<void(Section&)>& bind) {
    Section inner(loading_, expect(key, TreeNode::Kind::mapping, "a mapping"), path_of(key));
    bind(inner);
}

void Section::list(const std::string& key, const std::function<void(Section&)>& bind) {
    const auto* node = expect(key, TreeNode::Kind::sequence, "a list");
    if (node == nullptr) {
        Section absent(loading_, nullptr, path_of(key) + "[]");
        return bind(absent);
    }
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const auto path = path_of(key) + "[" + std::to_string(i) + "]";
        loading_.lines[path] = node->items[i].line;
        if (node->items[i].kind != TreeNode::Kind::mapping) {
            problem(node->items[i].line,
                    path,
                    "expected a mapping, found " + name_of(node->items[i].kind));
            continue;
        }
        Section inner(loading_, &node->items[i], path);
        bind(inner);
    }
}

void Section::unsupported(const std::string& key) {
    unsupported_.push_back(key);
    if (has(key)) refuse(key, "is not supported by this release of schema-gateway");
}

void Section::require(const std::string& key) {
    if (mapping_ != nullptr && !has(key)) problem(mapping_->line, path_of(key), "is missing");
}

void Section::refuse(const std::string& key, std::string message, std::string suggestion) {
    const auto* node = find(key);
    problem(node == nullptr ? line() : node->line,
            path_of(key),
            std::move(message),
            std::move(suggestion));
}

void Section::finish(Shown shown) {
    if (mapping_ == nullptr) return;
    for (const auto& key : mapping_->keys) {
        const auto is_key = [&](const std::string& name) { return name == key.text; };
        if (std::any_of(known_.begin(), known_.end(), is_key)) continue;
        if (std::any_of(unsupported_.begin(), unsupported_.end(), is_key)) continue;
        const auto meant = nearest(key.text, known_);
        if (shown == Shown::no && meant.empty()) {
            problem(
                key.line,
                path_,
                "unknown key (not shown: it may be part of a secret); known are " + joined(known_));
        } else {
            problem(key.line,
                    path_of(key.text),
                    meant.empty() ? "unknown key; known are " + joined(known_) : "unknown key",
                    meant);
        }
    }
}

}  // namespace sgw::config
